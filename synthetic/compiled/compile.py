"""How the numeric kernels are compiled: once, cached on disk, with IEEE infinities and NaN kept.

Where neither the folder of the code nor the user's own can be written, every process compiles for itself.

No kernel creates an array, so none of them needs reference counts. Counting is atomic and took half of the
time of a step on a mini-batch of ten; `_nrt=False` leaves it out (numba refuses such a function if it
allocates).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

# Sums may be reordered and fused (SIMD); "no NaN" and "no infinity" are not assumed: divergence is a result.
FAST = {"reassoc", "contract", "nsz", "arcp"}
SOURCES = ("../problem.py", "losses.py", "rules.py", "kernel.py")


def source_stamp() -> str:
    """Digest of all the sources that are compiled into one another."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / name).read_bytes() for name in SOURCES)).hexdigest()


def compiled(function: F) -> F:
    """Compile `function` on its first call; `function.py_func` stays the plain Python one."""
    return _compiled(function, FAST)


def exactly(function: F) -> F:
    """The same with every operation rounded by itself, in the order written: NumPy has the same numbers."""
    return _compiled(function, set())


def _compiled(function: F, fast: set[str]) -> F:
    options: dict[str, Any] = {"fastmath": fast, "error_model": "numpy", "nogil": True, "_nrt": False}
    try:
        dispatcher = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no place for the cache
        return cast(F, numba.njit(**options)(function))
    if hasattr(dispatcher, "_cache"):
        # numba watches a function's own file only: without this an edit in a callee would run the old code
        dispatcher._cache._cache_file._source_stamp = source_stamp()
    return cast(F, dispatcher)
