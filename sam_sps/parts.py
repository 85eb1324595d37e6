"""The parameters that have a gradient, in lists of one group, type and device; what is measured of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from sam_sps.distributed import Group, add_over, are_shards_possible, local_part, shard_groups
from sam_sps.scalars import Scalar, Truth, stacked
from sam_sps.sums import displacement_product_, product, squared_norm


@dataclass
class Part:
    """Parameters of group number `group`, their gradients and a copy of x.

    `owners` are the parameters as the optimizer knows them; `params` and `grads` are what this rank holds of
    them; `shards` are the process groups over which they are sharded.
    """

    group: int
    device: torch.device
    shards: tuple[Group, ...]
    owners: list[Tensor] = field(default_factory=list)
    params: list[Tensor] = field(default_factory=list)
    grads: list[Tensor] = field(default_factory=list)
    x: list[Tensor] = field(default_factory=list)

    def grad_sq(self, on_host: bool) -> Scalar:
        """Return ‖grad‖²."""
        return squared_norm(self.grads, on_host)

    def inner_(self, on_host: bool) -> Scalar:
        """Return ⟨grad_e, e − x⟩; afterwards the parameters hold nothing of use."""
        return displacement_product_(self.params, self.x, self.grads, on_host)

    def grad_dot_x(self, on_host: bool) -> Scalar:
        """Return ⟨grad, x⟩."""
        return product(self.grads, self.x, on_host)

    def local(self, scalars: list[Any]) -> Any:
        """Return the one of the group: a tensor on the device of the parameters, a float as it is."""
        scalar = scalars[self.group]
        return scalar.to(self.device) if isinstance(scalar, Tensor) else scalar


def parts_with_gradients(groups: list[dict[str, Any]]) -> list[Part]:
    """Return all parameters that have a gradient, in the order of the groups.

    Raises a RuntimeError if there is no gradient at all, or one is sparse or complex.
    """
    parts: dict[Any, Part] = {}
    may_be_sharded = are_shards_possible()
    for number, group in enumerate(groups):
        for owner in group["params"]:
            grad = owner.grad
            if grad is None:
                continue
            param, shards = owner, ()
            if may_be_sharded:
                shards = shard_groups(owner, grad)
                param, grad = local_part(owner), local_part(grad)
            if grad.layout is not torch.strided:
                raise RuntimeError("SAM_SPS does not support sparse gradients; use dense ones (sparse=False)")
            key = (number, param.dtype, grad.dtype, param.device, shards)
            part = parts.get(key)
            if part is None:
                if grad.is_complex():
                    raise RuntimeError("SAM_SPS does not support complex gradients; use torch.view_as_real")
                part = parts[key] = Part(number, param.device, shards)
            part.owners.append(owner)
            part.params.append(param)
            part.grads.append(grad)
    if not parts:
        raise RuntimeError(
            "no parameter has a gradient: backward() must be called on the loss (by the closure, or before "
            "first_step and second_step), and a parameter given to SAM_SPS must take part in it"
        )
    return list(parts.values())


def group_sums(
    parts: list[Part],
    n_groups: int,
    device: torch.device | None,
    *measures: Callable[[Part, bool], Scalar],
) -> list[list[Scalar]]:
    """Return what the measures give, summed over shards and the parts of every group.

    One list of `n_groups` sums for each measure: floats if `device` is None, else tensors there.
    """
    sums: list[list[Scalar]] = [[0.0] * n_groups for _ in measures]
    for part in parts:
        values = [measure(part, device is None) for measure in measures]
        if part.shards:
            summed = add_over(part.shards, stacked(values))
            values = summed.tolist() if device is None else list(summed.unbind())
        for of_groups, value in zip(sums, values, strict=True):
            of_groups[part.group] += value.to(device) if isinstance(value, Tensor) else value
    return sums


@dataclass
class Ascent:
    """What is kept while the parameters hold e: the measurements at x, and x itself.

    `slope` is ⟨∇f(x), e − x⟩ by the formula. `is_floored`: a norm was so small that 1e-12 took its place.
    `evaluations` is how many gradients the step needs: 1 where e = x, and those at x serve twice.
    `saved` maps the id of a parameter to the parameter and a copy of what this rank holds of it.
    """

    loss_x: Scalar
    is_loss_x_known: bool
    grad_x_norm: Scalar
    perturbation_norm: Scalar
    slope: Scalar
    is_floored: Truth
    evaluations: int
    saved: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    def give_x(self, parts: list[Part]) -> None:
        """Give the parts their copies of x; parameters that have none yet were not moved and hold x."""
        for part in parts:
            for owner, param in zip(part.owners, part.params, strict=True):
                if id(owner) not in self.saved:
                    self.saved[id(owner)] = owner, param.clone()
            part.x = [self.saved[id(owner)][1] for owner in part.owners]

    def restore(self) -> None:
        """Put x back into all parameters."""
        with torch.no_grad():
            for owner, x in self.saved.values():
                local_part(owner).copy_(x)
        torch.clear_autocast_cache()
