"""Data sets as tensors, split once into training and test.

Split, label noise and scales come from seeds of their own: they are the same in every run, so that test
accuracies of different runs speak of the same images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor

from neural.catalog import DATASETS, Shape
from neural.config import TrainConfig
from neural.corruption import noisy_labels, pixel_scales
from neural.openml import fetch
from neural.textures import textures

DATA_SEED = 0


@dataclass(frozen=True)
class Dataset:
    """Images and labels of a classification problem.

    Attributes
    ----------
    train_x, test_x : Tensor, shape (N, channels, height, width), float32
        Images: pixels in [0, 1], times `scales`.
    train_y, test_y : Tensor, shape (N,), int64
        Labels in 0, ..., classes − 1.
    classes : int
        Number of classes.
    scales : Tensor, shape (channels, height, width), float32, or None
        The factors that every image was multiplied by; None: none.
    """

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor
    classes: int
    scales: Tensor | None = None

    @property
    def shape(self) -> Shape:
        """Channels, height and width of one image."""
        channels, height, width = self.train_x.shape[1:]
        return channels, height, width

    def to(self, device: torch.device) -> Dataset:
        """The same data on another device."""
        train_x, train_y, test_x, test_y = (
            t.to(device) for t in (self.train_x, self.train_y, self.test_x, self.test_y)
        )
        scales = None if self.scales is None else self.scales.to(device)
        return Dataset(train_x, train_y, test_x, test_y, self.classes, scales)


def _dataset(
    train_x: NDArray[np.float32],
    train_y: NDArray[np.int64],
    test_x: NDArray[np.float32],
    test_y: NDArray[np.int64],
) -> Dataset:
    x, y, other_x, other_y = (
        torch.from_numpy(np.ascontiguousarray(a)) for a in (train_x, train_y, test_x, test_y)
    )
    return Dataset(x, y, other_x, other_y, classes=10)


def digits(train_size: int | None = None, split_seed: int = DATA_SEED) -> Dataset:
    """The 1,797 handwritten digits of scikit-learn: 1,437 for training, 360 for testing, stratified.

    Parameters
    ----------
    train_size : int, optional
        Most images for training.
    split_seed : int
        Seed of the split. Runs keep the default.
    """
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)  # grey levels 0, ..., 16 -> [0, 1]
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels.astype(np.int64), test_size=360, stratify=labels, random_state=split_seed
    )
    kept = _some(len(train_x), train_size)
    return _dataset(train_x[kept], train_y[kept], test_x, test_y)


def striped(train_size: int | None = None) -> Dataset:
    """The generated images of `neural.textures`: 4,000 for training, 1,000 for testing."""
    choice = DATASETS["textures"]
    images, labels = textures(choice.train + choice.test, DATA_SEED)
    kept = _some(choice.train, train_size)
    return _dataset(images[kept], labels[kept], images[choice.train :], labels[choice.train :])


def openml(key: str, train_size: int | None = None) -> Dataset:
    """A data set of openml.org: its first images for training, a random part of its last 10,000 for testing.

    Raises `neural.openml.DataUnavailableError` where it can neither be read nor downloaded.
    """
    choice = DATASETS[key]
    images, labels = fetch(key)
    kept = _some(choice.train, train_size)
    tested = choice.train + _some(len(images) - choice.train, choice.test)

    def floats(rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return images[rows].astype(np.float32) / np.float32(255)

    return _dataset(
        floats(kept), labels[kept].astype(np.int64), floats(tested), labels[tested].astype(np.int64)
    )


def _some(n: int, most: int | None) -> NDArray[np.int64]:
    """All of 0, ..., n − 1 in order, or a random `most` of them; a larger part holds every smaller one."""
    if most is None or most >= n:
        return np.arange(n)
    return np.random.default_rng([DATA_SEED, 3]).permutation(n)[:most]


LOADERS: dict[str, Callable[[int | None], Dataset]] = {
    "digits": digits,
    "textures": striped,
    "mnist": lambda train_size: openml("mnist", train_size),
    "fashion_mnist": lambda train_size: openml("fashion_mnist", train_size),
    "cifar10": lambda train_size: openml("cifar10", train_size),
}
"""Keys as in `neural.catalog.DATASETS`; each takes the most images to train on."""


def load_dataset(
    key: str, label_noise: float = 0.0, kappa: float = 1.0, train_size: int | None = None
) -> Dataset:
    """The data set named `key`, made harder if asked; ValueError if there is none.

    Parameters
    ----------
    key : str
        A key of `LOADERS`.
    label_noise, kappa, train_size
        As in `neural.config.TrainConfig`; None for all images.
    """
    if key not in LOADERS:
        raise ValueError(f"dataset must be one of {', '.join(LOADERS)}, got {key!r}")
    data = LOADERS[key](train_size)
    if label_noise > 0:
        labels = noisy_labels(data.train_y.numpy(), label_noise, data.classes, DATA_SEED)
        data = replace(data, train_y=torch.from_numpy(labels))
    if kappa > 1:
        scales = torch.from_numpy(pixel_scales(data.shape, kappa, DATA_SEED))
        data = replace(data, train_x=data.train_x * scales, test_x=data.test_x * scales, scales=scales)
    return data


def data_of(config: TrainConfig) -> Dataset:
    """The data that a configuration speaks of."""
    return load_dataset(config.dataset, config.label_noise, config.kappa, config.train_size)


def epoch_order(seed: int, epoch: int, n: int) -> Tensor:
    """The order of the n training samples in one epoch, shape (n,): a permutation given by (seed, epoch).

    Being a pure function, it keeps no state: every lane sees the same order, and so does a resumed run.
    """
    return torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(n))
