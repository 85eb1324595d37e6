"""Data that visitors bring: arrays in files of this app's own making, named by the SHA-256 of the original.

Such a file is an uncompressed NPZ of plain numbers. Nothing is unpickled, and no name of a visitor's is part
of a path.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neural.home import folder

DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class GoneDataError(RuntimeError):
    """Data of a visitor's are not on this machine; the message is for the screen."""


TESTED = 0.2  # share of the images of each class that are for testing, at least one
_SPLIT_SEED = 0
GONE = "The data of this link are not here, or not any more: bring the same file again."


def uploads() -> Path:
    """The folder of all data that visitors bring."""
    return folder() / "uploads"


def file_of(kind: str, digest: str) -> Path:
    """Where data of a kind are kept.

    Raises
    ------
    ValueError
        For what is no SHA-256 in hexadecimal digits.
    """
    if not DIGEST.fullmatch(digest):
        raise ValueError(f"digest must be 64 hexadecimal digits, got {digest[:80]!r}")
    return uploads() / f"{kind}-{digest}.npz"


def read(kind: str, digest: str) -> dict[str, NDArray[Any]]:
    """The arrays of data, by name.

    Raises
    ------
    GoneDataError
        Where they are not on this machine, or cannot be read.
    """
    try:
        with np.load(file_of(kind, digest), allow_pickle=False) as found:
            return {name: found[name] for name in found.files}
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise GoneDataError(GONE) from error


def split(labels: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows for training and for testing: of each class a fifth, drawn from a seed of its own, is for testing.

    Parameters
    ----------
    labels : (N,) array of 0, 1, ..., each at least twice
    """
    rng = np.random.default_rng([_SPLIT_SEED, 5])
    tested = np.zeros(len(labels), dtype=bool)
    for label in range(int(labels.max()) + 1):
        rows = rng.permutation(np.flatnonzero(labels == label))
        tested[rows[: max(1, round(TESTED * len(rows)))]] = True
    return np.flatnonzero(~tested), np.flatnonzero(tested)
