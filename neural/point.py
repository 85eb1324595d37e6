"""What a training run yields: a `Point` for every step of a lane, a `Change` where a value was changed.

No torch here: who keeps or draws points needs none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One step of one lane.

    Attributes
    ----------
    step : int
        Number of this step, from 1.
    lane : int
        Index into the configuration's lanes.
    epoch : float
        Passes over the training set so far, this step included.
    grad_evals : int
        Gradients computed by the lane so far.
    seconds : float
        Training time of the lane so far, evaluations apart.
    loss_x, loss_e : float
        Mini-batch loss at the iterate x and at the perturbed point e (for SGD they are the same).
    gamma : float
        Step size of this step: the Polyak step after cap and safeguard, or the baselines' rate.
    gamma_raw : float
        The Polyak step before safeguard and cap; for baselines what it would have been.
    gamma_b : float
        The cap in force; nan for baselines.
    capped, clamped, skipped : bool
        The cap bound; the numerator was negative and γ set to 0; a loss or gradient was not finite and x
        kept.
    grad_x_norm, grad_e_norm : float
        ‖∇f_S(x)‖ and ‖∇f_S(e)‖.
    test_loss, test_accuracy : float or None
        After this step, on the test set, where it was evaluated.
    test_accuracy_recomputed : float or None
        After the last step, with BatchNorm's statistics computed anew over the training set
        (`neural.evaluation.evaluate_recomputed`); None before it, and for networks without them.
    numerator : float
        N = f_S(e) − ⟨∇f_S(e), e − x⟩ (ℓ* = 0); gamma_raw = N / ‖∇f_S(e)‖². For baselines what it would have
        been.
    perturbation_norm : float
        ‖e − x‖.
    """

    step: int
    lane: int
    epoch: float
    grad_evals: int
    seconds: float
    loss_x: float
    loss_e: float
    gamma: float
    gamma_raw: float
    gamma_b: float
    capped: bool
    clamped: bool
    skipped: bool
    grad_x_norm: float
    grad_e_norm: float
    test_loss: float | None = None
    test_accuracy: float | None = None
    numerator: float = math.nan
    perturbation_norm: float = math.nan
    test_accuracy_recomputed: float | None = None

    @property
    def sam_gap(self) -> float:
        """f_S(e) − f_S(x): how much the loss rises on the way to e."""
        return self.loss_e - self.loss_x


def plain(value: float | int | None) -> float | int | None:
    """A number fit for JSON: six significant digits, and None for what is not finite."""
    if value is None or isinstance(value, int):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None


@dataclass(frozen=True)
class Change:
    """A hyperparameter of a lane changed; `step` is the first step that used the new value."""

    step: int
    lane: int
    name: str
    old: float
    new: float
