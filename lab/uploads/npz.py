"""NPZ without NumPy's reader: the directory of the archive and the head of each array are checked first.

Nothing is unpacked before that, and nothing is unpickled.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown

MOST_MEMBERS = 16
HEAD_BYTES = 4096  # of an array's head
PLAIN = "biuf"  # kinds of numbers: bool, signed, unsigned, float


def read(path: Path, names: tuple[str, ...], limits: Limits) -> dict[str, NDArray[np.generic]]:
    """Those arrays of an NPZ that have one of these names.

    Raises
    ------
    RefusedError
        For no archive, for one that is encrypted, has many members, paths for names or declares more than
        `limits` allow, and for arrays of Python objects or of a size that is not what their head says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive, limits)
            return {name: _array(archive, members[name]) for name in names if name in members}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError) as error:
        raise RefusedError(f"The NPZ cannot be read: {shown(error)}.") from error
    except RuntimeError as error:  # an encrypted member
        raise RefusedError("The NPZ is encrypted.") from error


def _checked(archive: zipfile.ZipFile, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The members by the names of their arrays, from the directory alone."""
    found = archive.infolist()
    if len(found) > MOST_MEMBERS:
        raise RefusedError(f"The NPZ has {len(found):,} arrays; at most {MOST_MEMBERS} are read.")
    members: dict[str, zipfile.ZipInfo] = {}
    for one in found:
        name = one.filename.removesuffix(".npy")
        if not name.isidentifier() or one.filename == name or name in members:
            raise RefusedError(f"The NPZ has the member {shown(one.filename)}: names of arrays are needed.")
        if one.flag_bits & 1:
            raise RefusedError("The NPZ is encrypted.")
        members[name] = one
    total = sum(one.file_size for one in found)
    if total > limits.array_bytes:
        raise RefusedError(
            f"The arrays of the NPZ take {total / 1e6:,.0f} MB unpacked; at most "
            f"{limits.array_bytes / 1e6:,.0f} MB are read."
        )
    return members


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[np.generic]:
    name = member.filename.removesuffix(".npy")
    with archive.open(member) as stream:
        shape, fortran, kind = _head(stream, name)
        size = math.prod(shape) * kind.itemsize
        if size > member.file_size:
            raise RefusedError(f"The head of {shown(name)} speaks of {size:,} bytes, the archive of fewer.")
        content = stream.read(size + 1)  # no more than that is unpacked, whatever follows
    if len(content) != size:
        raise RefusedError(
            f"The array {shown(name)} has {len(content):,} bytes where its head says {size:,}."
        )
    flat = np.frombuffer(content, kind)
    return flat.reshape(shape[::-1]).T if fortran else flat.reshape(shape)


def _head(stream: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Shape, order and type of an array."""
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    try:
        version = npy.read_magic(stream)
        shape, fortran, kind = readers[version](stream, max_header_size=HEAD_BYTES)
    except (ValueError, KeyError, SyntaxError, MemoryError, OverflowError, TypeError) as error:
        raise RefusedError(f"The array {shown(name)} has no head that can be read.") from error
    if kind.hasobject:
        raise RefusedError(
            f"The array {shown(name)} holds Python objects (a pickle), which are never read: "
            "save numbers alone."
        )
    if kind.kind not in PLAIN or kind.itemsize > 8:
        raise RefusedError(f"The array {shown(name)} holds no plain numbers but {shown(kind)}.")
    if any(length < 1 for length in shape):
        raise RefusedError(f"The array {shown(name)} is empty: its shape is {shape}.")
    return shape, fortran, kind
