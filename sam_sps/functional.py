"""The mathematics of SAM_SPS: perturbation, step size, update.

Scalars are floats, or 0-dimensional tensors on the device of the parameters, for which nothing here waits.
Source: Oikonomou and Loizou, arXiv 2606.01827, Section 2. Variants of the step size: `options`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from sam_sps.scalars import Scalar, Truth, at_least, at_most, is_finite
from sam_sps.sums import are_wide, widened

#: Lower clamp of ‖grad_x‖ and of ‖grad_e‖², as in the official package: at a stationary point both are 0.
TINY = 1e-12


def perturbation_scale(grad_x_norm: Scalar, rho: float, lambd: float) -> Scalar:
    """Return ρ (1 − λ + λ / max(‖grad_x‖, 1e-12)), the factor of grad_x in e − x.

    ‖grad_x‖ is over all parameters together, ρ >= 0, λ in [0, 1]; 0: USAM (not normalised), 1: SAM.
    """
    return rho * (1.0 - lambd + lambd / at_least(grad_x_norm, TINY))


def polyak_numerator(loss_e: Scalar, f_star: Scalar, inner: Scalar) -> Scalar:
    """Return N = f(e) − ℓ* − ⟨grad_e, e − x⟩: the linear model at e, read at x, above ℓ*."""
    return loss_e - f_star - inner


def polyak_step_size(numerator: Scalar, grad_e_sq: Scalar, gamma_b: Scalar) -> Scalar:
    """Return γ = min{max(N, 0) / ‖grad_e‖², γ_b}, γ_b >= 0, with ‖grad_e‖² clamped from below at 1e-12."""
    return at_most(at_least(numerator, 0.0) / at_least(grad_e_sq, TINY), gamma_b)


def perturb_(params: list[Tensor], x: list[Tensor], grads: list[Tensor], scale: Scalar) -> None:
    """Set the parameters, which hold x, to e = x + scale · grad_x; they stay x where scale is not finite.

    A gradient that is not finite must not reach the second pass: it would leave its mark in the running
    statistics of BatchNorm. Callers pass a NaN scale in that case.
    """
    if isinstance(scale, float) and are_wide(params, grads):
        if math.isfinite(scale):
            torch._foreach_add_(params, grads, alpha=scale)
    else:
        _move_(params, x, grads, scale, is_finite(scale))


def update_(
    params: list[Tensor],
    x: list[Tensor],
    grads: list[Tensor],
    gamma: Scalar,
    weight_decay: float,
    shrink: Scalar = 1.0,
) -> None:
    """Set the parameters to x⁺ = shrink · (x − γ (grad_e + weight_decay · x)).

    They become x bit for bit where γ = 0 and shrink = 1. What they held before does not matter, and no
    temporary of their size is needed. `shrink` is 1 in the method of the paper.
    """
    _move_(params, x, grads, -gamma, (gamma != 0.0) | (shrink != 1.0), weight_decay, shrink)


def _move_(
    params: list[Tensor],
    x: list[Tensor],
    grads: list[Tensor],
    factor: Scalar,
    moves: Truth,
    weight_decay: float = 0.0,
    shrink: Scalar = 1.0,
) -> None:
    """Set the parameters to shrink · (x + factor · (grads + weight_decay · x)), and to x unless `moves`."""
    if not are_wide(params, grads):
        for param, old, grad in zip(params, x, grads, strict=True):
            wide_x, wide_grad = widened(old, grad)
            wide = torch.empty_like(wide_x)
            _move_([wide], [wide_x], [wide_grad], factor, moves, weight_decay, shrink)
            param.copy_(wide)
        return
    if moves is False:  # 0 · grad would turn −0.0 into 0.0, and infinite gradients into NaN
        torch._foreach_copy_(params, x)
        return
    factor = shrink * factor
    if isinstance(factor, float) and params[0].is_cpu:  # torch would make it a tensor for each of them
        factor = torch.scalar_tensor(factor, dtype=params[0].dtype)
    torch._foreach_copy_(params, grads)
    if weight_decay != 0.0:  # together with the gradient: alone it may be below a rounding error of x
        torch._foreach_add_(params, x, alpha=weight_decay)
    torch._foreach_mul_(params, factor)
    if isinstance(shrink, Tensor) or shrink != 1.0:
        torch._foreach_add_(params, [old * (shrink - 1.0) for old in x])
    torch._foreach_add_(params, x)
    if isinstance(moves, Tensor):
        for param, old in zip(params, x, strict=True):
            torch.where(moves, param, old, out=param)
