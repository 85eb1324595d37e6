"""Norms and products over lists of tensors, and their sums over parameter groups and shards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from sam_sps.bucket import Bucket
from sam_sps.distributed import Group, add_over
from sam_sps.kernels import FULL_PRECISION, as_vector, dots, rows
from sam_sps.scalars import Scalar

#: Most elements summed in one go on the CPU, where norms lose digits with length (1e-3 at 20 million).
PIECE_NUMEL = 2**16

#: Tensors of one element that stand for their sum.
Terms = list[Tensor]


def group_sums(
    buckets: list[Bucket], rows: list[list[Terms]], n_groups: int, on_host: bool
) -> list[list[Scalar]]:
    """Add up terms given per bucket, over all shards.

    Parameters
    ----------
    rows : list of lists of Terms
        Each row has the terms of every bucket.

    Returns
    -------
    list of lists of scalars
        One list of `n_groups` for each row; floats if `on_host`, else float64 if one of the terms is.
    """
    sums: list[list[Any]] = [[0.0] * n_groups for _ in rows]
    device = rows[0][0][0].device
    # All ranks meet the same kinds of sharding in the same order.
    for shards in dict.fromkeys(bucket.shards for bucket in buckets):
        members = [i for i, bucket in enumerate(buckets) if bucket.shards == shards]
        own = [row[i] for row in rows for i in members]
        cells = iter(_over_shards(own, shards, None if on_host else device))
        for row_sums in sums:
            for i in members:
                row_sums[buckets[i].group] += next(cells)
    return sums


def _over_shards(
    sums: list[Terms], shards: tuple[Group, ...], device: torch.device | None
) -> Iterable[Scalar]:
    """Return the sums over all shards, on a device or on the host (None)."""
    if device is None and not shards:
        return [_read(terms) for terms in sums]
    own = [added(terms) for terms in sums]
    dtype = torch.float64 if any(value.dtype == torch.float64 for value in own) else torch.float32
    values = add_over(shards, torch.stack([value.to(own[0].device, dtype) for value in own]))
    return values.tolist() if device is None else values.to(device).unbind()


def _read(terms: Terms) -> float:
    # On the CPU arithmetic on tensors of one element costs more than reading them, elsewhere reading waits.
    return sum(map(Tensor.item, terms)) if terms[0].is_cpu else added(terms).item()


def added(terms: Terms) -> Tensor:
    """Return the sum as a tensor."""
    return terms[0].reshape(()) if len(terms) == 1 else torch.cat(list(map(as_vector, terms))).sum()


def squares(tensors: list[Tensor], is_dense: bool = False) -> Terms:
    """Return terms of Σ ‖tensor‖² in float32, or in float64 for float64 tensors.

    Here and below `is_dense`: all tensors are contiguous vectors of one type; left ones may be `rows`.
    """
    if _have_dot(tensors, is_dense):
        pieces = _pieces(tensors)
        return dots(rows(pieces), pieces)
    pieces = tensors
    if tensors[0].is_cpu and max(map(Tensor.numel, tensors)) > PIECE_NUMEL:
        pieces = [piece for tensor in tensors for piece in tensor.reshape(-1).split(PIECE_NUMEL)]
    dtype = torch.float64 if any(tensor.dtype == torch.float64 for tensor in tensors) else torch.float32
    norms = torch.stack(torch._foreach_norm(pieces, 2, dtype))
    return [torch.dot(norms, norms)]


def products(left: list[Tensor], right: list[Tensor], is_dense: bool = False) -> Terms:
    """Return terms of Σ ⟨left, right⟩ in float32, or in float64 for float64 tensors."""
    if _have_dot(left, is_dense):
        return dots(_pieces(left), _pieces(right))
    is_narrow = left[0].dtype not in FULL_PRECISION
    pairs = zip(left, right, strict=True)
    return [(a.float() * b.float() if is_narrow else a * b).sum() for a, b in pairs]


def displacement_products_(
    e: list[Tensor], x: list[Tensor], grads: list[Tensor], is_dense: bool = False
) -> Terms:
    """Return terms of Σ ⟨grads, e − x⟩ like `products`, without temporaries; `e` loses what it held."""
    torch._foreach_sub_(e, x)
    if e[0].dtype not in FULL_PRECISION or _have_dot(e, is_dense):
        return products(e, grads, is_dense)
    torch._foreach_mul_(e, grads)
    return [tensor.sum() for tensor in e]


def _have_dot(tensors: list[Tensor], is_dense: bool) -> bool:
    """Whether a dot product, as BLAS has it on the CPU, is the fastest way."""
    return is_dense and tensors[0].is_cpu and tensors[0].dtype in FULL_PRECISION


def _pieces(vectors: list[Tensor]) -> list[Tensor]:
    """Return views of at most PIECE_NUMEL elements; shorter ones as they are, be they vectors or rows."""
    if max(map(Tensor.numel, vectors)) <= PIECE_NUMEL:
        return vectors
    return [piece for vector in vectors for piece in vector.split(PIECE_NUMEL)]
