"""Lists of tensors that share a parameter group, a device and a type."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import torch
from torch import Tensor

from sam_sps.distributed import Group, is_sharding_possible, local_part, shard_groups
from sam_sps.functional import update_
from sam_sps.scalars import Scalar

#: Most elements of a tensor that is joined with others before a sum.
SHORT_NUMEL = 2**12
#: Most elements of all joined tensors of a bucket that are not vectors: bounds the memory that joining needs.
JOINED_NUMEL = 2**14


@dataclass
class Bucket:
    """Parameters of group number `group` with their gradients, all on one device and of one type.

    `owners` are the parameters as the optimizer knows them; `params` and `grads` are what this rank holds of
    them; `is_dense` tells whether all of these are contiguous and of one type. `x` has room for a copy of
    `params` and is kept from step to step; so is room for the short parameters joined.
    """

    group: int
    dtype: torch.dtype
    device: torch.device
    shards: tuple[Group, ...]
    owners: list[Tensor] = field(default_factory=list)
    params: list[Tensor] = field(default_factory=list)
    grads: list[Tensor] = field(default_factory=list)
    x: list[Tensor] = field(default_factory=list)
    is_dense: bool = False
    sizes: list[int] = field(default_factory=list)
    _is_vector: list[bool] = field(default_factory=list)
    _is_short: list[bool] = field(default_factory=list)
    _is_long: list[bool] = field(default_factory=list)
    _long_params: list[Tensor] = field(default_factory=list)
    _short_params: list[Tensor] = field(default_factory=list)
    _flat_params: list[Tensor] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _joined_x: list[Tensor] = field(default_factory=list)
    _joined_grads: list[Tensor] = field(default_factory=list)
    _work: list[Tensor] = field(default_factory=list)
    _work_parts: list[Tensor] = field(default_factory=list)
    _are_params_dense: bool = False

    def take(self, grads: list[Tensor], dtypes: set[torch.dtype], in_step: bool) -> None:
        """Take over the gradients of a pass, of these types; `in_step` as for `bucket_gradients`."""
        self.grads = grads
        if not self.sizes:
            self._sort()
        in_order = Tensor.is_contiguous
        if not in_step:
            self._are_params_dense = all(map(in_order, self.params))
        self.is_dense = self._are_params_dense and dtypes == {self.dtype} and all(map(in_order, grads))

    def _sort(self) -> None:
        """Tell short vectors (biases, scales of normalisations) and other short tensors from long ones."""
        self.sizes = [param.numel() for param in self.params]
        room = JOINED_NUMEL
        for param, size in zip(self.params, self.sizes, strict=True):
            is_vector = param.ndim == 1 and size <= SHORT_NUMEL
            is_short = not is_vector and size <= min(SHORT_NUMEL, room)
            room -= size if is_short else 0
            self._is_vector.append(is_vector)
            self._is_short.append(is_short)
            self._is_long.append(not (is_vector or is_short))
        if self._is_long.count(False) == 1:  # nothing to join it with
            self._is_vector = self._is_short = [False] * len(self.params)
            self._is_long = [True] * len(self.params)
        self._long_params = list(compress(self.params, self._is_long))
        self._short_params = [
            *compress(self.params, self._is_vector),
            *compress(self.params, self._is_short),
        ]

    def joined(self, tensors: list[Tensor]) -> list[Tensor]:
        """Return the tensors with all short ones made one: a network has many, and each costs a call."""
        long = list(compress(tensors, self._is_long))
        # Vectors come first, as they are: flattening would cost more than joining.
        short = [*compress(tensors, self._is_vector), *map(Tensor.flatten, compress(tensors, self._is_short))]
        return [*long, torch.cat(short)] if short else long

    def _join_params(self, out: Tensor) -> None:
        """Join the short parameters; views of them are kept for as long as they stay where they are."""
        places = list(map(Tensor.data_ptr, self._short_params)) if self._are_params_dense else []
        if not places or places != self._places:
            self._flat_params, self._places = list(map(Tensor.flatten, self._short_params)), places
        torch.cat(self._flat_params, out=out)

    def joined_x(self) -> list[Tensor]:
        """Return `joined(x)`, without a copy where `x` was made by `save`."""
        return self._joined_x or self.joined(self.x)

    def joined_e(self) -> list[Tensor]:
        """Return `joined(params)`, the short ones in the room that is kept for them."""
        if not self._work:
            return self.joined(self.params)
        self._join_params(self._work[0])
        return [*self._long_params, *self._work]

    def joined_grads(self) -> list[Tensor]:
        """Return `joined(grads)`, which is kept until `release`."""
        self._joined_grads = self.joined(self.grads)
        return self._joined_grads

    def update(self, gamma: Scalar, weight_decay: float, shrink: Scalar) -> None:
        """Set the parameters to x⁺ by `update_`; `x` is left as it is."""
        is_joined = bool(self._work) and bool(self._joined_grads) and self.is_dense
        if not (is_joined and self.device.type == "cpu" and isinstance(gamma, float)):
            update_(self.params, self.x, self.grads, gamma, weight_decay, shrink, self.is_dense)
            return
        # Not on the parameters themselves: every tensor, however small, starts all threads.
        targets = [*self._long_params, *self._work]
        update_(targets, self._joined_x, self._joined_grads, gamma, weight_decay, shrink, self.is_dense)
        torch._foreach_copy_(self._short_params, self._work_parts)

    def release(self) -> None:
        """Let go of the gradients, whose memory the next pass needs."""
        self.grads, self._joined_grads = [], []

    def save(self) -> None:
        """Copy the parameters to `x`, bit for bit."""
        if not self.x:
            self._make_room()
        long = self._long_params
        if long:
            torch._foreach_copy_(self._joined_x[: len(long)], long)
        if self._short_params:  # in one call
            self._join_params(self._joined_x[-1])

    def _make_room(self) -> None:
        """Make `x`: the short ones are parts of one tensor."""
        in_order = self._short_params
        sizes = [param.numel() for param in in_order]
        joined = torch.empty(sum(sizes), dtype=self.dtype, device=self.device)
        room = dict(zip(map(id, in_order), _parts(joined, in_order), strict=True))
        self.x = [room[id(p)] if id(p) in room else torch.empty_like(p) for p in self.params]
        self._joined_x = [*compress(self.x, self._is_long), *([joined] if sizes else [])]
        self._work = [torch.empty_like(joined)] if sizes else []
        self._work_parts = [part for work in self._work for part in _parts(work, in_order)]

    def local(self, scalar: Scalar) -> Scalar:
        """Return a tensor on the device of the bucket, a float as it is."""
        return scalar.to(self.device) if isinstance(scalar, Tensor) else scalar

    def restore(self) -> None:
        """Copy `x` back."""
        torch._foreach_copy_(self.params, self.x)


def _parts(joined: Tensor, tensors: list[Tensor]) -> list[Tensor]:
    """Return views of `joined`, one after the other, in the shapes of the tensors."""
    parts = joined.split([tensor.numel() for tensor in tensors])
    return [part.view(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]


def bucket_gradients(groups: list[dict[str, Any]], before: list[Bucket], in_step: bool) -> list[Bucket]:
    """Collect all parameters that have a gradient, in the order of the groups.

    Returns the buckets of `before`, with new gradients, if nothing else has changed. `in_step`: they are of
    the same step, so parameters are of the type and on the device that they were then.

    Raises
    ------
    RuntimeError
        If there is no gradient at all, or one is sparse or complex.
    """
    owners: list[list[Tensor]] = []
    grads: list[list[Tensor]] = []
    for group in groups:
        params = group["params"]
        found = [grad for param in params if (grad := param.grad) is not None]
        if len(found) < len(params):
            params = [param for param in params if param.grad is not None]
        owners.append(params)
        grads.append(found)
    if not any(owners):
        raise RuntimeError(
            "no parameter has a gradient: the closure must call backward() on its loss, "
            "and at least one parameter given to SAM_SPS must take part in it"
        )
    dtypes = [_checked_dtypes(found) for found in grads]
    if not is_sharding_possible() and _are_alike(owners, before, in_step):
        for bucket in before:
            bucket.take(grads[bucket.group], dtypes[bucket.group], in_step)
        return before
    buckets: dict[Any, Bucket] = {}
    for number, members in enumerate(owners):
        for owner, grad in zip(members, grads[number], strict=True):
            shards = shard_groups(owner, grad)
            param = local_part(owner)
            key = (number, param.dtype, param.device, shards)
            bucket = buckets.setdefault(key, Bucket(*key))
            bucket.owners.append(owner)
            bucket.params.append(param)
            bucket.grads.append(local_part(grad))
    for bucket in buckets.values():
        bucket.take(bucket.grads, {grad.dtype for grad in bucket.grads}, in_step=False)
    return list(buckets.values())


def _checked_dtypes(grads: list[Tensor]) -> set[torch.dtype]:
    if {grad.layout for grad in grads} - {torch.strided}:
        raise RuntimeError("SAM_SPS does not support sparse gradients; use dense ones (sparse=False)")
    dtypes = {grad.dtype for grad in grads}
    if any(dtype.is_complex for dtype in dtypes):
        raise RuntimeError("SAM_SPS does not support complex gradients; use torch.view_as_real")
    return dtypes


def _are_alike(owners: list[list[Tensor]], buckets: list[Bucket], in_step: bool) -> bool:
    """Whether the buckets hold just these parameters, each where and as it was."""
    by_group = {bucket.group: bucket for bucket in buckets}
    if len(by_group) < len(buckets):
        return False
    for number, members in enumerate(owners):
        bucket = by_group.get(number)
        held = bucket.owners if bucket else []
        if len(held) != len(members) or not all(map(operator.is_, held, members)):
            return False
        if bucket and not in_step:
            kinds = {(param.dtype, param.device) for param in held}
            if kinds != {(bucket.dtype, bucket.device)} or list(map(Tensor.numel, held)) != bucket.sizes:
                return False
    return True


def adopt_x(buckets: list[Bucket], first: list[Bucket]) -> None:
    """Give buckets of the second pass the x that those of the first pass saved, or their own parameters."""
    saved = {id(owner): x for bucket in first for owner, x in zip(bucket.owners, bucket.x, strict=True)}
    for bucket in buckets:
        # Without a gradient in the first pass a parameter was not perturbed: it holds x.
        bucket.x = [
            saved[id(owner)] if id(owner) in saved else param.clone()
            for owner, param in zip(bucket.owners, bucket.params, strict=True)
        ]
