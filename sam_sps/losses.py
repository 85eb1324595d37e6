"""The loss that a closure returns, as a scalar."""

from __future__ import annotations

import torch
from torch import Tensor

from sam_sps.distributed import plain_loss
from sam_sps.scalars import Scalar

Loss = Tensor | float


def loss_scalar(loss: Loss, device: torch.device | None) -> Scalar:
    """Return the loss as a float, or on `device` as a 0-dimensional tensor of float32 or float64.

    Raises
    ------
    ValueError
        If it is not one real number.
    """
    if not isinstance(loss, Tensor):
        if isinstance(loss, (int, float)) and not isinstance(loss, bool):
            return float(loss) if device is None else torch.full((), float(loss), device=device)
        raise ValueError(f"loss must be one real number, got {loss!r}")
    if loss.numel() != 1 or loss.is_complex() or loss.dtype == torch.bool:
        raise ValueError(f"loss must be one real number, got shape {tuple(loss.shape)} of {loss.dtype}")
    loss = plain_loss(loss)
    if device is None:
        return float(loss.item())
    return (
        loss.detach().reshape(()).to(device, torch.float64 if loss.dtype == torch.float64 else torch.float32)
    )
