"""The mathematics of SAM_SPS in three functions: perturbation, step size, update.

Scalars are 0-dimensional tensors on the device of the parameters, so nothing here waits for that device. The
in-place functions accept a `float` as well, which is faster where the value is known to the host anyway.
Source: Oikonomou and Loizou, arXiv 2606.01827, Section 2.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

#: Lower clamp of ‖grad_x‖ and of ‖grad_e‖², as in the official package: at a stationary point both are 0.
TINY = 1e-12


class PolyakStep(NamedTuple):
    """Numerator N, step size before safeguard and cap, step size after them; all 0-dimensional."""

    numerator: Tensor
    raw: Tensor
    gamma: Tensor


def perturbation_scale(grad_x_norm: Tensor, rho: float, lambd: float) -> Tensor:
    """Return ρ (1 − λ + λ / max(‖grad_x‖, 1e-12)), the factor of grad_x in e − x.

    Parameters
    ----------
    grad_x_norm : Tensor, shape ()
        ‖grad_x‖ over all parameters together.
    rho : float
        Sharpness radius ρ >= 0.
    lambd : float
        λ in [0, 1]; 0: USAM (not normalised), 1: SAM (normalised).
    """
    return rho * (1.0 - lambd + lambd / grad_x_norm.clamp(min=TINY))


def perturb_(params: list[Tensor], grads: list[Tensor], scale: float | Tensor) -> None:
    """Add scale · grad_x to the parameters, or nothing where the scale is not finite.

    A gradient that is not finite must not reach the second pass: it would leave its mark in the running
    statistics of BatchNorm. Callers pass a NaN scale in that case.
    """
    if isinstance(scale, float):
        if scale - scale == 0.0:
            torch._foreach_add_(params, grads, alpha=scale)
        return
    moves = torch._foreach_mul(grads, scale)
    # 0 · inf is NaN, so a mask and not a factor.
    finite = torch.isfinite(scale)
    torch._foreach_add_(params, [torch.where(finite, move, 0.0) for move in moves])


def polyak_step_size(
    loss_e: Tensor, f_star: float, inner: Tensor, grad_e_sq: Tensor, gamma_b: float
) -> PolyakStep:
    """Return N = f(e) − ℓ* − ⟨grad_e, e − x⟩, N / ‖grad_e‖² and γ = min{max(N, 0) / ‖grad_e‖², γ_b}.

    Parameters
    ----------
    loss_e : Tensor, shape ()
        Mini-batch loss at e.
    f_star : float
        Lower bound ℓ* on the mini-batch loss.
    inner : Tensor, shape ()
        ⟨grad_e, e − x⟩.
    grad_e_sq : Tensor, shape ()
        ‖grad_e‖², clamped from below at 1e-12.
    gamma_b : float
        Cap γ_b >= 0.
    """
    numerator = loss_e - f_star - inner
    raw = numerator / grad_e_sq.clamp(min=TINY)
    return PolyakStep(numerator, raw, raw.clamp(min=0.0).clamp(max=gamma_b))


def update_(
    params: list[Tensor], x: list[Tensor], grads: list[Tensor], gamma: float | Tensor, weight_decay: float
) -> None:
    """Set the parameters to x − γ (grad_e + weight_decay · x), and to x bit for bit where γ = 0.

    What the parameters held before does not matter.
    """
    # x + (−0)·grad would turn −0.0 into 0.0, and inf or NaN gradients into NaN parameters.
    if isinstance(gamma, float):
        torch._foreach_copy_(params, x)
        if gamma != 0.0:
            direction = torch._foreach_add(grads, x, alpha=weight_decay) if weight_decay else grads
            torch._foreach_add_(params, direction, alpha=-gamma)
        return
    direction = torch._foreach_add(grads, x, alpha=weight_decay) if weight_decay else list(grads)
    moved = torch._foreach_sub(x, torch._foreach_mul(direction, gamma))
    moves = gamma != 0.0
    torch._foreach_copy_(params, [torch.where(moves, new, old) for new, old in zip(moved, x, strict=True)])
