"""Data sets as tensors, split once into training and test.

Split, label noise and scales come from seeds of their own: they are the same in every run, so that test
accuracies of different runs speak of the same images.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import Tensor

from neural import archives, own_data, own_images
from neural.availability import absent_archive, availability
from neural.catalog import DATASETS, Shape
from neural.config import TrainConfig
from neural.corruption import noisy_labels, pixel_scales
from neural.mnist1d import SPAN, mnist1d
from neural.openml import DataUnavailableError, fetch
from neural.own_images import OwnImages
from neural.textures import textures

DATA_SEED = 0


@dataclass(frozen=True)
class Dataset:
    """Images and labels of a classification problem.

    Attributes
    ----------
    train_x, test_x : Tensor, shape (N, channels, height, width), float32 or uint8
        Images: pixels in [0, 1] (MNIST-1D: values of mean 0), times `scales`, plus `offset`; bytes for a data
        set of which there is a quarter of a gigabyte.
    train_y, test_y : Tensor, shape (N,), int64
        Labels in 0, ..., classes − 1.
    classes : int
        Number of classes.
    scales : Tensor, shape (channels, height, width), float32, or None
        The factors that every image was multiplied by; None: none.
    offset : float
        What was added to every pixel.
    span : (float, float)
        The pixels that pictures draw as black and as white.
    normal : (Tensor, Tensor), shapes (channels, 1, 1), or None
        Mean and standard deviation of the training pixels of each channel, which a network is to make 0 and 1
        (`neural.prepared`).
    """

    train_x: Tensor
    train_y: Tensor
    test_x: Tensor
    test_y: Tensor
    classes: int
    scales: Tensor | None = None
    offset: float = 0.0
    span: tuple[float, float] = (0.0, 1.0)
    normal: tuple[Tensor, Tensor] | None = None

    @property
    def shape(self) -> Shape:
        """Channels, height and width of one image."""
        channels, height, width = self.train_x.shape[1:]
        return channels, height, width

    def to(self, device: torch.device) -> Dataset:
        """The same data on another device; itself on its own."""
        if device == self.train_x.device:
            return self
        train_x, train_y, test_x, test_y = (
            t.to(device) for t in (self.train_x, self.train_y, self.test_x, self.test_y)
        )
        scales = None if self.scales is None else self.scales.to(device)
        normal = None if self.normal is None else (self.normal[0].to(device), self.normal[1].to(device))
        moved = {"train_x": train_x, "train_y": train_y, "test_x": test_x, "test_y": test_y}
        return replace(self, **moved, scales=scales, normal=normal)  # type: ignore[arg-type]

    def pixels(self, images: Tensor) -> Tensor:
        """Images of this data set as they were, `span` moved to [0, 1]."""
        plain = images - self.offset
        black, white = self.span
        return ((plain if self.scales is None else plain / self.scales) - black) / (white - black)


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


def series(train_size: int | None = None) -> Dataset:
    """The generated series of `neural.mnist1d`: 4,000 for training, 1,000 for testing."""
    choice = DATASETS["mnist1d"]
    x, y = mnist1d(choice.train + choice.test, DATA_SEED)
    kept = _some(choice.train, train_size)
    return replace(_dataset(x[kept], y[kept], x[choice.train :], y[choice.train :]), span=SPAN)


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


def photographs(key: str, train_size: int | None = None) -> Dataset:
    """CIFAR at full size, as bytes: from the official archive, CIFAR-10 otherwise from openml.org.

    Raises `neural.openml.DataUnavailableError` where it can be had from neither.
    """
    try:
        train_x, train_y, test_x, test_y = archives.read(key)
    except FileNotFoundError as error:
        if not availability(key).available:
            raise DataUnavailableError(absent_archive(key)) from error
        images, labels = fetch("cifar10")
        n = DATASETS[key].train
        train_x, train_y, test_x, test_y = images[:n], labels[:n], images[n:], labels[n:]
    kept = _some(len(train_x), train_size)
    x = torch.from_numpy(train_x[kept])
    counts = torch.stack([channel.flatten().bincount(minlength=256) for channel in x.unbind(1)]).double()
    shares, values = counts / counts.sum(1, keepdim=True), torch.arange(256.0, dtype=torch.float64)
    mean = shares @ values
    deviation = (shares @ values.square() - mean.square()).sqrt().clamp(min=1.0)
    normal = (mean.float()[:, None, None], deviation.float()[:, None, None])
    return Dataset(
        x,
        torch.from_numpy(train_y[kept].astype(np.int64)),
        torch.from_numpy(test_x.copy()),
        torch.from_numpy(test_y.astype(np.int64)),
        classes=DATASETS[key].classes,
        span=(0.0, 255.0),
        normal=normal,
    )


def brought(own: OwnImages, train_size: int | None = None) -> Dataset:
    """The images that a visitor has brought, split by `neural.own_data.split`.

    Raises `neural.openml.DataUnavailableError` where they are not here.
    """
    try:
        found = own_data.read("images", own.digest)
        images, labels = found["images"], found["labels"]
    except (own_data.GoneDataError, KeyError) as error:
        raise DataUnavailableError(own_data.GONE) from error
    train, test = own_data.split(labels)
    if (images.shape[1:], labels.max() + 1, len(train), len(test)) != (
        own.shape,
        own.classes,
        own.train,
        own.test,
    ):
        raise DataUnavailableError("The images are not those that the link speaks of: bring the file again.")
    kept = train[_some(len(train), train_size)]
    return replace(_dataset(images[kept], labels[kept], images[test], labels[test]), classes=own.classes)


def _some(n: int, most: int | None) -> NDArray[np.int64]:
    """All of 0, ..., n − 1 in order, or a random `most` of them; a larger part holds every smaller one."""
    if most is None or most >= n:
        return np.arange(n)
    return np.random.default_rng([DATA_SEED, 3]).permutation(n)[:most]


LOADERS: dict[str, Callable[[int | None], Dataset]] = {
    "digits": digits,
    "textures": striped,
    "mnist1d": series,
    "mnist": lambda train_size: openml("mnist", train_size),
    "fashion_mnist": lambda train_size: openml("fashion_mnist", train_size),
    "cifar10": lambda train_size: openml("cifar10", train_size),
    "cifar10_full": lambda train_size: photographs("cifar10_full", train_size),
    "cifar100": lambda train_size: photographs("cifar100", train_size),
}
"""Keys as in `neural.catalog.DATASETS`; each takes the most images to train on."""


def load_dataset(
    key: str,
    label_noise: float = 0.0,
    kappa: float = 1.0,
    train_size: int | None = None,
    offset: float = 0.0,
) -> Dataset:
    """The data set named `key`, made harder if asked; ValueError if there is none.

    Parameters
    ----------
    key : str
        A key of `LOADERS`.
    label_noise, kappa, train_size, offset
        As in `neural.config.TrainConfig`; None for all images.
    """
    if (own := own_images.parsed(key)) is not None:
        data = brought(own, train_size)
    elif key in LOADERS:
        data = LOADERS[key](train_size)
    else:
        raise ValueError(f"dataset must be one of {', '.join(LOADERS)}, got {key!r}")
    if label_noise > 0:
        labels = noisy_labels(data.train_y.numpy(), label_noise, data.classes, DATA_SEED)
        data = replace(data, train_y=torch.from_numpy(labels))
    if kappa > 1:
        scales = torch.from_numpy(pixel_scales(data.shape, kappa, DATA_SEED))
        data = replace(data, train_x=data.train_x * scales, test_x=data.test_x * scales, scales=scales)
    if offset > 0:
        data = replace(data, train_x=data.train_x + offset, test_x=data.test_x + offset, offset=offset)
    return data


_loaded: WeakValueDictionary[tuple[object, ...], Dataset] = WeakValueDictionary()


def data_of(config: TrainConfig) -> Dataset:
    """The data that a configuration speaks of; runs of one process that train on the same data share them."""
    asked = (config.dataset, config.label_noise, config.kappa, config.train_size, config.offset)
    data = _loaded.get(asked)
    if data is None:
        data = _loaded[asked] = load_dataset(*asked)
    return data


def epoch_order(seed: int, epoch: int, n: int) -> Tensor:
    """The order of the n training samples in one epoch, shape (n,): a permutation given by (seed, epoch).

    Being a pure function, it keeps no state: every lane sees the same order, and so does a resumed run.
    """
    return torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(n))
