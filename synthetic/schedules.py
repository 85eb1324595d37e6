"""Parameters that change with the iteration t = 0, 1, 2, …"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic import checks, ranges
from synthetic.problem import Array, Rows

_SHAPES = {
    "inverse": (lambda t: 1.0 / (t + 1.0), r"\frac{{{value}}}{{t+1}}"),
    "one_minus_inverse": (lambda t: 1.0 - 1.0 / (t + 1.0), r"{value}\left(1-\frac{{1}}{{t+1}}\right)"),
    "inverse_sqrt": (lambda t: 1.0 / np.sqrt(t + 1.0), r"\frac{{{value}}}{{\sqrt{{t+1}}}}"),
}


@dataclass(frozen=True)
class Schedule:
    """value · shape(t), where the shape is "inverse" 1/(t+1), "one_minus_inverse" 1 − 1/(t+1) or
    "inverse_sqrt" 1/√(t+1).

    The published λ schedules 1/t and 1 − 1/t count iterations from 1; here t counts from 0. The third with ρ
    is the decreasing radius of Theorem 3.4.
    """

    value: float
    shape: str

    def __post_init__(self) -> None:
        ranges.SCHEDULED.check("value", self.value)
        checks.choice("shape", self.shape, tuple(_SHAPES))

    def at(self, t: Rows) -> Array:
        """Values at the iterations t, same shape."""
        return self.value * _SHAPES[self.shape][0](np.asarray(t, dtype=float))

    @property
    def vanishes(self) -> bool:
        """Whether the values go to 0."""
        return self.value == 0 or self.shape != "one_minus_inverse"

    @property
    def formula(self) -> str:
        """LaTeX."""
        return _SHAPES[self.shape][1].format(value=f"{self.value:g}")


def values(parameter: float | Schedule, t: Rows) -> Array:
    """A constant or scheduled parameter at the iterations t."""
    return parameter.at(t) if isinstance(parameter, Schedule) else np.full(len(t), float(parameter))


def largest(parameter: float | Schedule) -> float:
    """An upper bound on the parameter over all iterations."""
    return parameter.value if isinstance(parameter, Schedule) else float(parameter)
