"""A lane's weights as they were kept: as a surface, rescaled, and what the network is worth.

This module loads torch.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from neural.config import TrainConfig
from neural.data import data_of
from neural.devices import find_device
from neural.evaluation import Evaluation, evaluate
from neural.landscape.rescaling import rescaled
from neural.landscape.stored import network_of, surface_of
from neural.landscape.surface import Surface
from neural.prepared import Prepared

Arrays = Mapping[str, NDArray[np.generic]]
"""The arrays of one network by name, as `runs.moments` keeps them."""


def surface_at(config: TrainConfig, weights: Arrays, most: int, part: str = "train") -> Surface:
    """The surface around kept weights, where the run trained if that is here; see `stored.surface_of`."""
    return surface_of(config, tensors(weights), part, most, device=device_here(config))


def surface_of_rescaled(config: TrainConfig, weights: Arrays, most: int, alpha: float) -> Surface:
    """The same after `rescaling.rescaled`: the same function with other weights.

    Raises
    ------
    ValueError
        For a network without a ReLU between two layers, or α out of its range.
    """
    network = network_of(config, tensors(weights))
    if isinstance(network, Prepared):
        network.network = rescaled(network.network, alpha)
    else:
        network = rescaled(network, alpha)
    return surface_of(config, network.state_dict(), "train", most, device=device_here(config))


def evaluations(config: TrainConfig, weights: Arrays) -> tuple[Evaluation, Evaluation]:
    """Loss and accuracy on all training images, and on all test images."""
    network, data = network_of(config, tensors(weights)), data_of(config)
    return evaluate(network, data.train_x, data.train_y), evaluate(network, data.test_x, data.test_y)


def device_here(config: TrainConfig) -> str:
    """The device of a run, or "cpu" where this machine does not have it."""
    try:
        find_device(config.device)
    except ValueError:
        return "cpu"
    return config.device


def tensors(weights: Arrays) -> dict[str, Tensor]:
    """The arrays as a network's `state_dict`."""
    return {name: torch.from_numpy(np.asarray(array)) for name, array in weights.items()}
