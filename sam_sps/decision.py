"""From the measurements of both passes to the step sizes, without asking the device for a number."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from sam_sps.distributed import mean_over
from sam_sps.functional import TINY, polyak_numerator, polyak_step_size
from sam_sps.groups import GroupOptimizer
from sam_sps.options import next_lower_bound, proximal_step_sizes, smoothed_cap, usable_lower_bound
from sam_sps.parts import Ascent, Part, group_sums
from sam_sps.scalars import Scalar, at_least, choose, is_finite, of_kind, root, stacked, total
from sam_sps.step_info import StepInfo


@dataclass(frozen=True)
class Outcome:
    """A step in numbers.

    Attributes
    ----------
    values : list of scalars
        The scalar fields of StepInfo but for `gamma`, in their order; the three flags as 0 or 1.
    gammas, weight_decays, shrinks : list of scalars
        What `update_` takes for every group.
    lower_bound : scalar
        Estimate of ℓ* for the next step.
    """

    values: list[Any]
    gammas: list[Any]
    shrinks: list[Any]
    weight_decays: list[float]
    lower_bound: Any

    def on_host(self) -> Outcome:
        """Read everything at once: the one place in a step at which the host waits for the device."""
        scalars = [*self.values, *self.gammas, *self.shrinks, self.lower_bound]
        if not any(isinstance(scalar, Tensor) for scalar in scalars):
            return self
        read = stacked(scalars).tolist()
        n, end = len(self.values), len(self.values) + len(self.gammas)
        return Outcome(read[:n], read[n:end], read[end:-1], self.weight_decays, read[-1])

    def info(self) -> StepInfo:
        """Return an outcome that is on the host as the object shown to users."""
        loss_x, loss_e, *numbers = self.values[:7]
        flags = map(bool, self.values[7:])
        return StepInfo(loss_x, loss_e, self.gammas[0], tuple(self.gammas), *numbers, *flags)


def decide(ascent: Ascent, parts: list[Part], loss_e: Scalar, optimizer: GroupOptimizer) -> Outcome:
    """Measure the second pass and return what the step does; γ = 0 where something is not finite.

    Afterwards the parameters hold nothing of use.
    """
    groups, device = optimizer.param_groups, optimizer.scalar_device(parts[0].device)
    measures = [Part.grad_sq, Part.inner_, *([Part.grad_dot_x] * optimizer.proximal)]
    grad_sq, inners, *grad_dot_x = group_sums(parts, len(groups), device, *measures)
    grad_e_sq = total(grad_sq)
    # Gradients are averages over ranks, so the losses must be, or every rank would take its own step.
    scalars = [ascent.loss_x, loss_e, total(inners)]
    loss_x, loss_e, inner = mean_over(optimizer.process_group, scalars)
    caps = [smoothed_cap(g["gamma_b"], g["gamma_growth"], g["gamma_last"]) for g in groups]
    decays = [g["weight_decay"] for g in groups]
    shrinks: list[Scalar] = [1.0] * len(groups)
    bound = f_star = groups[0]["f_star"]
    if optimizer.online_lower_bound:
        before = groups[0]["lower_bound"]
        bound = usable_lower_bound(loss_e - inner, f_star if before is None else before, f_star)
    numerator = used = polyak_numerator(loss_e, bound, inner)
    if optimizer.proximal:
        used, capped, gammas = proximal_step_sizes(numerator, grad_sq, grad_dot_x[0], caps, decays)
        shrinks = [1.0 / (1.0 + cap * decay) for cap, decay in zip(caps, decays, strict=True)]
        decays = [0.0] * len(groups)
    else:
        pairs = zip(groups, caps, strict=True)
        gammas = [polyak_step_size(numerator / group["c"], grad_e_sq, cap) for group, cap in pairs]
        uncapped = [polyak_step_size(numerator / group["c"], grad_e_sq, math.inf) for group in groups]
        capped = reduce(operator.or_, map(operator.gt, uncapped, gammas))

    must_be_finite = [loss_e, ascent.grad_x_norm, grad_e_sq, used, *([loss_x] * ascent.is_loss_x_known)]
    finite = reduce(operator.and_, map(is_finite, must_be_finite))
    gammas = [choose(finite, gamma, 0.0) for gamma in gammas]
    if optimizer.proximal:
        shrinks = [choose(finite, of_kind(numerator, shrink), 1.0) for shrink in shrinks]
    if optimizer.online_lower_bound:
        moved = total([gamma * square for gamma, square in zip(gammas, grad_sq, strict=True)])
        bound = choose(finite, next_lower_bound(loss_e - inner, moved, f_star), bound)
    values = [loss_x, loss_e, numerator / at_least(grad_e_sq, TINY), numerator]
    values += [ascent.grad_x_norm, root(grad_e_sq), ascent.perturbation_norm]
    values += [choose(finite & flag, 1.0, 0.0) for flag in (capped, used < 0.0)]
    return Outcome([*values, choose(finite, 0.0, 1.0)], gammas, shrinks, decays, bound)


def record(outcome: Outcome, optimizer: GroupOptimizer) -> None:
    """Write what is read or carried into the groups, with `capturable` always into the same tensors."""
    groups = optimizer.param_groups
    counts = _counted(groups[0]["counts"], outcome)
    for group, gamma in zip(groups, outcome.gammas, strict=True):
        last = group["gamma_last"]
        group["lr"] = _written(group["lr"], gamma)
        group["gamma_last"] = _written(last, choose(gamma > 0.0, gamma, last))
        group["counts"] = counts
        if optimizer.online_lower_bound:
            group["lower_bound"] = _written(group["lower_bound"], outcome.lower_bound)


def _counted(counts: Any, outcome: Outcome) -> Any:
    """Return (steps, capped, clamped, skipped) after a step; a tensor of counts is changed in place."""
    capped, clamped, skipped = outcome.values[-3:]
    if not isinstance(skipped, Tensor):
        return tuple(a + int(b) for a, b in zip(counts, (1, capped, clamped, skipped), strict=True))
    happened = torch.stack([torch.ones_like(skipped), capped, clamped, skipped]).to(torch.int64)
    return counts.add_(happened) if isinstance(counts, Tensor) else happened + happened.new_tensor(counts)


def _written(place: Any, value: Any) -> Any:
    """Return `value`; a tensor is written into the tensor `place` (captured graphs read there) or copied."""
    if not isinstance(value, Tensor):
        return value
    return place.copy_(value) if isinstance(place, Tensor) else value.clone()
