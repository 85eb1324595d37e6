"""The table of hyperparameters and the one check that every value passes through."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from numbers import Real
from typing import Any

_LARGEST = sys.float_info.max

#: name: (lowest, highest, the allowed range in words). The bounds belong to the range.
RANGES: dict[str, tuple[float, float, str]] = {
    "weight_decay": (0.0, _LARGEST, "a finite number >= 0"),
    "rho": (0.0, _LARGEST, "a finite number >= 0"),
    "lambd": (0.0, 1.0, "a number in [0, 1]"),
    "f_star": (-_LARGEST, _LARGEST, "a finite number"),
    "gamma_b": (0.0, _LARGEST, "a finite number >= 0"),
}


def checked(name: str, value: Any) -> float:
    """Return `value` as a float.

    Raises
    ------
    ValueError
        If it is not a real number (bool does not count as one) or lies outside the range of `name`.
    """
    low, high, words = RANGES[name]
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if is_number and low <= value <= high:  # false for NaN
        return float(value)
    raise ValueError(f"{name} must be {words}, got {value!r}")


def checked_values(group: Mapping[str, Any]) -> dict[str, float]:
    """Return every hyperparameter of `group`, checked."""
    return {name: checked(name, group[name]) for name in RANGES}


def checked_counts(counts: Any) -> tuple[int, ...]:
    """Return the four counts of steps as a tuple; ValueError if they are anything else."""
    is_four = isinstance(counts, (tuple, list)) and len(counts) == 4
    if is_four and all(type(count) is int and count >= 0 for count in counts):
        return tuple(counts)
    raise ValueError(f"counts must be four integers >= 0, got {counts!r}")


def check_groups(groups: list[dict[str, Any]]) -> None:
    """Check all groups, whose values may have been changed since the last step.

    Raises
    ------
    ValueError
        If a value is out of range, or the groups disagree on `f_star` (it bounds the loss, and there is one).
    """
    for group in groups:
        for name, (low, high, _) in RANGES.items():
            value = group[name]
            if not (type(value) is float and low <= value <= high):
                checked(name, value)
    bounds = {float(group["f_star"]) for group in groups}
    if len(bounds) > 1:
        raise ValueError(f"f_star must be the same in every parameter group, got {sorted(bounds)}")
