"""What a network has learnt so far, as plain lists to draw: confusions, filters, mistakes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from neural.catalog import Shape
from neural.data import Dataset
from neural.evaluation import predictions

MISTAKES = 16
FILTERS = 32
Image = list[list[list[int]]]


@dataclass(frozen=True)
class Mistake:
    """A test image that the network takes for something else.

    Attributes
    ----------
    index : int
        Its place in the test set.
    true, predicted : int
        Labels.
    image : list, (channels, height, width) of int
        Pixels 0, ..., 255, before any scaling of the inputs.
    """

    index: int
    true: int
    predicted: int
    image: Image


@dataclass(frozen=True)
class Pictures:
    """Plain values only: they survive a pipe and JSON.

    Attributes
    ----------
    confusion : list, (classes, classes) of int
        Row: true label; column: predicted; counts over the test set.
    filters : list, (filters, channels, height, width) of float
        Weights of the first layer, 32 filters at most, four significant digits; None where not finite. Those
        of a convolution along a series have height 1; those of a linear layer the shape of an image.
    mistakes : tuple of Mistake
        The first sixteen of the test set, in its order.
    """

    confusion: list[list[int]]
    filters: list[list[list[list[float | None]]]]
    mistakes: tuple[Mistake, ...]


def pictures(network: nn.Module, data: Dataset) -> Pictures:
    """One pass over the test set; the network stays as it is.

    Parameters
    ----------
    network : nn.Module
        With a convolution or a linear layer of the pixels; ValueError otherwise.
    data : Dataset
        On the device of the network.
    """
    predicted = predictions(network, data.test_x)
    pairs = (data.test_y * data.classes + predicted).cpu().bincount(minlength=data.classes**2)
    return Pictures(
        confusion=pairs.reshape(data.classes, data.classes).tolist(),
        filters=_filters(network, data.shape),
        mistakes=tuple(_mistakes(predicted, data)),
    )


def _filters(network: nn.Module, shape: Shape) -> list[list[list[list[float | None]]]]:
    kinds = (nn.Conv1d, nn.Conv2d, nn.Linear)
    first = next((m for m in network.modules() if isinstance(m, kinds)), None)
    if first is None:
        raise ValueError("network must have a convolution or a linear layer")
    weights = first.weight.detach()[:FILTERS]
    if isinstance(first, nn.Conv1d):
        weights = weights.unsqueeze(2)
    elif isinstance(first, nn.Linear):
        weights = weights.reshape(-1, *shape)
    return [[[[_rounded(w) for w in row] for row in channel] for channel in one] for one in weights.tolist()]


def _rounded(weight: float) -> float | None:
    return float(f"{weight:.4g}") if abs(weight) < float("inf") else None


def _mistakes(predicted: Tensor, data: Dataset) -> list[Mistake]:
    wrong = (predicted != data.test_y).nonzero().flatten()[:MISTAKES]
    pixels = (data.pixels(data.test_x[wrong]) * 255).round().clamp(0, 255).to(torch.uint8)
    rows = zip(
        wrong.tolist(), data.test_y[wrong].tolist(), predicted[wrong].tolist(), pixels.tolist(), strict=True
    )
    return [Mistake(*row) for row in rows]
