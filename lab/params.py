"""THE table of tunable parameters: widgets, validation, links and documentation derive from it.

A row says what a parameter is (name in code, symbol, range, default, help). `PAGES` lists the rows of each
page. A value is checked in one place, `Param.parse`, whether it was typed, moved or came in a link.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from neural.methods import METHODS

Value = float | int | bool | str
Kind = Literal["float", "int", "bool", "choice"]


class InvalidValueError(ValueError):
    """A value outside its row of the table; the message names parameter, value and range."""


def grid(low_exponent: int, high_exponent: int) -> tuple[float, ...]:
    """1, 2, 5 per decade from 10^low to 10^high, the end included."""
    steps = [float(f"{m}e{e}") for e in range(low_exponent, high_exponent) for m in (1, 2, 5)]
    return (*steps, float(f"1e{high_exponent}"))


@dataclass(frozen=True)
class Param:
    """One tunable parameter.

    Parameters
    ----------
    key : str
        Short and readable: the parameter's name in links and in the exact-entry field.
    label, symbol, help : str
        What the screen says; `symbol` is the letter used in the charts.
    kind : {"float", "int", "bool", "choice"}
    default : float, int, bool or str
    low, high : float
        Allowed range, ends included. `high = inf` allows the value ``inf`` ("no cap").
    step : float
        Step of a linear slider.
    ticks : tuple of float
        Stops of a slider that is not linear; other values in the range can still be entered exactly.
    choices : mapping of str to str
        Allowed values and their labels, for `kind = "choice"`.
    """

    key: str
    label: str
    default: Value
    kind: Kind = "float"
    symbol: str = ""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    ticks: tuple[float, ...] = ()
    choices: Mapping[str, str] | None = None
    help: str = ""

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices or {})
        if self.kind == "bool":
            return "0 or 1"
        what = "a whole number" if self.kind == "int" else "a number"
        return f"{what} from {self.low:g} to {self.high:g}"

    def check(self, value: object) -> Value:
        """Return `value` as this row's type; raise `InvalidValueError` when it is not allowed."""
        if self.kind == "choice":
            if isinstance(value, str) and value in (self.choices or {}):
                return value
        elif self.kind == "bool":
            if isinstance(value, bool):
                return value
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            whole = self.kind != "int" or float(value).is_integer()
            if whole and self.low <= value <= self.high:
                return int(value) if self.kind == "int" else float(value)
        raise InvalidValueError(f"{self.key} = {shorten(value)} is not allowed: {self.allowed}")

    def parse(self, text: str) -> Value:
        """Read a value from text (a link, the exact-entry field); raise `InvalidValueError` otherwise."""
        text = text.strip()
        try:
            if self.kind == "bool":
                return {"0": False, "1": True}[text]
            if self.kind == "choice":
                return self.check(text)
            number = float(text) if len(text) <= 40 else math.nan
            return self.check(number)
        except (KeyError, ValueError, OverflowError):
            raise InvalidValueError(f"{self.key} = {shorten(text)} is not allowed: {self.allowed}") from None

    def format(self, value: Value) -> str:
        """Write a value so that `parse` gives it back exactly."""
        if isinstance(value, bool):
            return str(int(value))
        if isinstance(value, float):
            return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        return str(value)


def shorten(value: object) -> str:
    """A hostile value, made fit to be shown: one short line."""
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")


RHO = Param(
    "rho",
    "Sharpness radius",
    0.1,
    symbol="ρ",
    low=0,
    high=100,
    ticks=(0.0, *grid(-3, 2)),
    help="How far the gradient is probed away from x. At 0: gradient descent with a Polyak step.",
)
LAMBD = Param(
    "lambd",
    "Normalisation",
    1.0,
    symbol="λ",
    step=0.05,
    help="0: USAM, the perturbation is ρ∇f(x). 1: SAM, it has length ρ. Between: a blend.",
)
GAMMA_B = Param(
    "gamma_b",
    "Step-size cap",
    1.0,
    symbol="γ_b",
    low=0,
    high=math.inf,
    ticks=(*grid(-3, 3), math.inf),
    help="γ is never larger than this. ∞ means no cap.",
)
SEED = Param(
    "seed", "Seed", 0, "int", low=0, high=999_999, step=1, help="Same seed and same values: the same numbers."
)

