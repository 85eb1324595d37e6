"""Moments of a run: the weights of all its lanes, kept at a few steps so that they can be looked at later.

They lie on a grid of steps that grows coarser with the run: 0, s, 2s, … where s is the smallest power of two
that leaves no more than so many. The newest is kept too, where it is off the grid.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

MOST = 12  # moments of a run on the grid
MAX_BYTES = 16_000_000  # that they take in all: of a large network there are fewer
Weights = dict[str, NDArray[np.generic]]
"""The arrays of one network by their names, the statistics of BatchNorm among them."""


def most_of(size: int) -> int:
    """How many moments a run keeps whose moments take `size` bytes each; 0 where two are too many."""
    most = min(MOST, MAX_BYTES // max(size, 1))
    return most if most >= 2 else 0


def stride(step: int, most: int) -> int:
    """Steps between two moments of a run that has made `step` steps and keeps `most` ≥ 2 of them."""
    found = 1
    while step // found >= most:
        found *= 2
    return found


def is_due(step: int, most: int) -> bool:
    """Whether the weights are kept at this step."""
    return most > 0 and step % stride(step, most) == 0


def kept(steps: Collection[int], most: int) -> set[int]:
    """Those of the steps that stay: the grid at the newest of them, and the newest itself."""
    newest = max(steps)
    return {step for step in steps if step % stride(newest, most) == 0} | {newest}


def pack(lanes: Sequence[Mapping[str, NDArray[np.generic]]]) -> bytes:
    """The arrays of every lane as a file of NumPy's kind, an array's name after its lane's number."""
    file = io.BytesIO()
    arrays = {f"{lane}/{name}": array for lane, found in enumerate(lanes) for name, array in found.items()}
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpack(data: bytes, lane: int) -> Weights | None:
    """The arrays of one lane; None where the bytes cannot be read, or do not hold that lane."""
    start = f"{lane}/"
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            names = [name for name in file.files if name.startswith(start)]
            return {name.removeprefix(start): file[name] for name in names} or None
    except (ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile):
        return None
