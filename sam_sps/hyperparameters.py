"""The table of hyperparameters and the one check that every value passes through."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from numbers import Real
from typing import Any

from torch import Tensor

_LARGEST = sys.float_info.max
_SMALLEST = sys.float_info.min

#: name: (lowest, highest, the allowed range in words). The bounds belong to the range.
RANGES: dict[str, tuple[float, float, str]] = {
    "weight_decay": (0.0, _LARGEST, "a finite number >= 0"),
    "rho": (0.0, _LARGEST, "a finite number >= 0"),
    "lambd": (0.0, 1.0, "a number in [0, 1]"),
    "f_star": (-_LARGEST, _LARGEST, "a finite number"),
    "gamma_b": (0.0, _LARGEST, "a finite number >= 0"),
    "c": (_SMALLEST, _LARGEST, "a finite number > 0"),
    "gamma_growth": (1.0, _LARGEST, "None or a finite number >= 1"),
    "gamma_factor": (0.0, _LARGEST, "a finite number >= 0"),
    "eta": (0.0, _LARGEST, "None or a finite number >= 0"),
}
_MAY_BE_NONE = ("gamma_growth", "eta")

#: What the optimizer carries from step to step, in every group: (initial value, what it must be).
CARRIED: dict[str, tuple[Any, str]] = {
    "counts": ((0, 0, 0, 0, 0, 0), "six integers >= 0, or the first four or five of them"),
    "gamma_last": (0.0, "a finite number >= 0"),
    "lower_bound": (None, "None or a finite number"),
}


def checked(name: str, value: Any) -> float | None:
    """Return `value` as a float (or None where the table allows it).

    Raises a ValueError if it is not a real number (bool is none) or lies outside the range of `name`.
    """
    low, high, words = RANGES[name]
    if value is None and name in _MAY_BE_NONE:
        return None
    number = _as_float(value)
    if low <= number <= high:  # false for NaN
        return number
    hint = "; a tensor is not taken, use its item()" if isinstance(value, Tensor) else ""
    raise ValueError(f"{name} must be {words}, got {value!r}{hint}")


def _as_float(value: Any) -> float:
    """Return a number, of whatever library, as a float; NaN for what is no number or too large."""
    try:
        return float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


def checked_values(group: Mapping[str, Any]) -> dict[str, float | None]:
    """Return every hyperparameter of `group`, checked."""
    return {name: checked(name, group[name]) for name in RANGES}


def checked_carried(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the carried values of `group`, checked; ValueError where a saved state was tampered with."""
    counts, gamma, bound = (group[name] for name in CARRIED)
    is_whole = isinstance(counts, (tuple, list)) and len(counts) in (4, 5, 6)
    valid = {
        "counts": is_whole and all(type(count) is int and count >= 0 for count in counts),
        "gamma_last": 0.0 <= _as_float(gamma) <= _LARGEST,
        "lower_bound": bound is None or abs(_as_float(bound)) <= _LARGEST,
    }
    for name, is_valid in valid.items():
        if not is_valid:
            raise ValueError(f"{name} must be {CARRIED[name][1]}, got {group[name]!r}")
    # Floored steps are counted since there were five, evaluations since six: before it was two in every step.
    counts = (*counts, 0, 2 * counts[0])[:6] if len(counts) == 4 else (*counts, 2 * counts[0])[:6]
    return {"counts": counts, "gamma_last": float(gamma), "lower_bound": bound}


def checked_sam_every(value: Any) -> int | None:
    """Return `value`, or raise a ValueError if it is neither None nor an integer >= 1."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    raise ValueError(f"sam_every must be None or an integer >= 1, got {value!r}")


def check_groups(groups: list[dict[str, Any]], proximal: bool, clipped: bool) -> None:
    """Check all groups, whose values may have been changed since the last step.

    Raises a ValueError if a value is out of range, groups disagree on `f_star` (it bounds the one loss),
    `proximal` meets a `c` other than 1, or `clipped` a `lambd` other than 1.
    """
    for group in groups:
        for name, (low, high, _) in RANGES.items():
            value = group[name]
            if not (type(value) is float and low <= value <= high):
                group[name] = checked(name, value)  # a float, so that whatever stores groups can read them
        if proximal and group["c"] != 1.0:
            raise ValueError(
                f"c must be 1 with proximal=True, which has no such constant, got {group['c']!r}"
            )
        if clipped and group["lambd"] != 1.0:
            raise ValueError(
                f"lambd must be 1 with clipped=True, which has no such blend, got {group['lambd']!r}"
            )
    bounds = {float(group["f_star"]) for group in groups}
    if len(bounds) > 1:
        raise ValueError(f"f_star must be the same in every parameter group, got {sorted(bounds)}")
