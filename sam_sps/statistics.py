"""Running statistics of normalisation layers, computed anew before an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


def layers_with_statistics(model: nn.Module) -> list[Any]:
    """Return the layers that have running statistics."""
    return [m for m in model.modules() if isinstance(getattr(m, "running_mean", None), Tensor)]


@torch.no_grad()
def recompute_statistics(
    model: nn.Module, batches: Iterable[Any], forward: Callable[[Any], object] | None = None
) -> None:
    """Set running means and variances to the averages over `batches`, at the parameters as they are.

    The running averages of training lag behind by some 1/momentum passes, half of which are at e. After
    large steps an evaluation with them misjudges the parameters.

    Parameters
    ----------
    model : torch.nn.Module
        Without layers that have running statistics nothing happens, and `batches` is not touched. Layers in
        eval mode while the model is in training mode are frozen on purpose and are left alone.
    batches : iterable
        Training data without augmentation, or with it if it is part of evaluation. Every batch weighs the
        same, so leave out a last one that is smaller.
    forward : callable, optional
        What to do with a batch. Default: call the model with the batch, or with its first element if it is a
        tuple or a list, on the device of the statistics.

    Raises
    ------
    ValueError
        If there is no batch.

    Notes
    -----
    All other layers are in eval mode meanwhile, as they will be in the evaluation: dropout draws nothing.
    Afterwards modes and momenta are as before; after an exception the statistics are, too.
    """
    layers = [layer for layer in layers_with_statistics(model) if layer.training or not model.training]
    if not layers:
        return
    modes = [(module, module.training) for module in model.modules()]
    momenta = [layer.momentum for layer in layers]
    saved = [(buffer, buffer.clone()) for layer in layers for buffer in layer.buffers(recurse=False)]
    model.eval()
    for layer in layers:
        layer.reset_running_stats()
        layer.training = True
    try:
        number = 0
        for number, batch in enumerate(batches, start=1):
            for layer in layers:
                layer.momentum = 1.0 / number  # which makes it the average over all batches
            if forward is not None:
                forward(batch)
            else:
                inputs = batch[0] if isinstance(batch, (tuple, list)) else batch
                model(inputs.to(layers[0].running_mean.device))
        if number == 0:
            raise ValueError("batches must hold at least one batch, got none")
    except BaseException:
        for buffer, before in saved:
            buffer.copy_(before)
        raise
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
        for module, mode in modes:
            module.training = mode
