"""Squared norms and inner products of lists of tensors, in float32, or in float64 for float64 tensors."""

from __future__ import annotations

import torch
from torch import Tensor

from sam_sps.scalars import Scalar, stacked

#: Most elements of which a norm is taken in one go: it loses digits with length (1e-3 at 20 million).
PIECE_NUMEL = 2**16


def are_wide(left: list[Tensor], right: list[Tensor]) -> bool:
    """Whether two lists, each of tensors of one type, are both in float32 or both in float64."""
    dtype = left[0].dtype
    return dtype is right[0].dtype and (dtype is torch.float32 or dtype is torch.float64)


def widened(*tensors: Tensor) -> list[Tensor]:
    """Return the tensors in the widest of their types, float32 at least."""
    dtype = torch.float32
    for tensor in tensors:
        dtype = torch.promote_types(dtype, tensor.dtype)
    return [tensor.to(dtype) for tensor in tensors]


def squared_norm(tensors: list[Tensor], on_host: bool) -> Scalar:
    """Return Σ ‖tensor‖², as a float if `on_host`."""
    if not are_wide(tensors, tensors):
        return product(tensors, tensors, on_host)
    if max(map(Tensor.numel, tensors)) > PIECE_NUMEL:
        tensors = [piece for tensor in tensors for piece in tensor.reshape(-1).split(PIECE_NUMEL)]
    norms = torch._foreach_norm(tensors)
    if on_host:
        return sum(norm * norm for norm in map(Tensor.item, norms))
    return torch.stack(norms).square().sum()


def product(left: list[Tensor], right: list[Tensor], on_host: bool) -> Scalar:
    """Return Σ ⟨left, right⟩, as a float if `on_host`."""
    pairs = (widened(a, b) for a, b in zip(left, right, strict=True))
    return _added([(a * b).sum() for a, b in pairs], on_host)


def displacement_product_(e: list[Tensor], x: list[Tensor], grads: list[Tensor], on_host: bool) -> Scalar:
    """Return Σ ⟨grads, e − x⟩, with the e − x really made; `e` is used up, so that no copy is needed."""
    if not are_wide(e, grads):
        pairs = (widened(a, b) for a, b in zip(e, x, strict=True))
        return product([a - b for a, b in pairs], grads, on_host)
    torch._foreach_sub_(e, x)
    torch._foreach_mul_(e, grads)
    return _added(list(map(Tensor.sum, e)), on_host)


def _added(terms: list[Tensor], on_host: bool) -> Scalar:
    # On the CPU arithmetic on tensors of one element costs more than reading them.
    return sum(map(Tensor.item, terms)) if on_host else stacked([*terms]).sum()
