"""The mathematics of SAM_SPS in three functions: perturbation, step size, update.

Scalars are floats, or 0-dimensional tensors on the device of the parameters, for which nothing here waits.
Source: Oikonomou and Loizou, arXiv 2606.01827, Section 2. Optional variants of the step size: `options`.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from sam_sps.kernels import FULL_PRECISION, add_, blend_, decay_
from sam_sps.scalars import Scalar, at_least, at_most

#: Lower clamp of ‖grad_x‖ and of ‖grad_e‖², as in the official package: at a stationary point both are 0.
TINY = 1e-12


class PolyakStep(NamedTuple):
    """Step size before the cap (and after the safeguard), and after it."""

    wanted: Scalar
    gamma: Scalar


def perturbation_scale(grad_x_norm: Scalar, rho: float, lambd: float) -> Scalar:
    """Return ρ (1 − λ + λ / max(‖grad_x‖, 1e-12)), the factor of grad_x in e − x.

    Parameters
    ----------
    grad_x_norm : scalar
        ‖grad_x‖ over all parameters together.
    rho : float
        Sharpness radius ρ >= 0.
    lambd : float
        λ in [0, 1]; 0: USAM (not normalised), 1: SAM (normalised).
    """
    return rho * (1.0 - lambd + lambd / at_least(grad_x_norm, TINY))


def polyak_numerator(loss_e: Scalar, f_star: Scalar, inner: Scalar) -> Scalar:
    """Return N = f(e) − ℓ* − ⟨grad_e, e − x⟩: the linear model at e, read at x, above ℓ*."""
    return loss_e - f_star - inner


def polyak_step_size(numerator: Scalar, grad_e_sq: Scalar, gamma_b: Scalar, c: float = 1.0) -> PolyakStep:
    """Return γ = min{max(N, 0) / (c ‖grad_e‖²), γ_b}, with ‖grad_e‖² clamped from below at 1e-12.

    Parameters
    ----------
    numerator, grad_e_sq : scalar
        N and ‖grad_e‖².
    gamma_b : scalar
        Cap γ_b >= 0.
    c : float
        Constant c > 0 of SPS_max (Loizou et al., AISTATS 2021); 1 in SAM-SPS.
    """
    wanted = at_least(numerator, 0.0) / (c * at_least(grad_e_sq, TINY))
    return PolyakStep(wanted, at_most(wanted, gamma_b))


def perturb_(
    params: list[Tensor], x: list[Tensor], grads: list[Tensor], scale: Scalar, is_dense: bool = False
) -> None:
    """Set the parameters, which hold x, to e = x + scale · grad_x; they stay x where the scale is not finite.

    `is_dense`: all tensors are contiguous and of one type.

    A gradient that is not finite must not reach the second pass: it would leave its mark in the running
    statistics of BatchNorm. Callers pass a NaN scale in that case.
    """
    if isinstance(scale, Tensor):
        _move_(params, x, grads, scale, 0.0, torch.isfinite(scale))
    elif scale - scale == 0.0:
        add_(params, grads, scale, is_dense)


def update_(
    params: list[Tensor],
    x: list[Tensor],
    grads: list[Tensor],
    gamma: Scalar,
    weight_decay: float,
    shrink: Scalar = 1.0,
) -> None:
    """Set the parameters to shrink · (x − γ (grad_e + weight_decay · x)).

    They become x bit for bit where γ = 0 and shrink = 1. What they held before does not matter, and no
    temporary of their size is needed. `shrink` differs from 1 in the proximal variant alone.
    """
    if isinstance(gamma, Tensor):
        _move_(params, x, grads, -gamma, weight_decay, (gamma != 0.0) | (shrink != 1.0), shrink)
    else:
        _step_(params, x, grads, *_step_and_decay(gamma, weight_decay, shrink))


def update_joined_(
    params: list[Tensor],
    rows: list[Tensor],
    x: list[Tensor],
    grads: list[Tensor],
    gamma: float,
    weight_decay: float,
    shrink: float,
) -> None:
    """Do what `update_` does on the CPU, in one pass where that is precise enough.

    All tensors are contiguous and of one type, `params` in the shapes of `x`, `grads` vectors; `rows` are the
    parameters as matrices of one row. In one pass 1 − decay is rounded to the type: an error of 2^-10 · decay
    at most, or it is not done.
    """
    step, decay = _step_and_decay(gamma, weight_decay, shrink)
    dtype = rows[0].dtype
    is_full = dtype in FULL_PRECISION and step > 0.0
    if is_full and (decay == 0.0 or decay >= 2**8 * torch.finfo(dtype).eps):
        blend_(rows, x, grads, 1.0 - decay, -step)
    elif is_full and decay <= step:
        decay_(params, x, grads, decay / step, -step)
    else:
        _step_(params, x, grads, step, decay)


def _step_and_decay(gamma: float, weight_decay: float, shrink: Scalar) -> tuple[float, float]:
    """Return (step, decay): shrink · (x − γ (grad_e + weight_decay · x)) = x − decay · x − step · grad_e."""
    step = float(shrink) * gamma
    return step, (1.0 - float(shrink)) + step * weight_decay


def _step_(params: list[Tensor], x: list[Tensor], grads: list[Tensor], step: float, decay: float) -> None:
    """Set the parameters to x − decay · x − step · grads; bit for bit to x where both are 0."""
    dtypes = {tensor.dtype for tensor in (*params, *grads)}
    if step == 0.0 or decay == 0.0 or len(dtypes) > 1 or torch.float16 in dtypes:
        # Gradients in float16, or of another type, might not survive being scaled in the parameters' type.
        torch._foreach_copy_(params, x)
        if decay != 0.0:
            torch._foreach_add_(params, params, alpha=-decay)
        if step != 0.0:  # x + (−0)·grad would turn −0.0 into 0.0, and inf or NaN gradients into NaN
            add_(params, grads, -step, is_dense=False)
        return
    torch._foreach_copy_(params, grads)
    torch._foreach_mul_(params, -step)
    torch._foreach_add_(params, x, alpha=-decay)  # before x, or what is below a rounding error of x is lost
    torch._foreach_add_(params, x)


def _move_(
    params: list[Tensor],
    x: list[Tensor],
    grads: list[Tensor],
    factor: Tensor,
    weight_decay: float,
    moves: Tensor,
    shrink: Scalar = 1.0,
) -> None:
    """Set the parameters to shrink · (x + factor · (grads + weight_decay · x)), and to x unless `moves`."""
    torch._foreach_copy_(params, grads)
    if weight_decay != 0.0:
        torch._foreach_add_(params, x, alpha=weight_decay)
    torch._foreach_mul_(params, factor)
    torch._foreach_add_(params, x)
    if isinstance(shrink, Tensor):
        torch._foreach_mul_(params, shrink)
    for param, old in zip(params, x, strict=True):
        torch.where(moves, param, old, out=param)
