"""A network out of a stored lane, and the surface that it stands on."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from neural.config import TrainConfig
from neural.data import Dataset, data_of
from neural.devices import find_device
from neural.landscape.surface import Surface
from neural.networks import build_network
from neural.prepared import Prepared, prepared

IMAGES, COARSE_IMAGES = 512, 128
"""For numbers to be kept, and for a first look in a fraction of a second."""
PARTS = ("train", "test")


def network_of(config: TrainConfig, weights: Mapping[str, Tensor]) -> nn.Module:
    """The network of a configuration with stored weights and statistics, in evaluation mode, on the CPU.

    It computes in float32, whatever the run trained in.

    Parameters
    ----------
    config : TrainConfig
        Of the run that they are from.
    weights : mapping of str to Tensor
        The network's `state_dict`: in `TrainingLoop.state_dict()`, ["lanes"][i]["network"]. For a method that
        is tested elsewhere than it trains (`LaneTrainer.answering`), take it inside that.

    Raises
    ------
    RuntimeError
        Weights of another network.
    """
    data = data_of(config)
    network = prepared(build_network(config.network, data.shape, data.classes, 0), data, config)
    network.load_state_dict(dict(weights))
    if isinstance(network, Prepared):
        network = Prepared(network.network, data.normal)
    return network.eval()


def surface_of(
    config: TrainConfig,
    weights: Mapping[str, Tensor],
    part: str = "train",
    most: int = IMAGES,
    float64: bool = False,
    device: str = "cpu",
) -> Surface:
    """The loss around stored weights, on a fixed part of the run's images.

    Parameters
    ----------
    config, weights
        As for `network_of`.
    part : {"train", "test"}
    most : int
        Most images, at least 1: the first ones, so that a larger part holds every smaller one. They are as
        they are in the run, label noise included, augmentation apart.
    float64 : bool
        As for `Surface`.
    device : str
        "cpu", "mps", "cuda" or "cuda:N"; ValueError where it is not there.
    """
    if part not in PARTS:
        raise ValueError(f"part must be one of {', '.join(PARTS)}, got {part!r}")
    if most < 1:
        raise ValueError(f"most must be an integer in [1, inf), got {most!r}")
    where = find_device(device)
    network = network_of(config, weights)
    x, y = _images(data_of(config), part, most)
    if isinstance(network, Prepared):  # its inputs are prepared once and for all, in either precision
        x = (x.to(torch.float64 if float64 else torch.float32) - network.mean) / network.deviation
        network = network.network
    return Surface(network.to(where), x.to(where), y.to(where), float64)


def _images(data: Dataset, part: str, most: int) -> tuple[Tensor, Tensor]:
    x, y = (data.train_x, data.train_y) if part == "train" else (data.test_x, data.test_y)
    return x[:most], y[:most]
