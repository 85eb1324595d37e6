"""A stretch of a run's steps as the bytes that the store keeps of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

import numpy as np

from runs.store.history import Array, Block


class DamagedError(ValueError):
    """Stored bytes that are not what was written."""


def pack(lanes: Sequence[Block]) -> bytes:
    """Columns as bytes: a line of JSON that names them, then their float64 values, compressed by zlib."""
    names = list(lanes[0])
    values = np.array([[np.asarray(columns[name], dtype="<f8") for name in names] for columns in lanes])
    return json.dumps({"names": names}).encode() + b"\n" + zlib.compress(values.tobytes(), level=1)


def unpack(data: bytes, lanes: int, steps: int) -> list[dict[str, Array]]:
    """Inverse of `pack`.

    Parameters
    ----------
    data : bytes
    lanes, steps : int
        How many there must be.

    Returns
    -------
    list of dict
        For each lane its columns by name, each of shape (steps,).

    Raises
    ------
    DamagedError
        Where the bytes cannot be read, or do not hold so many lanes and steps.
    """
    try:
        header, _, body = bytes(data).partition(b"\n")
        names = [str(name) for name in json.loads(header)["names"]]
        values = np.frombuffer(zlib.decompress(body), dtype="<f8").reshape(lanes, len(names), steps)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"a stored chunk cannot be read: {error}") from error
    return [dict(zip(names, table, strict=True)) for table in values]


def joined(parts: Sequence[Sequence[Block]]) -> list[dict[str, Array]]:
    """Pieces of the same lanes, one after the other."""
    return [
        {
            name: np.concatenate([np.asarray(part[lane][name], dtype=float) for part in parts])
            for name in parts[0][lane]
        }
        for lane in range(len(parts[0]))
    ]
