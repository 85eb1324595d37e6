"""From the measurements of both passes to the step sizes, without asking the device for a number."""

from __future__ import annotations

import math
import operator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from sam_sps.distributed import DIFFERENT_GRADIENTS, mean_over
from sam_sps.functional import TINY, polyak_numerator
from sam_sps.groups import GroupOptimizer
from sam_sps.options import (
    cap_of,
    factored_step_sizes,
    next_lower_bound,
    proximal_step_sizes,
    smoothed_cap,
    usable_lower_bound,
)
from sam_sps.parts import Ascent, Part, group_sums
from sam_sps.scalars import Scalar, at_least, choose, is_finite, of_kind, placed, root, stacked, total
from sam_sps.step_info import StepInfo


@dataclass(frozen=True)
class Outcome:
    """A step in numbers.

    Attributes
    ----------
    values : list of scalars
        The scalar fields of StepInfo but for `gamma`, in their order; the flags as 0 or 1.
    gammas, weight_decays, shrinks : list of scalars
        What `update_` takes for every group.
    lower_bound : scalar
        Estimate of ℓ* for the next step.
    evaluations : int
        Gradient evaluations of the step.
    rise : scalar
        What f(e) − f(x) is for a quadratic f, (⟨∇f(x), e − x⟩ + ⟨∇f(e), e − x⟩)/2; 0 if rounding made e = x.
    differs : bool
        The gradients differ between ranks that share the step, which is therefore skipped.
    is_sharded : bool
        A parameter is cut into shards.
    """

    values: list[Any]
    gammas: list[Any]
    shrinks: list[Any]
    weight_decays: list[float]
    lower_bound: Any
    evaluations: int
    rise: Any = 0.0
    differs: Any = False
    is_sharded: bool = False

    @property
    def flags(self) -> list[Any]:
        """Whether the step was capped, clamped, skipped, floored."""
        return self.values[7:]

    def on_host(self) -> Outcome:
        """Read everything at once: the one place in a step at which the host waits for the device.

        Raises a RuntimeError if the ranks of a step have different gradients.
        """
        scalars = [*self.values, *self.gammas, *self.shrinks, self.lower_bound, self.rise, self.differs]
        outcome = self
        if any(isinstance(scalar, Tensor) for scalar in scalars):
            read = stacked(scalars).tolist()
            n, end = len(self.values), len(self.values) + len(self.gammas)
            outcome = replace(
                self,
                values=read[:n],
                gammas=read[n:end],
                shrinks=read[end:-3],
                lower_bound=read[-3],
                rise=read[-2],
                differs=read[-1] > 0.5,
            )
        if outcome.differs:
            raise RuntimeError(DIFFERENT_GRADIENTS)
        return outcome

    def info(self) -> StepInfo:
        """Return an outcome that is on the host as the object shown to users."""
        loss_x, loss_e, *numbers = self.values[:7]
        flags = map(bool, self.flags)
        return StepInfo(
            loss_x, loss_e, self.gammas[0], tuple(self.gammas), *numbers, *flags, evaluations=self.evaluations
        )


def decide(ascent: Ascent, parts: list[Part], loss_e: Scalar, optimizer: GroupOptimizer) -> Outcome:
    """Measure the second pass and return what the step does; γ = 0 where something is not finite.

    Afterwards the parameters hold nothing of use.
    """
    groups, device = optimizer.param_groups, optimizer.scalar_device(parts[0].device)
    measures = [Part.grad_sq, Part.inner_, *([Part.grad_dot_x] * optimizer.proximal)]
    grad_sq, inners, *grad_dot_x = group_sums(parts, len(groups), device, *measures)
    grad_e_sq = total(grad_sq)
    metric_sq = total([g["gamma_factor"] * square for g, square in zip(groups, grad_sq, strict=True)])
    # Gradients are averages over ranks, so the losses must be, or every rank would take its own step.
    scalars, norms = [ascent.loss_x, loss_e, total(inners)], [ascent.grad_x_norm, root(grad_e_sq)]
    (loss_x, loss_e, inner), differs = mean_over(optimizer.process_group, scalars, norms)
    loss_e = choose(differs, math.nan, loss_e)  # so that the step is skipped
    rise = choose(inner == 0.0, 0.0, (ascent.slope + inner) / 2.0)
    is_sharded = any(part.shards for part in parts)
    caps = [smoothed_cap(cap_of(g), g["gamma_growth"], g["gamma_last"]) for g in groups]
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
        gammas, capped = factored_step_sizes(numerator, metric_sq, caps, groups)

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
    floored = ascent.is_floored | (metric_sq < TINY)
    values += [choose(flag, 1.0, 0.0) for flag in (finite & capped, finite & (used < 0.0))]
    values += [choose(finite, 0.0, 1.0), choose(finite & floored, 1.0, 0.0)]
    numbers = (values, gammas, shrinks, decays, bound, ascent.evaluations)
    return Outcome(*numbers, rise, differs, is_sharded)


def left_out(ascent: Ascent | None, optimizer: GroupOptimizer) -> Outcome:
    """Return what a step does whose batch is left out, or that is cancelled: nothing."""
    groups = optimizer.param_groups
    device = optimizer.scalar_device(groups[0]["params"][0].device)
    nan, zero, one = (placed(value, device) for value in (math.nan, 0.0, 1.0))
    values = [nan] * 7
    if ascent is not None:
        values = [ascent.loss_x, nan, nan, nan, ascent.grad_x_norm, nan, ascent.perturbation_norm]
    bound = groups[0]["f_star"] if groups[0]["lower_bound"] is None else groups[0]["lower_bound"]
    outcome = Outcome(
        [*values, zero, zero, one, zero],
        [zero] * len(groups),
        [1.0] * len(groups),
        [0.0] * len(groups),
        placed(bound, device),
        0 if ascent is None else 1,
    )
    return outcome if optimizer.capturable else outcome.on_host()


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
    """Return the numbers of StepCounts after a step; a tensor of counts is changed in place."""
    flags = outcome.flags
    if not isinstance(flags[0], Tensor):
        numbers = (1, *flags, outcome.evaluations)
        return tuple(a + int(b) for a, b in zip(counts, numbers, strict=True))
    one = torch.ones_like(flags[0])
    happened = torch.stack([one, *flags, one * outcome.evaluations]).to(torch.int64)
    return counts.add_(happened) if isinstance(counts, Tensor) else happened + happened.new_tensor(counts)


def _written(place: Any, value: Any) -> Any:
    """Return `value`; a tensor is written into the tensor `place` (captured graphs read there) or copied."""
    if not isinstance(value, Tensor):
        return value
    return place.copy_(value) if isinstance(place, Tensor) else value.clone()
