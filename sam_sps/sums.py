"""Norms and products over lists of tensors, and their sums over parameter groups and shards."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from sam_sps.distributed import add_over
from sam_sps.multi_tensor import Bucket
from sam_sps.scalars import Scalar

#: Most elements summed in one go on the CPU, where norms lose digits with length (1e-3 at 20 million).
PIECE_NUMEL = 2**16

_FULL_PRECISION = (torch.float32, torch.float64)


def group_sums(
    buckets: list[Bucket], rows: list[list[Tensor]], n_groups: int, on_host: bool
) -> list[list[Scalar]]:
    """Add up values given per bucket, over all shards; float64 if one of them is.

    Parameters
    ----------
    rows : list of lists of Tensor
        Each row has one 0-dimensional value for every bucket.

    Returns
    -------
    list of lists of scalars
        One list of `n_groups` for each row; floats if `on_host`.
    """
    dtype = torch.float64 if any(value.dtype == torch.float64 for value in rows[0]) else torch.float32
    device = rows[0][0].device
    sums: list[list[Any]] = [[0.0] * n_groups for _ in rows]
    # All ranks meet the same kinds of sharding in the same order.
    for shards in dict.fromkeys(bucket.shards for bucket in buckets):
        members = [i for i, bucket in enumerate(buckets) if bucket.shards == shards]
        own = [row[i] for row in rows for i in members]
        if shards or not on_host:
            own = [*add_over(shards, torch.stack([value.to(device, dtype) for value in own]))]
        cells = iter([value.item() for value in own] if on_host else own)
        for row_sums in sums:
            for i in members:
                row_sums[buckets[i].group] += next(cells)
    return sums


def squared_norm(tensors: list[Tensor]) -> Tensor:
    """Return Σ ‖tensor‖² in float32, or in float64 for float64 tensors; 0-dimensional."""
    pieces = tensors
    if tensors[0].is_cpu and max(map(Tensor.numel, tensors)) > PIECE_NUMEL:
        pieces = [piece for tensor in tensors for piece in tensor.reshape(-1).split(PIECE_NUMEL)]
    dtype = None if tensors[0].dtype in _FULL_PRECISION else torch.float32
    norms = torch.stack(torch._foreach_norm(pieces, 2, dtype))
    return torch.dot(norms, norms)


def inner_product(left: list[Tensor], right: list[Tensor]) -> Tensor:
    """Return Σ ⟨left, right⟩ in float32, or in float64 for float64 tensors; 0-dimensional."""
    is_narrow = left[0].dtype not in _FULL_PRECISION
    pairs = zip(left, right, strict=True)
    products = (a.float() * b.float() if is_narrow else a * b for a, b in pairs)
    return torch.stack([product.sum() for product in products]).sum()


def displacement_product_(e: list[Tensor], x: list[Tensor], grads: list[Tensor]) -> Tensor:
    """Return Σ ⟨grads, e − x⟩ like `inner_product`, without temporaries, at the price of what `e` held."""
    torch._foreach_sub_(e, x)
    if e[0].dtype not in _FULL_PRECISION:
        return inner_product(e, grads)
    torch._foreach_mul_(e, grads)
    return torch.stack([tensor.sum() for tensor in e]).sum()
