"""What happened in a step, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StepInfo:
    """One step of SAM_SPS.

    Attributes
    ----------
    loss_x, loss_e : float
        Mini-batch loss at the iterate x and at the perturbed point e; `loss_x` is NaN where it was not given.
    gamma : float
        Step size taken by the first parameter group; 0 in a skipped step.
    gammas : tuple of float
        Step size of each group; with the default options min(max(gamma_raw, 0), gamma_b of the group).
    gamma_raw : float
        N / max(‖grad_e‖², 1e-12), before safeguard, options and cap.
    numerator : float
        N = f(e) − f_star − ⟨grad_e, e − x⟩.
    grad_x_norm, grad_e_norm : float
        Norm of the gradient at x and at e, over all parameters together.
    perturbation_norm : float
        ‖e − x‖ by the formula, before rounding to the type of the parameters.
    capped : bool
        The cap of at least one group cut the step size.
    clamped : bool
        N was negative (with `proximal`, its counterpart), so the safeguard max(N, 0) set the step size to 0.
    skipped : bool
        A loss, a gradient norm or N was not finite: the parameters are those from before it, bit for bit.
    """

    loss_x: float
    loss_e: float
    gamma: float
    gammas: tuple[float, ...]
    gamma_raw: float
    numerator: float
    grad_x_norm: float
    grad_e_norm: float
    perturbation_norm: float
    capped: bool
    clamped: bool
    skipped: bool


@dataclass(frozen=True)
class StepCounts:
    """How many steps were taken, and how many of them were capped, clamped and skipped (see StepInfo)."""

    steps: int = 0
    capped: int = 0
    clamped: int = 0
    skipped: int = 0
