"""How the numeric kernels are compiled: once, cached on disk, with IEEE infinities and NaN kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])

# Sums may be reordered and fused (SIMD); "no NaN" and "no infinity" are not assumed: divergence is a result.
FAST = {"reassoc", "contract", "nsz", "arcp"}


def compiled(function: F) -> F:
    """Compile `function` on its first call; `function.py_func` stays the plain Python one."""
    return cast(F, numba.njit(cache=True, fastmath=FAST, error_model="numpy", nogil=True)(function))
