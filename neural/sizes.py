"""How large the networks of `neural.networks` are, without building them and without torch."""

from __future__ import annotations

from collections.abc import Callable

from neural.catalog import DATASETS, NETWORKS, Shape

BYTES = 4
"""Of a parameter: they are float32."""


def parameter_count(network: str, dataset: str) -> int:
    """Trainable scalars of a network for the images of a data set.

    Parameters
    ----------
    network, dataset : str
        Keys of `neural.catalog.NETWORKS` and `DATASETS`; ValueError otherwise.
    """
    if network not in NETWORKS:
        raise ValueError(f"network must be one of {', '.join(NETWORKS)}, got {network!r}")
    if dataset not in DATASETS:
        raise ValueError(f"dataset must be one of {', '.join(DATASETS)}, got {dataset!r}")
    data = DATASETS[dataset]
    return _COUNTS[network](data.shape, data.classes)


def size_in_bytes(network: str, dataset: str) -> int:
    """Memory of the parameters alone; a lane holds them several times, with gradients and the copy of x."""
    return BYTES * parameter_count(network, dataset)


def _conv(inputs: int, outputs: int, side: int, bias: bool = True) -> int:
    return outputs * (inputs * side**2 + bias)


def _linear(inputs: int, outputs: int) -> int:
    return outputs * (inputs + 1)


def _norm(channels: int) -> int:
    return 2 * channels


def _small_cnn(shape: Shape, classes: int) -> int:
    channels, height, width = shape
    return _conv(channels, 16, 3) + _conv(16, 32, 3) + _linear(32 * (height // 4) * (width // 4), classes)


def _small_cnn_bn(shape: Shape, classes: int) -> int:
    # Scale and shift in the place of the convolution's bias: one more a channel.
    return _small_cnn(shape, classes) + 16 + 32


def _lenet(shape: Shape, classes: int) -> int:
    channels, height, width = shape
    convolutions = _conv(channels, 6, 5) + _conv(6, 16, 5)
    features = 16 * (height // 4) * (width // 4)
    return convolutions + _linear(features, 120) + _linear(120, 84) + _linear(84, classes)


def _resnet(blocks: int) -> Callable[[Shape, int], int]:
    def unit(inputs: int, outputs: int) -> int:
        return _conv(inputs, outputs, 3, bias=False) + _norm(outputs)

    def count(shape: Shape, classes: int) -> int:
        total = unit(shape[0], 16)
        for inputs, outputs in ((16, 16), (16, 32), (32, 64)):
            total += unit(inputs, outputs) + (2 * blocks - 1) * unit(outputs, outputs)
        return total + _linear(64, classes)

    return count


_COUNTS: dict[str, Callable[[Shape, int], int]] = {
    "small_cnn": _small_cnn,
    "small_cnn_bn": _small_cnn_bn,
    "lenet": _lenet,
    "resnet8": _resnet(1),
    "resnet20": _resnet(3),
}
