"""The data sets and networks on offer, described without importing torch.

The builders stand in `neural.data` and `neural.networks` under the same keys; `neural.availability` tells
which data sets this machine can have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from neural import own_images

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its key in a configuration, its name on screen and one line about it."""

    key: str
    label: str
    about: str


@dataclass(frozen=True)
class DataChoice(Choice):
    """A data set to choose.

    Attributes
    ----------
    shape : (int, int, int)
        Channels, height and width of an image.
    train, test : int
        Images on offer for training, of which a configuration takes `train_size` at most; test images.
    source : {"packaged", "generated", "openml", "archive", "own"}
        With scikit-learn; made from a seed; downloaded once from openml.org; a local copy of an official
        archive, for long runs outside of the lab; brought by a visitor (`neural.own_images`).
    names : tuple of str
        What the labels 0, 1, ... stand for.
    """

    shape: Shape
    train: int
    test: int
    source: Literal["packaged", "generated", "openml", "archive", "own"]
    names: tuple[str, ...]

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(self.names)


@dataclass(frozen=True)
class NetworkChoice(Choice):
    """A network to choose.

    Attributes
    ----------
    parameters : mapping of str to int
        Its trainable scalars for the images of each data set that it can be trained on, and of no other: the
        app shows them and has no torch to count.
    batch_norm : bool
        Whether it has BatchNorm, whose statistics can be recomputed for a test.
    """

    parameters: Mapping[str, int]
    batch_norm: bool = False

    def takes(self, dataset: str) -> bool:
        """Whether the network fits the images of a data set."""
        return dataset in self.parameters