F_STAR = {"0": "0", "min": "the true minimum f*"}
RIDGE = (
    Param("n", "Rows", 100, "int", symbol="n", low=2, high=500, step=1, help="Number of samples."),
    Param("d", "Columns", 100, "int", symbol="d", low=2, high=500, step=1, help="Number of unknowns."),
    Param(
        "kappa",
        "Condition number",
        100.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest eigenvalue of the Hessian, or the ratio of singular values of A.",
    ),
    Param(
        "kappa_of",
        "κ is that of",
        "H",
        "choice",
        choices={"H": "the Hessian H", "A": "the matrix A"},
        help="Without regularisation κ(H) = κ(A)².",
    ),
    Param(
        "interpolated",
        "Interpolated",
        True,
        "bool",
        help="On: b = A x_true, so the minimum is 0. Off: b is noisy; for n > d the minimum is above 0.",
    ),
    replace(RHO, default=2.0),
    replace(LAMBD, default=0.0),
    replace(GAMMA_B, default=math.inf),
    Param(
        "f_star",
        "Lower bound",
        "min",
        "choice",
        symbol="ℓ*",
        choices=F_STAR,
        help="What the method believes the smallest loss to be.",
    ),
    Param(
        "m",
        "Batch size",
        0,
        "int",
        symbol="m",
        low=0,
        high=500,
        step=1,
        help="Rows drawn with replacement at every step. 0: the full batch, no randomness.",
    ),
    Param(
        "iterations",
        "Iterations",
        1000,
        "int",
        symbol="T",
        low=10,
        high=10_000,
        ticks=(10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
    ),
    SEED,
)

LANES = "abcd"
LANE = (
    Param(
        "method",
        "Method",
        "sam_sps",
        "choice",
        choices={key: method.label for key, method in METHODS.items()},
    ),
    RHO,
    LAMBD,
    replace(GAMMA_B, low=1e-6, high=1000, ticks=grid(-4, 3)),
    Param(
        "lr",
        "Learning rate",
        0.1,
        symbol="γ",
        low=1e-6,
        high=10,
        ticks=grid(-4, 1),
        help="The rate of the methods that do not choose γ themselves.",
    ),
    Param("weight_decay", "Weight decay", 5e-4, low=0, high=1, ticks=(0.0, *grid(-5, 0))),
)
LANE_DEFAULTS = ("sam_sps", "sam_constant", "usam_sps", "sgd_constant")
CNN = (
    Param(
        "batch_size",
        "Batch size",
        64,
        "int",
        low=8,
        high=512,
        ticks=(8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0),
    ),
    Param(
        "epochs",
        "Epochs",
        100,
        "int",
        low=1,
        high=1000,
        ticks=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    ),
    SEED,
    Param(
        "lanes",
        "Lanes",
        2,
        "int",
        low=1,
        high=len(LANES),
        step=1,
        help="How many methods train side by side, from the same weights on the same batches.",
    ),
    *(
        replace(row, key=f"{lane}_{row.key}", default=method if row.key == "method" else row.default)
        for lane, method in zip(LANES, LANE_DEFAULTS, strict=True)
        for row in LANE
    ),
)

PAGES: dict[str, dict[str, Param]] = {
    name: {row.key: row for row in rows} for name, rows in {"ridge": RIDGE, "cnn": CNN}.items()
}


def defaults(page: str) -> dict[str, Value]:
    """Every value of a page as it stands before anyone touched it."""
    return {key: row.default for key, row in PAGES[page].items()}
