"""CIFAR-10 and CIFAR-100 from local copies of the official archives, in their binary version. NumPy only.

An archive is read only if its MD5 sum is the published one. Nothing is unpacked to the disk, and nothing is
unpickled: records of label bytes and 3,072 pixel bytes are all there is.

References
----------
A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html, "binary version", where the sums stand too.
"""

from __future__ import annotations

import hashlib
import tarfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neural.availability import archive_file
from neural.openml import DataUnavailableError

Bytes = NDArray[np.uint8]
PIXELS = 3 * 32 * 32
MOST = 50_000
"""Records of a file at most: a larger one is not read into memory."""


@dataclass(frozen=True)
class Archive:
    """What an official archive holds.

    Attributes
    ----------
    md5 : str
        Of the file as it is published.
    train, test : tuple of str
        Its members, in the order of the images.
    labels : int
        Label bytes of a record; the last one counts (CIFAR-100: after that of the superclass).
    classes : int
    """

    md5: str
    train: tuple[str, ...]
    test: tuple[str, ...]
    labels: int
    classes: int


_BATCHES = tuple(f"cifar-10-batches-bin/data_batch_{number}.bin" for number in range(1, 6))
ARCHIVES = {
    "cifar10_full": Archive(
        "c32a1d4ab5d03f1284b67883e8d87530", _BATCHES, ("cifar-10-batches-bin/test_batch.bin",), 1, 10
    ),
    "cifar100": Archive(
        "03b5dce01913d631647c71ecec9e9cb8",
        ("cifar-100-binary/train.bin",),
        ("cifar-100-binary/test.bin",),
        2,
        100,
    ),
}


def read(key: str) -> tuple[Bytes, Bytes, Bytes, Bytes]:
    """Training images and labels, test images and labels of an archive that lies on this machine.

    Parameters
    ----------
    key : str
        A key of `ARCHIVES`.

    Returns
    -------
    array, shape (N, 3, 32, 32), uint8, and array, shape (N,), uint8, twice

    Raises
    ------
    FileNotFoundError
        If there is no file.
    DataUnavailableError
        If it is not the published one; the message says so for the screen.
    """
    file, archive = archive_file(key), ARCHIVES[key]
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "md5").hexdigest()
    if found != archive.md5:
        raise DataUnavailableError(
            f"{file} is not the published archive: its MD5 sum is {found}, not {archive.md5}. "
            "Download it again."
        )
    try:
        with tarfile.open(file, "r:gz") as tar:
            members = {name: _member(tar, name) for name in (*archive.train, *archive.test)}
        train, test = (
            np.concatenate([_records(members[name], archive) for name in names])
            for names in (archive.train, archive.test)
        )
        return *_split(train, archive), *_split(test, archive)
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise DataUnavailableError(f"{file} cannot be read: {error}") from error


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.getmember(name)
    if not member.isreg() or member.size > MOST * (PIXELS + 2):
        raise ValueError(f"{name} must be a file of at most {MOST:,} records")
    stream = tar.extractfile(member)
    return b"" if stream is None else stream.read()


def _records(content: bytes, archive: Archive) -> Bytes:
    length = archive.labels + PIXELS
    if not content or len(content) % length:
        raise ValueError(f"a member must hold records of {length} bytes, got {len(content)} bytes")
    return np.frombuffer(content, np.uint8).reshape(-1, length)


def _split(records: Bytes, archive: Archive) -> tuple[Bytes, Bytes]:
    labels, pixels = records[:, archive.labels - 1], records[:, archive.labels :]
    if labels.max() >= archive.classes:
        raise ValueError(f"labels must be below {archive.classes}, got {labels.max()}")
    return pixels.reshape(-1, 3, 32, 32), labels.copy()
