"""Kernels for the CPU, where starting threads and moving data between cores cost more than arithmetic."""

from __future__ import annotations

import torch
from torch import Tensor

#: Elements from which torch shares elementwise work among threads.
GRAIN_NUMEL = 2**15
#: Most elements of a dot product that BLAS leaves to one thread.
LONE_DOT_NUMEL = 2**13
FLOAT16_MAX, FLOAT32_MAX = torch.finfo(torch.float16).max, torch.finfo(torch.float32).max
#: Types that torch computes in as they are.
FULL_PRECISION = (torch.float32, torch.float64)


def as_vector(tensor: Tensor) -> Tensor:
    """Return the elements in order: a view where they lie so, else a copy."""
    return tensor if tensor.ndim == 1 else tensor.flatten()


def rows(vectors: list[Tensor]) -> list[Tensor]:
    """Return views for the left side of `dots`, which keep a product where its data are.

    BLAS shares a dot product among threads long before torch shares elementwise work, so other cores would
    fetch what one core has just written. It does not share the product of a matrix of one row with a vector.
    """
    if torch.get_num_threads() == 1:
        return vectors
    return [
        vector.view(1, n) if LONE_DOT_NUMEL < (n := vector.numel()) < GRAIN_NUMEL else vector
        for vector in vectors
    ]


def dots(left: list[Tensor], right: list[Tensor]) -> list[Tensor]:
    """Return ⟨left, right⟩ of vectors, or of rows and vectors, as tensors of one element."""
    # Not matmul, which computes in half precision under autocast.
    return [torch.dot(a, b) if a.ndim == 1 else torch.mv(a, b) for a, b in zip(left, right, strict=True)]


def add_(params: list[Tensor], grads: list[Tensor], factor: float, is_dense: bool) -> None:
    """Add factor · grads to the parameters. `is_dense`: all tensors are contiguous and of one type."""
    if params[0].dtype == torch.float16 and abs(factor) > FLOAT16_MAX:
        # Gradients are tiny then. torch refuses such a number for float16, but not a tensor of another type.
        large = torch.tensor(max(-FLOAT32_MAX, min(factor, FLOAT32_MAX)), device=params[0].device)
        grads, factor = [grad * large for grad in grads], 1.0
    # In half precision the fused kernel leaves parameters as they are (torch 2.13).
    is_fusible = is_dense and params[0].is_cpu and params[0].dtype in FULL_PRECISION
    if not is_fusible or torch.get_num_threads() > 1:  # it starts all threads for each tensor, however small
        torch._foreach_add_(params, grads, alpha=factor)
        return
    torch._fused_sgd_(
        params,
        grads,
        [],
        lr=-factor,
        weight_decay=0.0,
        momentum=0.0,
        dampening=0.0,
        nesterov=False,
        maximize=False,
        is_first_step=False,
    )


def blend_(rows: list[Tensor], x: list[Tensor], grads: list[Tensor], keep: float, factor: float) -> None:
    """Set matrices of one row on the CPU to keep · x + factor · grads, in one pass over the memory."""
    one = grads[0].new_ones(1)
    for row, old, grad in zip(rows, x, grads, strict=True):
        torch.addr(old, one, grad, beta=keep, alpha=factor, out=row)


def decay_(
    params: list[Tensor], x: list[Tensor], grads: list[Tensor], weight_decay: float, factor: float
) -> None:
    """Set tensors of one type to x + factor · (grads + weight_decay · x), without temporaries."""
    for param, old, grad in zip(params, x, grads, strict=True):
        torch.add(grad, old, alpha=weight_decay, out=param)
        torch.add(old, param, alpha=factor, out=param)
