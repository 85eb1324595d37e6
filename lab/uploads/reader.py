"""A file that was brought, read by a process of its own: `lab.uploads.child`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lab.uploads.child import RESULT, TOO_LARGE
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown

ROOT = Path(__file__).parents[2]
FORMS = {".csv": "csv", ".txt": "csv", ".npz": "npz", ".parquet": "parquet"}
AT_ONCE, PATIENCE_SECONDS = 2, 30.0
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Brought:
    """What a file holds: where its arrays lie for now, and what is known of them."""

    arrays: Path
    about: dict[str, Any]


def form_of(name: str, kinds: tuple[str, ...] = ("csv", "npz", "parquet")) -> str:
    """The form of a file by the end of its name, which is all that a name is used for."""
    form = FORMS.get(Path(name[-20:]).suffix.lower(), "")
    if form not in kinds:
        raise RefusedError(f"{shown(name)} is no {' or '.join(kind.upper() for kind in kinds)} file.")
    return form


@contextmanager
def read(content: bytes, kind: str, form: str, limits: Limits) -> Iterator[Brought]:
    """Read a file; its arrays are there until the block ends.

    Parameters
    ----------
    content : bytes
    kind : str
        A key of `lab.uploads.kinds.KINDS`.
    form : {"csv", "npz", "parquet"}
    limits : Limits

    Raises
    ------
    RefusedError
        In words for the screen.
    """
    if len(content) > limits.mb * 1e6:
        raise RefusedError(f"The file has {len(content) / 1e6:.1f} MB; at most {limits.mb:g} MB are read.")
    if not content:
        raise RefusedError("The file is empty.")
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise RefusedError("Others bring files just now; try again in a minute.")
    try:
        with tempfile.TemporaryDirectory(prefix="sam-sps-lab-file-") as folder:
            path = Path(folder) / "file"
            path.write_bytes(content)
            answer = _answer(path, kind, form, limits)
            if "refused" in answer:
                raise RefusedError(str(answer["refused"]))
            yield Brought(Path(folder) / RESULT, answer["about"])
    finally:
        _places.release()


def _answer(path: Path, kind: str, form: str, limits: Limits) -> dict[str, Any]:
    asked = json.dumps({"path": str(path), "kind": kind, "form": form, "limits": asdict(limits)})
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "lab.uploads.child"],
            input=asked.encode(),
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, **threads, "ARROW_DEFAULT_MEMORY_POOL": "system"},
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedError(f"Reading the file takes longer than {limits.seconds:g} seconds.") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise RefusedError(TOO_LARGE if b"MemoryError" in done.stderr else "The file cannot be read.")
    return answer
