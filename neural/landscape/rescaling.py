"""The same function with other weights: what looks sharper then was never a matter of the function."""

from __future__ import annotations

import copy
import math

import torch
from torch import nn

from neural.resnet import Block

_AFFINE = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.BatchNorm1d, nn.BatchNorm2d)
_WEIGHTED = (nn.Conv1d, nn.Conv2d, nn.Linear)
# What lets a positive factor pass.
_PASSING = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.Flatten, nn.Identity)


def rescaled(network: nn.Module, alpha: float) -> nn.Module:
    """A network that computes the same function: α before its first hidden ReLU, 1/α after it.

    ReLU(α z) = α ReLU(z) for α > 0. The last layer before the ReLU, a convolution, a linear layer or a
    BatchNorm in evaluation mode, has weight and bias multiplied by α; the weights of the next layer are
    divided by it. For a power of two nothing is rounded, and the loss is the same bit for bit.

    Parameters
    ----------
    network : nn.Module
        Layers in sequence, residual blocks of `neural.resnet` among them. Not changed.
    alpha : float
        α in (0, inf).

    Returns
    -------
    nn.Module
        In evaluation mode.

    Raises
    ------
    ValueError
        α out of its range, or no such pair of layers.

    References
    ----------
    L. Dinh, R. Pascanu, S. Bengio, Y. Bengio, *Sharp Minima Can Generalize For Deep Nets*, ICML 2017.
    """
    if not (0 < alpha < math.inf):
        raise ValueError(f"alpha must be a finite number in (0, inf), got {alpha!r}")
    network = copy.deepcopy(network).eval()
    pair = _pair(network)
    if pair is None:
        raise ValueError("network must have a ReLU with a layer of weights right before and after it")
    before, after = pair
    with torch.no_grad():
        for parameter in before.parameters():  # weight, and bias where there is one
            parameter.mul_(alpha)
        after.get_parameter("weight").div_(alpha)
    return network


def _pair(network: nn.Module) -> tuple[nn.Module, nn.Module] | None:
    """The layers before and after the first ReLU that a factor can pass through."""
    last: nn.Module | None = None  # the layer before
    behind = False  # whether a ReLU was met since
    for layer in _in_order(network):
        if isinstance(layer, Block):
            return layer.norm1, layer.conv2
        if isinstance(layer, nn.ReLU):
            behind = last is not None
        elif behind and last is not None and isinstance(layer, _WEIGHTED):
            return last, layer
        elif isinstance(layer, _AFFINE):
            last, behind = layer, False
        elif not isinstance(layer, _PASSING):
            last, behind = None, False
    return None


def _in_order(network: nn.Module) -> list[nn.Module]:
    """The layers of nested sequences, one after the other."""
    if isinstance(network, nn.Sequential):
        return [layer for child in network for layer in _in_order(child)]
    return [network]
