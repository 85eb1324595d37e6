"""Files as visitors bring them, good ones and hostile ones."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

RNG = np.random.default_rng(0)
A, B = RNG.standard_normal((6, 3)), RNG.standard_normal(6)
IMAGES = RNG.integers(0, 256, (24, 8, 8)).astype(np.uint8)
LABELS = np.arange(24) % 3 + 5


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=True, **arrays)
    return file.getvalue()


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array(file, array)
    return file.getvalue()


def head(shape: object, kind: str = "<f8", more: str = "") -> bytes:
    """The head of an array that says whatever is wanted, without an array behind it."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, {more}}}".encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def table(**columns: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file)
    return file.getvalue()


def csv_of(matrix: NDArray[Any], names: str = "") -> bytes:
    file = io.BytesIO()
    np.savetxt(file, matrix, delimiter=",", fmt="%.17g", header=names, comments="")
    return file.getvalue().lstrip(b"\n") if not names else file.getvalue()


class Evil:
    """An object whose unpickling leaves a trace."""

    def __init__(self, trace: str) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (self.trace, "w")


def exported(**columns: Any) -> bytes:
    """A CSV as the app writes it."""
    names = list(columns)
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(f'"{one}"' if isinstance(one, str) else str(one) for one in row) for row in rows]
    heads = [f"# {json.dumps({'link': 'cnn'})}", ",".join(f'"{name}"' for name in names)]
    return "\n".join([*heads, *lines]).encode()
