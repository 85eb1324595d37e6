"""The reader's process: ``python -m lab.uploads.child``, told on its standard input what to read.

It may take so much memory and time and no more; whatever a file does to the libraries that read it, it does
here. It answers with one line of JSON, and leaves arrays in a file beside the one it has read.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from lab.uploads.kinds import KINDS
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError

RESULT = "result.npz"
TOO_LARGE = "Reading the file takes more memory than is allowed."


def main() -> None:
    """Read one file."""
    asked: dict[str, Any] = json.load(sys.stdin)
    limits = Limits(**asked["limits"])
    bound(limits)
    path = Path(asked["path"])
    try:
        arrays, about = KINDS[asked["kind"]](path, asked["form"], limits)
        if sum(one.nbytes for one in arrays.values()) > limits.array_bytes:
            raise RefusedError(TOO_LARGE)
        with (path.parent / RESULT).open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        answer: dict[str, Any] = {"about": about}
    except RefusedError as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": TOO_LARGE}
    print(json.dumps(answer))


def bound(limits: Limits) -> None:
    """Bound what this process may take beyond what it has now; not where the system knows no such bounds."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + int(limits.memory_mb * 1e6)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        seconds = int(limits.seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
