"""From the measurements of both passes to the step sizes, without asking the device for a number."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor

from sam_sps.functional import TINY, polyak_numerator, polyak_step_size
from sam_sps.options import next_lower_bound, proximal_step_sizes, smoothed_cap, usable_lower_bound
from sam_sps.scalars import Scalar, at_least, choose, is_finite, of_kind, root, stacked, total
from sam_sps.step_info import StepInfo


@dataclass(frozen=True)
class Measured:
    """All that the step size depends on. `grad_dot_x` is empty but in the proximal variant."""

    loss_x: Scalar
    is_loss_x_known: bool
    loss_e: Scalar
    inner: Scalar
    grad_sq: list[Scalar]
    grad_dot_x: list[Scalar]
    grad_x_norm: Scalar
    perturbation_norm: Scalar


@dataclass(frozen=True)
class Outcome:
    """A step in numbers.

    Attributes
    ----------
    values : list of scalars
        The scalar fields of StepInfo but for `gamma`, in their order; the three flags as 0 or 1.
    gammas, shrinks : list of scalars
        Step size and, in the proximal variant, shrink factor of every group.
    lower_bound : scalar
        Estimate of ℓ* for the next step.
    """

    values: list[Any]
    gammas: list[Any]
    shrinks: list[Any]
    lower_bound: Any

    def on_host(self) -> Outcome:
        """Read everything at once: the one place in a step at which the host waits for the device."""
        scalars = [*self.values, *self.gammas, *self.shrinks, self.lower_bound]
        if not any(isinstance(scalar, Tensor) for scalar in scalars):
            return self
        read = stacked(scalars).tolist()
        n, end = len(self.values), len(self.values) + len(self.gammas)
        return Outcome(read[:n], read[n:end], read[end:-1], read[-1])

    def info(self) -> StepInfo:
        """Return an outcome that is on the host as the object shown to users."""
        loss_x, loss_e, raw, numerator, grad_x_norm, grad_e_norm, moved, capped, clamped, skipped = (
            self.values
        )
        return StepInfo(
            loss_x=loss_x,
            loss_e=loss_e,
            gamma=self.gammas[0],
            gammas=tuple(self.gammas),
            gamma_raw=raw,
            numerator=numerator,
            grad_x_norm=grad_x_norm,
            grad_e_norm=grad_e_norm,
            perturbation_norm=moved,
            capped=bool(capped),
            clamped=bool(clamped),
            skipped=bool(skipped),
        )


def decide(m: Measured, groups: list[dict[str, Any]], proximal: bool, online_lower_bound: bool) -> Outcome:
    """Return what the step does; γ = 0 where something is not finite."""
    caps = [smoothed_cap(g["gamma_b"], g["gamma_growth"], g["gamma_last"]) for g in groups]
    f_star = groups[0]["f_star"]
    model_at_x = m.loss_e - m.inner
    bound: Scalar = f_star
    if online_lower_bound:
        before = groups[0]["lower_bound"]
        bound = usable_lower_bound(model_at_x, f_star if before is None else before, f_star)
    numerator = polyak_numerator(m.loss_e, bound, m.inner)
    grad_e_sq = total(m.grad_sq)

    if proximal:
        decays = [g["weight_decay"] for g in groups]
        used, capped, gammas = proximal_step_sizes(numerator, m.grad_sq, m.grad_dot_x, caps, decays)
        shrinks = [1.0 / (1.0 + cap * decay) for cap, decay in zip(caps, decays, strict=True)]
    else:
        pairs = zip(caps, groups, strict=True)
        steps = [polyak_step_size(numerator, grad_e_sq, cap, g["c"]) for cap, g in pairs]
        gammas, shrinks = [step.gamma for step in steps], []
        used, capped = numerator, reduce(operator.or_, [step.wanted > step.gamma for step in steps])

    must_be_finite = [m.loss_e, m.grad_x_norm, grad_e_sq, used, *([m.loss_x] if m.is_loss_x_known else [])]
    finite = reduce(operator.and_, [is_finite(value) for value in must_be_finite])
    gammas = [choose(finite, gamma, 0.0) for gamma in gammas]
    shrinks = [choose(finite, of_kind(numerator, shrink), 1.0) for shrink in shrinks]
    if online_lower_bound:
        moved = total([gamma * square for gamma, square in zip(gammas, m.grad_sq, strict=True)])
        bound = choose(finite, next_lower_bound(model_at_x, moved, f_star), bound)
    values = [m.loss_x, m.loss_e, numerator / at_least(grad_e_sq, TINY), numerator]
    values += [m.grad_x_norm, root(grad_e_sq), m.perturbation_norm]
    values += [choose(finite & capped, 1.0, 0.0), choose(finite & (used < 0.0), 1.0, 0.0)]
    return Outcome([*values, choose(finite, 0.0, 1.0)], gammas, shrinks, bound)


def counted(counts: Any, outcome: Outcome) -> Any:
    """Return (steps, capped, clamped, skipped) after a step; a tensor of counts is changed in place."""
    capped, clamped, skipped = outcome.values[-3:]
    if not isinstance(skipped, Tensor):
        return tuple(a + int(b) for a, b in zip(counts, (1, capped, clamped, skipped), strict=True))
    happened = torch.stack([torch.ones_like(skipped), capped, clamped, skipped]).to(torch.int64)
    return counts.add_(happened) if isinstance(counts, Tensor) else happened + happened.new_tensor(counts)


def written(place: Any, value: Any) -> Any:
    """Return `value`; a tensor is written into the tensor `place` (captured graphs read there) or copied."""
    if not isinstance(value, Tensor):
        return value
    return place.copy_(value) if isinstance(place, Tensor) else value.clone()
