"""Image sets of openml.org, downloaded by scikit-learn once and kept in a form that is quick to read.

What is downloaded is text: the first reading of CIFAR-10 takes about 20 seconds and 2 GB of memory, MNIST a
third of both; later ones take a fraction of a second.
"""

from __future__ import annotations

import math
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import fetch_openml

from neural.availability import OPENML_IDS, kept_file
from neural.catalog import DATASETS

Bytes = NDArray[np.uint8]


class DataUnavailableError(RuntimeError):
    """A data set could not be had; the message says why, for the screen."""


def fetch(key: str) -> tuple[Bytes, Bytes]:
    """Images and labels of an openml.org data set in its own order, downloaded if they are not here.

    Parameters
    ----------
    key : str
        A key of `neural.availability.OPENML_IDS`.

    Returns
    -------
    array, shape (N, channels, height, width), uint8
    array, shape (N,), uint8

    Raises
    ------
    DataUnavailableError
        If the download fails or is not what it should be.
    """
    path = kept_file(key)
    try:
        with np.load(path, allow_pickle=False) as kept:
            return _checked(key, kept["images"], kept["labels"])
    except FileNotFoundError:
        pass
    except Exception:  # a damaged file, of whatever kind: fetch anew
        with suppress(OSError):
            path.unlink()
    images, labels = _download(key)
    _keep(path, images, labels)
    return images, labels


def _download(key: str) -> tuple[Bytes, Bytes]:
    label, inputs = DATASETS[key].label, math.prod(DATASETS[key].shape)
    # The types are given because pandas would read labels as numbers, which scikit-learn does not take, and
    # pixels with 64 bits, which takes twice the memory.
    types = {column: np.float32 for column in range(inputs)} | {inputs: str}
    try:
        pixels, names = fetch_openml(
            data_id=OPENML_IDS[key], return_X_y=True, as_frame=False, read_csv_kwargs={"dtype": types}
        )
    except Exception as error:  # no network, no such page, a broken file, no room on the disk
        raise DataUnavailableError(
            f"{label} could not be downloaded from openml.org ({type(error).__name__}: {error}). "
            "Try again later, or choose another data set."
        ) from error
    try:
        images = np.asarray(pixels).astype(np.uint8).reshape(-1, *DATASETS[key].shape)
        return _checked(key, images, _numbers(names))
    except ValueError as error:
        raise DataUnavailableError(f"What openml.org sent for {label} is not usable: {error}") from error


def _numbers(names: Iterable[object]) -> Bytes:
    """Labels from their names, which may stand in quotes."""
    return np.array([str(name).strip("'\"") for name in names]).astype(float).astype(np.uint8)


def _checked(key: str, images: Bytes, labels: Bytes) -> tuple[Bytes, Bytes]:
    choice = DATASETS[key]
    enough = choice.train + choice.test
    if images.shape[1:] != choice.shape or len(images) != len(labels) or len(images) < enough:
        raise ValueError(
            f"expected at least {enough} images of shape {choice.shape} and as many labels, "
            f"got {images.shape} and {labels.shape}"
        )
    if images.dtype != np.uint8 or labels.dtype != np.uint8 or labels.max() >= choice.classes:
        raise ValueError(f"expected bytes and labels below {choice.classes}")
    return images, labels


def _keep(path: Path, images: Bytes, labels: Bytes) -> None:
    """Write the file whole or not at all; a disk that is full or read-only costs the next download only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            try:
                np.savez(file, images=images, labels=labels)
                file.close()
                os.replace(file.name, path)
            except BaseException:
                file.close()
                os.unlink(file.name)
                raise
    except OSError:
        return
