"""Where the first pass leads: the factor of the gradient in e − x, with published variants, off by default.

With T = |x| + η elementwise (the identity where η is None) and the norm over all parameters together ::

    e − x = ρ (1 − λ + λ / ‖T ∇f(x)‖) T² ∇f(x)         T = 1: the method of the paper
    e − x = ρ T² ∇f(x) / max(‖T ∇f(x)‖, 1)              clipped

Sources: T with λ = 1 is ASAM: Kwon, Kim, Park, Choi, *ASAM: Adaptive Sharpness-Aware Minimization for
Scale-Invariant Learning of Deep Neural Networks*, ICML 2021, arXiv 2102.11600. Clipping is the shorter of the
perturbations that λ = 1 and λ = 0 make; we know no paper for it. To perturb in every k-th step is SAM-k of
Liu, Mai, Chen, Hsieh, You, *Towards Efficient and Scalable Sharpness-Aware Minimization*, CVPR 2022, arXiv
2203.02714.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

from torch import Tensor

from sam_sps.functional import TINY, perturbation_scale
from sam_sps.groups import GroupOptimizer
from sam_sps.hyperparameters import checked_sam_every
from sam_sps.parts import Ascent, Part, group_sums
from sam_sps.scalars import Loss, Scalar, Truth, at_least, choose, is_finite, loss_scalar, root, total
from sam_sps.sums import squared_norm, widened


def clipped_scale(grad_x_norm: Scalar, rho: float) -> Scalar:
    """Return ρ / max(‖grad_x‖, 1), the factor of grad_x in the clipped e − x; ‖e − x‖ is at most ρ."""
    return rho * (1.0 / at_least(grad_x_norm, 1.0))  # to the last digit that of λ = 1, and of λ = 0


def stretched(x: list[Tensor], grads: list[Tensor], eta: float | None, power: int = 2) -> list[Tensor]:
    """Return T^power grad_x with T = |x| + η, in float32 at least; grad_x as it is if η is None."""
    if eta is None:
        return grads
    pairs = (widened(old, grad) for old, grad in zip(x, grads, strict=True))
    return [grad * (old.abs() + eta) ** power for old, grad in pairs]


def directions(part: Part, groups: list[dict[str, Any]]) -> list[Tensor]:
    """Return what e − x is a multiple of, for parameters that hold x."""
    return stretched(part.params, part.grads, groups[part.group]["eta"])


def plan(parts: list[Part], loss: Loss | None, optimizer: GroupOptimizer) -> tuple[Ascent, list[Scalar]]:
    """Measure the first pass; return that, and for every group the factor of `directions` in e − x.

    A factor is NaN where the gradients are not finite.
    """
    groups, device = optimizer.param_groups, optimizer.scalar_device(parts[0].device)
    loss_x = loss_scalar(math.nan if loss is None else loss, device)
    (grad_sq,) = group_sums(parts, len(groups), device, Part.grad_sq)
    length_sq = direction_sq = grad_sq
    length = norm = root(total(grad_sq))
    if any(group["eta"] is not None for group in groups):
        length_sq, direction_sq = _stretched_sums(parts, optimizer)
        length = root(total(length_sq))
        norm = choose(is_finite(length), norm, length)  # so that the step is skipped
    is_usable = is_finite(length)
    finite_length = choose(is_usable, length, math.nan)
    is_at_x = _is_at_x(optimizer)
    rhos = [0.0 if is_at_x else group["rho"] for group in groups]
    is_floored: Truth = False
    if optimizer.clipped:
        scales = [clipped_scale(finite_length, rho) for rho in rhos]
    else:
        is_floored = length < TINY
        pairs = zip(rhos, groups, strict=True)
        scales = [perturbation_scale(finite_length, rho, group["lambd"]) for rho, group in pairs]
    moved = root(total([scale * scale * square for scale, square in zip(scales, direction_sq, strict=True)]))
    moved = choose(is_usable, moved, 0.0)
    slope = total([scale * square for scale, square in zip(scales, length_sq, strict=True)])
    evaluations = 1 if is_at_x else 2
    return Ascent(loss_x, loss is not None, norm, moved, slope, is_floored, evaluations), scales


def _stretched_sums(parts: list[Part], optimizer: GroupOptimizer) -> list[list[Scalar]]:
    """Return ‖T grad_x‖² and ‖T² grad_x‖² of every group."""
    groups = optimizer.param_groups

    def square(part: Part, on_host: bool, power: int) -> Scalar:
        eta = groups[part.group]["eta"]
        return squared_norm(stretched(part.params, part.grads, eta, power), on_host)

    device = optimizer.scalar_device(parts[0].device)
    return group_sums(parts, len(groups), device, partial(square, power=1), partial(square, power=2))


def _is_at_x(optimizer: GroupOptimizer) -> bool:
    """Whether this step is one of those with a single pass, for which e = x."""
    every = checked_sam_every(optimizer.sam_every)
    if every is None:
        return False
    return optimizer.counts.steps % every > 0 or all(group["rho"] == 0.0 for group in optimizer.param_groups)
