"""What every number of a configuration allows, said once: the engine checks with it, a screen may narrow it.

No torch here. What is a hyperparameter of `SAM_SPS` too has the range that it has there: a test holds the two
tables against each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """Allowed values of a finite number.

    Attributes
    ----------
    low, high : float
        The ends; they belong to the range, an infinite one apart.
    above, below : bool
        Whether `low` itself, or `high` itself, is left out.
    whole : bool
        Whether only integers are meant.
    """

    low: float
    high: float = math.inf
    above: bool = False
    below: bool = False
    whole: bool = False

    def __str__(self) -> str:
        start, end = "(" if self.above else "[", ")" if self._ends_below else "]"
        return f"{start}{_short(self.low)}, {_short(self.high)}{end}"

    @property
    def _ends_below(self) -> bool:
        return self.below or math.isinf(self.high)

    def check(self, name: str, value: object) -> float:
        """Return `value`, an int where `whole`, else a float.

        Raises
        ------
        ValueError
            With `name`, the value and the range, if it is no finite number in the range. A bool is no number.
        """
        number = _as_int(value) if self.whole else _as_float(value)
        if not self._holds(number):
            kind = "an integer" if self.whole else "a finite number"
            raise ValueError(f"{name} must be {kind} in {self}, got {show(value)}")
        return number

    def _holds(self, number: float) -> bool:
        """Whether a number lies in the range; NaN lies in none."""
        over = number > self.low if self.above else number >= self.low
        return over and (number < self.high if self._ends_below else number <= self.high)


RANGES: dict[str, Range] = {
    # of a lane
    "rho": Range(0),
    "lambd": Range(0, 1),
    "gamma_b": Range(0),
    "lr": Range(0, above=True),
    "weight_decay": Range(0),
    "momentum": Range(0, 1, below=True),
    "replica": Range(0, 15, whole=True),
    # of the adaptive baselines
    "beta1": Range(0, 1, below=True),
    "beta2": Range(0, 1, below=True),
    "epsilon": Range(0, above=True),
    # of a run
    "label_noise": Range(0, 1),
    "kappa": Range(1, 1e12),
    "offset": Range(0, 100),
    "batch_size": Range(1, 65_536, whole=True),
    "epochs": Range(1, 1_000_000, whole=True),
    "eval_every": Range(1, 1_000_000_000, whole=True),
    "seed": Range(0, 2**32 - 1, whole=True),
    "train_size": Range(1, 60_000, whole=True),
}
MAX_LANES = 32


def show(value: object) -> str:
    """A value for an error message, cut short: it may come from a link."""
    if isinstance(value, int) and value.bit_length() > 256:  # repr refuses integers of more than 4,300 digits
        return f"an integer of {value.bit_length()} bits"
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _short(end: float) -> str:
    return str(end) if isinstance(end, int) else f"{end:g}".replace("e+", "e")


def _as_int(value: object) -> float:
    return value if isinstance(value, int) and not isinstance(value, bool) else math.nan


def _as_float(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:  # an integer too large for a float
        return math.inf
