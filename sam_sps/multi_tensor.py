"""The buckets that the gradients of a pass belong to: those of the pass before where nothing has changed."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import Tensor

from sam_sps.bucket import Bucket
from sam_sps.distributed import has_dtensor, local_part, shard_groups


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
            "no parameter has a gradient: backward() must be called on the loss (by the closure, or before "
            "first_step and second_step), and a parameter given to SAM_SPS must take part in it"
        )
    kinds = [_checked_kind(found) for found in grads]
    if not any(map(has_dtensor, [*owners, *grads])) and _are_alike(owners, before, in_step):
        for bucket in before:
            bucket.take(grads[bucket.group], *kinds[bucket.group], in_step)
        return before
    buckets = _sorted_in(owners, grads)
    if len(before) == len(buckets) and all(map(_goes_on_as, before, buckets)):
        for bucket, new in zip(before, buckets, strict=True):
            bucket.take(new.grads, *_checked_kind(new.grads), in_step)
        return before
    for bucket in buckets:
        bucket.take(bucket.grads, *_checked_kind(bucket.grads), in_step=False)
    return buckets


def _sorted_in(owners: list[list[Tensor]], grads: list[list[Tensor]]) -> list[Bucket]:
    """Return new buckets with the owners of every group."""
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
    return list(buckets.values())


def _checked_kind(grads: list[Tensor]) -> tuple[set[torch.dtype], bool]:
    """Return the types of the gradients and whether all are contiguous."""
    dtypes = {grad.dtype for grad in grads}
    if any(dtype.is_complex for dtype in dtypes):
        raise RuntimeError("SAM_SPS does not support complex gradients; use torch.view_as_real")
    try:
        are_in_order = all(map(Tensor.is_contiguous, grads))
    except RuntimeError:  # some sparse layouts do not know
        are_in_order = False
    # Sparse ones are never contiguous, so that most often nobody has to be asked for the layout.
    if not are_in_order and {grad.layout for grad in grads} != {torch.strided}:
        raise RuntimeError("SAM_SPS does not support sparse gradients; use dense ones (sparse=False)")
    return dtypes, are_in_order


def _are_alike(owners: list[list[Tensor]], buckets: list[Bucket], in_step: bool) -> bool:
    """Whether the buckets hold just these parameters, each where and as it was."""
    by_group = {bucket.group: bucket for bucket in buckets}
    if len(by_group) < len(buckets) or max(by_group, default=0) >= len(owners):  # groups may be removed
        return False
    for number, members in enumerate(owners):
        bucket = by_group.get(number)
        if not _are_same(bucket.owners if bucket else [], members):
            return False
        if bucket and not bucket.is_as_before(in_step):
            return False
    return True


def _goes_on_as(bucket: Bucket, new: Bucket) -> bool:
    """Whether the new one holds the same parameters, as they were; the old one takes over its local parts."""
    kinds = [(b.group, b.dtype, b.device, b.shards) for b in (bucket, new)]
    if kinds[0] != kinds[1] or not _are_same(bucket.owners, new.owners):
        return False
    bucket.params = new.params
    return bucket.is_as_before(in_step=False)


def _are_same(held: list[Tensor], members: list[Tensor]) -> bool:
    return len(held) == len(members) and all(map(operator.is_, held, members))


def adopt_x(buckets: list[Bucket], first: list[Bucket]) -> None:
    """Give buckets of the second pass the x that those of the first pass saved, or their own parameters."""
    saved = {id(owner): x for bucket in first for owner, x in zip(bucket.owners, bucket.x, strict=True)}
    for bucket in buckets:
        # Without a gradient in the first pass a parameter was not perturbed: it holds x.
        bucket.x = [
            saved[id(owner)] if id(owner) in saved else param.clone()
            for owner, param in zip(bucket.owners, bucket.params, strict=True)
        ]
