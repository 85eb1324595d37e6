"""What a network does on a set of images: loss, accuracy and, for pictures, its answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from neural.devices import CHUNK
from sam_sps.statistics import layers_with_statistics, recompute_statistics


@dataclass(frozen=True)
class Evaluation:
    """Mean cross-entropy and accuracy (a share in [0, 1]) on a set of images."""

    loss: float
    accuracy: float


@contextmanager
def _looking(network: nn.Module) -> Iterator[None]:
    """BatchNorm uses its running statistics and leaves them as they are; the mode is restored."""
    training = network.training
    network.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        network.train(training)


def evaluate(network: nn.Module, x: Tensor, y: Tensor, chunk: int = CHUNK) -> Evaluation:
    """Evaluate a network on x, shape (N, channels, height, width), y, shape (N,), `chunk` images at a time.

    BatchNorm uses its running statistics and leaves them as they are; the network's mode is restored.
    """
    loss = correct = 0.0
    with _looking(network):
        for x_part, y_part in zip(x.split(chunk), y.split(chunk), strict=True):
            logits = network(x_part)
            loss += F.cross_entropy(logits, y_part, reduction="sum").item()
            correct += (logits.argmax(dim=1) == y_part).sum().item()
    return Evaluation(loss / len(y), correct / len(y))


def evaluate_recomputed(
    network: nn.Module, train_x: Tensor, x: Tensor, y: Tensor, chunk: int = CHUNK
) -> Evaluation | None:
    """Evaluate a network whose BatchNorm has the statistics of the whole training set at its present weights.

    The running statistics of training lag behind after large steps, and half of what they average was seen at
    e; an evaluation with them may misjudge the weights by several points.

    Parameters
    ----------
    network : nn.Module
        Not changed.
    train_x : Tensor, shape (M, channels, height, width)
        In `chunk` images at a time, and a last part that is smaller left out.
    x, y, chunk
        As for `evaluate`.

    Returns
    -------
    Evaluation or None
        None for a network without running statistics: `evaluate` is all there is to say.
    """
    if not layers_with_statistics(network):
        return None
    network = copy.deepcopy(network)
    recompute_statistics(network, (p for p in train_x.split(chunk) if len(p) == min(chunk, len(train_x))))
    return evaluate(network, x, y, chunk)


def predictions(network: nn.Module, x: Tensor, chunk: int = CHUNK) -> Tensor:
    """The class that a network gives to each image of x, shape (N,), looked at as by `evaluate`."""
    with _looking(network):
        return torch.cat([network(part).argmax(dim=1) for part in x.split(chunk)])
