"""What a visitor and a run may take, from the environment."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass


def from_environment(name: str, default: float) -> float:
    """A positive number from the environment.

    Raises
    ------
    ValueError
        Naming the variable, its value and the range.
    """
    text = os.environ.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a finite number in (0, inf), got {text!r}")
    return value


@dataclass(frozen=True)
class Limits:
    """Bounds on runs.

    Attributes
    ----------
    minutes : float
        Of a run at workers, and of a pause, after which it is marked as interrupted (SAM_SPS_MAX_MINUTES).
    worker_mb : float
        Resident memory of a worker process in 10⁶ bytes (SAM_SPS_MAX_WORKER_MB).
    per_visitor, in_all : int
        Runs that wait or go on at one time, of one visitor the paused ones too (SAM_SPS_MAX_RUNS_PER_VISITOR,
        SAM_SPS_MAX_RUNS).
    store_mb : float
        Size of the history in 10⁶ bytes (SAM_SPS_MAX_STORE_MB).
    """

    minutes: float = 30.0
    worker_mb: float = 4000.0
    per_visitor: int = 4
    in_all: int = 60
    store_mb: float = 1000.0

    @classmethod
    def read(cls) -> Limits:
        """The defaults, changed by the environment; ValueError for a value out of range."""
        return cls(
            minutes=from_environment("SAM_SPS_MAX_MINUTES", cls.minutes),
            worker_mb=from_environment("SAM_SPS_MAX_WORKER_MB", cls.worker_mb),
            per_visitor=int(from_environment("SAM_SPS_MAX_RUNS_PER_VISITOR", cls.per_visitor)),
            in_all=int(from_environment("SAM_SPS_MAX_RUNS", cls.in_all)),
            store_mb=from_environment("SAM_SPS_MAX_STORE_MB", cls.store_mb),
        )


def niceness() -> int:
    """How far workers stand back (SAM_SPS_NICE), in [0, 19]; by default pages come first on a busy machine.

    Raises
    ------
    ValueError
        For anything else.
    """
    text = os.environ.get("SAM_SPS_NICE", "") or "15"
    if not (text.isascii() and text.isdigit() and int(text) <= 19):
        raise ValueError(f"SAM_SPS_NICE must be a whole number in [0, 19], got {text!r}")
    return int(text)


def minutes_in_words(minutes: float) -> str:
    """A time limit in words."""
    if minutes < 1:
        return f"{60 * minutes:g} seconds"
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"
