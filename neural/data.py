"""Data sets as tensors, split once into training and test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor


@dataclass(frozen=True)
class Dataset:
    """Images and labels of a classification problem.

    Attributes
    ----------
    train_x, test_x : Tensor, shape (N, channels, height, width), float32
        Images, pixels in [0, 1].
    train_y, test_y : Tensor, shape (N,), int64
        Labels in 0, ..., classes − 1.
    classes : int
        Number of classes.
    """

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor
    classes: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height and width of one image."""
        channels, height, width = self.train_x.shape[1:]
        return channels, height, width

    def to(self, device: torch.device) -> Dataset:
        """The same data on another device."""
        train_x, train_y, test_x, test_y = (
            t.to(device) for t in (self.train_x, self.train_y, self.test_x, self.test_y)
        )
        return Dataset(train_x, train_y, test_x, test_y, self.classes)


def digits(split_seed: int = 0) -> Dataset:
    """The 1,797 handwritten digits of scikit-learn: 1,437 for training, 360 for testing, stratified.

    Parameters
    ----------
    split_seed : int
        Seed of the split. Runs keep the default, so that their test accuracies speak of the same 360 images.
    """
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)  # grey levels 0, ..., 16 -> [0, 1]
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels.astype(np.int64), test_size=360, stratify=labels, random_state=split_seed
    )
    train_x, train_y, test_x, test_y = (torch.from_numpy(t) for t in (train_x, train_y, test_x, test_y))
    return Dataset(train_x, train_y, test_x, test_y, classes=10)


LOADERS: dict[str, Callable[[], Dataset]] = {"digits": digits}
"""Keys as in `neural.catalog.DATASETS`."""


def load_dataset(key: str) -> Dataset:
    """The data set named `key`; ValueError if there is none."""
    if key not in LOADERS:
        raise ValueError(f"dataset must be one of {', '.join(LOADERS)}, got {key!r}")
    return LOADERS[key]()


def epoch_order(seed: int, epoch: int, n: int) -> Tensor:
    """The order of the n training samples in one epoch, shape (n,): a permutation given by (seed, epoch).

    Being a pure function, it keeps no state: every lane sees the same order, and so does a resumed run.
    """
    return torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(n))
