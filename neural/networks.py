"""Networks for image classification, initialised from a seed of their own."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from neural.catalog import Shape
from neural.resnet import resnet

_seeding = threading.Lock()  # the global random state is one for all threads: runs share a process


def _block(inputs: int, outputs: int, batch_norm: bool) -> list[nn.Module]:
    """Convolution, optional BatchNorm, ReLU, then max pooling that halves height and width."""
    norm: list[nn.Module] = [nn.BatchNorm2d(outputs)] if batch_norm else []
    # A bias would have no effect: BatchNorm subtracts the mean and adds a shift of its own.
    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, bias=not batch_norm)
    return [convolution, *norm, nn.ReLU(), nn.MaxPool2d(2)]


def small_cnn(shape: Shape, classes: int, batch_norm: bool = False) -> nn.Module:
    """Two blocks of 16 and 32 filters and a linear layer, for images of at least 4×4."""
    channels, height, width = shape
    blocks = [*_block(channels, 16, batch_norm), *_block(16, 32, batch_norm)]
    features = 32 * (height // 4) * (width // 4)
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(features, classes))


def small_cnn_bn(shape: Shape, classes: int) -> nn.Module:
    """`small_cnn` with BatchNorm. Its statistics see both points of a sharpness-aware step."""
    return small_cnn(shape, classes, batch_norm=True)


def lenet(shape: Shape, classes: int) -> nn.Module:
    """LeNet-5 (LeCun et al., 1998) with ReLU and max pooling, for images of at least 4×4.

    The convolutions keep height and width, so that pooling leaves 2×2 of an image of 8×8.
    """
    channels, height, width = shape
    return nn.Sequential(
        nn.Conv2d(channels, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * (height // 4) * (width // 4), 120), nn.ReLU(),
        nn.Linear(120, 84), nn.ReLU(),
        nn.Linear(84, classes),
    )  # fmt: skip


def cnn1d(shape: Shape, classes: int) -> nn.Module:
    """Three convolutions along a series, with BatchNorm, for images of one row of 4 pixels or more.

    25 filters of 5, 3 and 3 values in steps of 2 (the network of arXiv 2011.14439, normalised). ValueError
    for images of more rows.
    """
    channels, height, width = shape
    if height != 1:
        raise ValueError(f"shape must be of images of one row for the 1-D CNN, got {shape}")
    layers: list[nn.Module] = [nn.Flatten(2)]  # (N, channels, 1, width) -> (N, channels, width)
    for inputs, size in ((channels, 5), (25, 3), (25, 3)):
        convolution = nn.Conv1d(inputs, 25, size, stride=2, padding=1, bias=False)
        layers += [convolution, nn.BatchNorm1d(25), nn.ReLU()]
        width = (width + 2 - size) // 2 + 1
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(25 * width, classes))


def mlp(shape: Shape, classes: int) -> nn.Module:
    """Two hidden layers of 100 units with ReLU, for images of any shape."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(math.prod(shape), 100), nn.ReLU(),
        nn.Linear(100, 100), nn.ReLU(),
        nn.Linear(100, classes),
    )  # fmt: skip


BUILDERS: dict[str, Callable[[Shape, int], nn.Module]] = {
    "small_cnn": small_cnn,
    "small_cnn_bn": small_cnn_bn,
    "lenet": lenet,
    "resnet8": partial(resnet, blocks=1),
    "resnet20": partial(resnet, blocks=3),
    "resnet32": partial(resnet, blocks=5),
    "cnn1d": cnn1d,
    "mlp": mlp,
}
"""Keys as in `neural.catalog.NETWORKS`."""


def build_network(key: str, shape: Shape, classes: int, seed: int) -> nn.Module:
    """A network with the initial weights that `seed` determines, on the CPU.

    Parameters
    ----------
    key : str
        A key of `BUILDERS`; ValueError otherwise.
    shape : (int, int, int)
        Channels, height and width of an image.
    classes : int
        Number of outputs.
    seed : int
        The global random state is the same after the call as before it.
    """
    if key not in BUILDERS:
        raise ValueError(f"network must be one of {', '.join(BUILDERS)}, got {key!r}")
    with _seeding, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # torch.manual_seed would reseed the accelerators too
        return BUILDERS[key](shape, classes)
