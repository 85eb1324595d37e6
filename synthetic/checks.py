"""Argument checks at the edge: what is refused, with the name, the value and the allowed range."""

from __future__ import annotations

import math
from collections.abc import Collection
from numbers import Integral, Real


def real(
    name: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    above: bool = False,
    infinite: bool = False,
) -> float:
    """Return `value` as a float in [low, high], or in (low, high] with `above`; raise ValueError
    otherwise. An infinite value is allowed with `infinite` only.
    """
    number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    inside = low < number <= high if above else low <= number <= high
    if not (inside and (infinite or math.isfinite(number))):
        opening = "(" if above or low == -math.inf else "["
        closing = ")" if high == math.inf and not infinite else "]"
        allowed = f"{opening}{low:g}, {high:g}{closing}"
        what = "a number" if infinite else "a finite number"
        raise ValueError(f"{name} must be {what} in {allowed}, got {value!r}")
    return number


def whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return `value` as an int with low <= value (<= high); raise ValueError otherwise."""
    number = int(value) if isinstance(value, Integral) and not isinstance(value, bool) else low - 1
    if number < low or (high is not None and number > high):
        top = "" if high is None else f" and at most {high}"
        raise ValueError(f"{name} must be a whole number, at least {low}{top}, got {value!r}")
    return number


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """Return `value` if it is one of `allowed`; raise ValueError naming them otherwise."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, got {value!r}")
    return value


def flag(name: str, value: object) -> bool:
    """Return `value` if it is True or False; raise ValueError otherwise."""
    if not isinstance(value, bool):
        raise ValueError(f"{name} must be True or False, got {value!r}")
    return value
