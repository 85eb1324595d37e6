"""Data that visitors have brought, kept for a while in files of the app's own making, within a bound.

A file is named by the SHA-256 of what was brought: a link names the data by it, and who has the link may use
them while they are here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lab.uploads import reader
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError
from neural.own_data import DIGEST, file_of, uploads

EVERY_SECONDS = 600.0
_lock = threading.Lock()


@dataclass(frozen=True)
class Kept:
    """Data that are here: their digest, and what is known of them."""

    digest: str
    about: dict[str, Any]


def bring(content: bytes, name: str, kind: str, used: Callable[[], Collection[str]] = tuple) -> Kept:
    """Read a file and keep its arrays.

    Parameters
    ----------
    content : bytes
    name : str
        The file's, of which only the end counts.
    kind : {"ridge", "images"}
    used : callable, optional
        Gives the digests of data that runs need: these are not removed to make room.

    Raises
    ------
    RefusedError
        In words for the screen.
    """
    limits = Limits.read()
    form, digest = reader.form_of(name), hashlib.sha256(content).hexdigest()
    if (known := find(kind, digest)) is not None:
        return known
    with reader.read(content, kind, form, limits) as found, _lock:
        path = file_of(kind, digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        room = limits.store_mb * 1e6 - found.arrays.stat().st_size
        tidy(path.parent, time.time() - 3600 * limits.hours, room, used())
        try:
            _about_of(path).write_text(json.dumps(found.about), encoding="utf-8")
            shutil.copyfile(found.arrays, waiting := path.with_suffix(f".{os.getpid()}"))
            waiting.replace(path)
        except OSError as error:
            raise RefusedError("The data cannot be kept: there is no room on the app's disk.") from error
    return Kept(digest, found.about)


def find(kind: str, digest: str) -> Kept | None:
    """Data that are here, which counts as a use of them; None where they are not."""
    if not DIGEST.fullmatch(digest):
        return None
    path = file_of(kind, digest)
    try:
        os.utime(path)
        return Kept(digest, _read_about(_about_of(path)))
    except (OSError, ValueError):
        return None


def watch(used: Callable[[], Collection[str]], stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Remove now and then what nobody has used for long, until it is told to stop."""
    while not stop.wait(every):
        limits = Limits.read()
        with contextlib.suppress(RefusedError, OSError), _lock:
            tidy(uploads(), time.time() - 3600 * limits.hours, limits.store_mb * 1e6, used())


def tidy(folder: Path, before: float, room: float, used: Collection[str]) -> None:
    """Remove what nobody has used since some time, and then the oldest, until the rest fits.

    Raises
    ------
    RefusedError
        Where what runs need leaves no room.
    """
    files = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.npz"))
    free = [one for one in files if one[2].stem.partition("-")[2] not in used]
    size = sum(one[1] for one in files)
    for when, bytes_, path in free:
        if when < before or size > room:
            size -= bytes_
            for one in (path, _about_of(path)):
                with contextlib.suppress(OSError):
                    one.unlink(missing_ok=True)
    if size > room:
        raise RefusedError("There is no room for more data now; try again tomorrow.")


def _about_of(path: Path) -> Path:
    return path.with_suffix(".json")


@lru_cache(maxsize=64)
def _read_about(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise ValueError(f"{path} must hold a mapping, got {type(found).__name__}")
    return found