_DIGITS = tuple("0123456789")
_ANGLES = tuple(f"{(90 - 18 * k) % 180}°" for k in range(10))  # that stripes make with the horizontal
_CLOTHES = (
    "T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
_THINGS = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
OPENML_TEST = 2_000
"""Test images kept of a downloaded set: an evaluation is to stay short; accuracy ± 0.5 % at 95 %."""

_DATASETS = (
    DataChoice(
        "digits",
        "Handwritten digits, 8×8",
        "1,797 real grey images of the ten digits (scikit-learn).",
        (1, 8, 8), 1_437, 360, "packaged", _DIGITS,
    ),
    DataChoice(
        "textures",
        "Stripes in clutter, 16×16",
        "5,000 generated grey images. Which way do the strongest stripes run? Hard for a small CNN.",
        (1, 16, 16), 4_000, 1_000, "generated", _ANGLES,
    ),
    DataChoice(
        "mnist1d",
        "MNIST-1D, series of 40",
        "5,000 generated series of ten shapes, named after the digits. Hard for an MLP.",
        (1, 1, 40), 4_000, 1_000, "generated", _DIGITS,
    ),
    DataChoice(
        "mnist",
        "MNIST",
        "Grey images, 28×28, of handwritten digits, downloaded once from openml.org.",
        (1, 28, 28), 60_000, OPENML_TEST, "openml", _DIGITS,
    ),
    DataChoice(
        "fashion_mnist",
        "Fashion-MNIST",
        "Grey images, 28×28, of ten kinds of clothes, downloaded once from openml.org.",
        (1, 28, 28), 60_000, OPENML_TEST, "openml", _CLOTHES,
    ),
    DataChoice(
        "cifar10",
        "CIFAR-10",
        "Colour photographs, 32×32, of ten kinds of things, downloaded once from openml.org (large).",
        (3, 32, 32), 50_000, OPENML_TEST, "openml", _THINGS,
    ),
    DataChoice(
        "cifar10_full",
        "CIFAR-10, all of it",
        "Colour photographs, 32×32, of ten kinds of things, from the official archive.",
        (3, 32, 32), 50_000, 10_000, "archive", _THINGS,
    ),
    DataChoice(
        "cifar100",
        "CIFAR-100",
        "Colour photographs, 32×32, of a hundred kinds of things, from the official archive.",
        (3, 32, 32), 50_000, 10_000, "archive", tuple(str(label) for label in range(100)),
    ),
)  # fmt: skip


class _DataSets(dict[str, DataChoice]):
    """The data sets on offer; by their keys also images that a visitor brings, which are not listed."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or own_images.parsed(key) is not None

    def __missing__(self, key: str) -> DataChoice:
        own = own_images.parsed(key)
        if own is None:
            raise KeyError(key)
        names = tuple(map(str, range(own.classes)))
        return DataChoice(
            key, OWN_LABEL.format(*own.shape), OWN_ABOUT, own.shape, own.train, own.test, "own", names
        )


class _Parameters(dict[str, int]):
    """Parameters of a network by data set; of images that a visitor brings they are counted."""

    def __init__(self, network: str, known: Mapping[str, int]) -> None:
        super().__init__(known)
        self._network = network

    def __contains__(self, key: object) -> bool:
        own = own_images.parsed(key)
        counted = own is not None and own_images.parameters(self._network, own) is not None
        return super().__contains__(key) or counted

    def __missing__(self, key: str) -> int:
        own = own_images.parsed(key)
        count = own_images.parameters(self._network, own) if own else None
        if count is None:
            raise KeyError(key)
        return count


OWN_LABEL = "Your own images, {1}×{2}"
OWN_ABOUT = "Images that were brought here. Of each label a fifth is for testing, the same in every run."
DATASETS: dict[str, DataChoice] = _DataSets({choice.key: choice for choice in _DATASETS})

_NETWORKS = (
    NetworkChoice(
        "small_cnn",
        "Small CNN",
        "Two 3×3 convolutions with max pooling and one linear layer.",
        {"digits": 6_090, "textures": 9_930, "mnist": 20_490, "fashion_mnist": 20_490, "cifar10": 25_578},
    ),
    NetworkChoice(
        "small_cnn_bn",
        "Small CNN with BatchNorm",
        "The small CNN, normalised after each convolution.",
        {"digits": 6_138, "textures": 9_978, "mnist": 20_538, "fashion_mnist": 20_538, "cifar10": 25_626},
        batch_norm=True,
    ),
    NetworkChoice(
        "lenet",
        "LeNet",
        "LeNet-5 with ReLU and max pooling: two 5×5 convolutions, three linear layers.",
        {
            "digits": 21_386,
            "textures": 44_426,
            "mnist": 107_786,
            "fashion_mnist": 107_786,
            "cifar10": 136_886,
        },
    ),
    NetworkChoice(
        "resnet8",
        "ResNet-8",
        "Residual network in three stages of one block each, with BatchNorm.",
        {"digits": 75_002, "textures": 75_002, "mnist": 75_002, "fashion_mnist": 75_002, "cifar10": 75_290},
        batch_norm=True,
    ),
    NetworkChoice(
        "resnet20",
        "ResNet-20",
        "Residual network in three stages of three blocks each, with BatchNorm.",
        {
            "digits": 269_434,
            "textures": 269_434,
            "mnist": 269_434,
            "fashion_mnist": 269_434,
            "cifar10": 269_722,
            "cifar10_full": 269_722,
            "cifar100": 275_572,
        },
        batch_norm=True,
    ),
    NetworkChoice(
        "resnet32",
        "ResNet-32",
        "Residual network in three stages of five blocks each, with BatchNorm.",
        {"cifar10_full": 464_154, "cifar100": 470_004},
        batch_norm=True,
    ),
    NetworkChoice(
        "cnn1d",
        "1-D CNN",
        "Three convolutions along the series, of 25 filters each, with BatchNorm, and one linear layer.",
        {"mnist1d": 5_285},
        batch_norm=True,
    ),
    NetworkChoice(
        "mlp",
        "MLP",
        "Three linear layers with 100 and 100 units between them.",
        {
            "digits": 17_610,
            "textures": 36_810,
            "mnist1d": 15_210,
            "mnist": 89_610,
            "fashion_mnist": 89_610,
            "cifar10": 318_410,
        },
    ),
)
NETWORKS: dict[str, NetworkChoice] = {
    choice.key: replace(choice, parameters=_Parameters(choice.key, choice.parameters)) for choice in _NETWORKS
}


def networks_for(dataset: str) -> tuple[str, ...]:
    """The networks that can be trained on a data set, by key."""
    return tuple(key for key, network in NETWORKS.items() if network.takes(dataset))
