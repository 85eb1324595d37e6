"""What happened in a step, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass, field


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
        A loss, a gradient norm or N was not finite, the closure left its batch out, or the step was
        cancelled: the parameters are those from before it, bit for bit. What was not measured is NaN.
    floored : bool
        ‖grad_x‖ or ‖grad_e‖² was below 1e-12 and 1e-12 took its place, so e − x or γ may be too short: the
        run is at a stationary point, or the loss is in units so small that it should be multiplied.
    evaluations : int
        Gradient evaluations that the step took: 2; 1 in a step of one pass (see `Options.sam_every`), or one
        given up after its first pass; 0 where the batch was left out.
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
    floored: bool = False
    evaluations: int = field(default=2, kw_only=True)


@dataclass(frozen=True)
class StepCounts:
    """How many steps were taken, how many of them were what (see StepInfo), and all their evaluations."""

    steps: int = 0
    capped: int = 0
    clamped: int = 0
    skipped: int = 0
    floored: int = 0
    evaluations: int = 0
