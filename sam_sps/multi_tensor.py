"""Lists of tensors that share a parameter group, a device and a type, and the sums over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

#: Most elements in a bucket (unless one tensor is larger): temporaries of the size of a bucket stay small.
BUCKET_NUMEL = 2**22
#: Most elements summed in one go on the CPU, whose plain sums lose digits with length (1e-3 at 20 million).
PIECE_NUMEL = 2**15


@dataclass
class Bucket:
    """Parameters of group number `group` with their gradients, all on one device and of one type."""

    group: int
    params: list[Tensor] = field(default_factory=list)
    grads: list[Tensor] = field(default_factory=list)
    numel: int = 0


def bucket_gradients(groups: list[dict[str, Any]]) -> list[Bucket]:
    """Collect all parameters that have a gradient, in the order of the groups.

    Raises
    ------
    RuntimeError
        If there is no gradient at all, or one is sparse or complex.
    """
    buckets: list[Bucket] = []
    for number, group in enumerate(groups):
        open_buckets: dict[tuple[torch.device, torch.dtype], Bucket] = {}
        for param in group["params"]:
            grad = param.grad
            if grad is None:
                continue
            if grad.layout != torch.strided:
                raise RuntimeError("SAM_SPS does not support sparse gradients; use dense ones (sparse=False)")
            if grad.is_complex():
                raise RuntimeError("SAM_SPS does not support complex gradients; use torch.view_as_real")
            key = (param.device, param.dtype)
            bucket = open_buckets.get(key)
            if bucket is None or bucket.numel + param.numel() > BUCKET_NUMEL:
                bucket = open_buckets[key] = Bucket(number)
                buckets.append(bucket)
            bucket.params.append(param)
            bucket.grads.append(grad)
            bucket.numel += param.numel()
    if not buckets:
        raise RuntimeError(
            "no parameter has a gradient: the closure must call backward() on its loss, "
            "and at least one parameter given to SAM_SPS must take part in it"
        )
    return buckets


def accumulation_dtype(buckets: list[Bucket]) -> torch.dtype:
    """Return float64 if any parameter is float64, else float32."""
    is_double = any(bucket.params[0].dtype == torch.float64 for bucket in buckets)
    return torch.float64 if is_double else torch.float32


def _pieces(tensors: Iterable[Tensor]) -> list[Tensor]:
    """Return the tensors flat, in float32 or float64, on the CPU cut into pieces."""
    pieces: list[Tensor] = []
    for tensor in tensors:
        flat = tensor.reshape(-1)
        if flat.dtype not in (torch.float32, torch.float64):
            flat = flat.to(torch.float32)
        if flat.is_cpu and flat.numel() > PIECE_NUMEL:
            pieces.extend(flat.split(PIECE_NUMEL))
        else:
            pieces.append(flat)
    return pieces


def squared_norm(tensors: list[Tensor]) -> Tensor:
    """Return Σ ‖tensor‖², 0-dimensional."""
    return torch.stack(torch._foreach_norm(_pieces(tensors))).square().sum()


def inner_product(left: list[Tensor], right: list[Tensor]) -> Tensor:
    """Return Σ ⟨left, right⟩, 0-dimensional. `left` and `right` have the same shapes and types."""
    pairs = zip(_pieces(left), _pieces(right), strict=True)
    return torch.stack([torch.dot(a, b) for a, b in pairs]).sum()


def copies(tensors: list[Tensor]) -> list[Tensor]:
    """Return bit-equal copies."""
    made = [torch.empty_like(tensor) for tensor in tensors]
    torch._foreach_copy_(made, tensors)
    return made
