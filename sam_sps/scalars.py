"""The few operations on scalars that the formulas need, for floats and for 0-dimensional tensors alike.

On the CPU a scalar is a float as soon as it is summed up: arithmetic on tensors of one element would cost
more than all the rest. On an accelerator, and where a step is to be captured, it stays a tensor and nobody
waits for it.
"""

from __future__ import annotations

import math
from numbers import Real

import torch
from torch import Tensor

Scalar = float | Tensor
Truth = bool | Tensor
#: What a closure returns.
Loss = Tensor | float


def at_least(value: Scalar, low: float) -> Scalar:
    """Return max(value, low); NaN stays NaN."""
    return value.clamp(min=low) if isinstance(value, Tensor) else max(value, low)


def at_most(value: Scalar, high: Scalar) -> Scalar:
    """Return min(value, high); NaN stays NaN."""
    return value.clamp(max=high) if isinstance(value, Tensor) else min(value, float(high))


def choose(condition: Truth, value: Scalar, other: Scalar) -> Scalar:
    """Return `value` where the condition holds, else `other` (whatever the rejected one is, also NaN)."""
    if not isinstance(condition, Tensor):
        return value if condition else other
    return torch.where(condition, value, other)


def is_finite(value: Scalar) -> Truth:
    return torch.isfinite(value) if isinstance(value, Tensor) else math.isfinite(value)


def of_kind(like: Scalar, value: Scalar) -> Scalar:
    """Return a float as a scalar of the device and the type that `like` has, a tensor as it is."""
    if isinstance(value, Tensor) or not isinstance(like, Tensor):
        return value
    return torch.full_like(like, value)


def placed(value: Scalar, device: torch.device | None) -> Scalar:
    """Return a float, as a 0-dimensional float32 tensor where there is a device; a tensor as it is."""
    if isinstance(value, Tensor) or device is None:
        return value
    return torch.full((), value, device=device)


def stacked(scalars: list[Scalar]) -> Tensor:
    """Return the scalars as a vector on the device of the tensors; in float32 if all of these are."""
    tensors = [scalar for scalar in scalars if isinstance(scalar, Tensor)]
    if not tensors:
        return torch.tensor(scalars, dtype=torch.float64)
    is_single = all(tensor.dtype == torch.float32 for tensor in tensors)
    dtype, device = torch.float32 if is_single else torch.float64, tensors[0].device
    return torch.stack([torch.as_tensor(scalar, dtype=dtype, device=device) for scalar in scalars])


def root(value: Scalar) -> Scalar:
    return value.sqrt() if isinstance(value, Tensor) else math.sqrt(value)


def total(values: list[Scalar]) -> Scalar:
    """Return the sum of at least one scalar."""
    return sum(values[1:], start=values[0])


def loss_scalar(loss: Loss | None, device: torch.device | None) -> Scalar:
    """Return the loss as a float, or on `device` as a 0-dimensional tensor of float32 or float64.

    Raises a ValueError if it is not one real number.
    """
    if isinstance(loss, Real) and not isinstance(loss, bool):  # also a number of NumPy, of any precision
        return placed(float(loss), device)
    if not isinstance(loss, Tensor):
        raise ValueError(f"loss must be one real number, got {loss!r}")
    if loss.numel() != 1 or loss.is_complex() or loss.dtype == torch.bool:
        raise ValueError(f"loss must be one real number, got shape {tuple(loss.shape)} of {loss.dtype}")
    whole: Tensor = loss.full_tensor() if hasattr(loss, "full_tensor") else loss  # for a DTensor
    if device is None:
        return float(whole.item())
    dtype = torch.float64 if whole.dtype == torch.float64 else torch.float32
    return whole.detach().reshape(()).to(device, dtype)
