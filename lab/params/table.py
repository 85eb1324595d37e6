"""A row of the table of tunable parameters: what it is, what it allows, how it is read and written.

A value is checked in one place, `Param.check`, whether it was typed, moved or came in a link.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, Literal, Self

Value = float | int | bool | str | tuple[str, ...] | tuple[float, ...]
Kind = Literal["float", "int", "bool", "choice", "set", "numbers", "id", "digest"]
ID = re.compile(r"[A-Za-z0-9_-]{8,32}")
NONE = "none"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


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
    label, symbol, help : str
        What the screen says; `symbol` is the letter used in the charts.
    kind : {"float", "int", "bool", "choice", "set", "numbers", "id", "digest"}
        "set": any of the `choices`, at most `high` of them, kept in the order of `choices`. "numbers": at
        most `most` different ones, kept in ascending order. "id": the name of a run, or none.
        "digest": "none", or the SHA-256 of a file.
    default : float, int, bool, str, tuple of str or of float
    low, high : float
        Allowed range, ends included. `high = inf` allows the value ``inf`` or ``∞`` ("no cap").
    step : float
        Step of a linear slider.
    ticks : tuple of float
        Stops of a slider that is not linear; other values in the range can still be entered exactly.
    choices : mapping of str to str
        Allowed values and their labels, for the kinds "choice" and "set".
    most : int
        How many there may be, for the kind "numbers".
    key : str
        Short and readable: the parameter's name in links and in the exact-entry field; the name of its field.
    """

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
    key: str = ""
    most: int = 0

    @property
    def allowed(self) -> str:
        """The allowed values, in words."""
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices or {})
        if self.kind == "set":
            return f"at most {self.high:g}, parted by dots, of " + ", ".join(self.choices or {})
        if self.kind == "numbers":
            return f"at most {self.most}, parted by underscores, from {self.low:g} to {self.high:g}"
        if self.kind == "bool":
            return "0 or 1"
        if self.kind == "id":
            return "the name of a run, or . for none"
        if self.kind == "digest":
            return "none, or the 64 hexadecimal digits of a SHA-256"
        what = "a whole number" if self.kind == "int" else "a number"
        if self.high == math.inf:
            return f"{what} from {self.low:g} to {sys.float_info.max:.2g}, or inf"
        return f"{what} from {self.low:g} to {self.high:g}"

    def check(self, value: object) -> Value:
        """Return `value` as this row's type; raise `InvalidValueError` when it is not allowed."""
        if self.kind == "choice":
            if isinstance(value, str) and value in (self.choices or {}):
                return value
        elif self.kind == "set":
            if isinstance(value, (list, tuple)) and set(value) <= set(self.choices or {}):
                chosen = tuple(key for key in self.choices or {} if key in value)
                if len(chosen) <= self.high:
                    return chosen
        elif self.kind == "numbers":
            if isinstance(value, (list, tuple)) and all(map(self._holds, value)):
                numbers = tuple(sorted(set(map(float, value))))
                if len(numbers) <= self.most:
                    return numbers
        elif self.kind == "id":
            if isinstance(value, str) and (not value or ID.fullmatch(value)):
                return value
        elif self.kind == "digest":
            if isinstance(value, str) and (value == NONE or _DIGEST.fullmatch(value)):
                return value
        elif self.kind == "bool":
            if isinstance(value, bool):
                return value
        elif isinstance(value, (int, float)) and self._holds(value):
            return int(value) if self.kind == "int" else float(value)
        raise InvalidValueError(f"{self.key} = {shorten(value)} is not allowed: {self.allowed}")

    def _holds(self, value: object) -> bool:
        """Whether this is a number of the range."""
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return False
        whole = self.kind != "int" or float(value).is_integer()
        return whole and self.low <= value <= self.high

    def parse(self, text: str) -> Value:
        """Read a value from text (a link, the exact-entry field); raise `InvalidValueError` otherwise."""
        text = text.strip()
        try:
            if self.kind == "bool":
                return {"0": False, "1": True}[text]
            if self.kind in ("choice", "digest"):
                return self.check(text)
            if self.kind == "id":
                return self.check("" if text == "." else text or None)
            if self.kind == "set":
                return self.check([key for key in text.split(".") if key] if text != "" else None)
            if self.kind == "numbers":
                return self.check([_number(part) for part in text.split("_") if part] if text else None)
            return self.check(_number(text))
        except (KeyError, ValueError, OverflowError):
            raise InvalidValueError(f"{self.key} = {shorten(text)} is not allowed: {self.allowed}") from None

    def format(self, value: Value) -> str:
        """Write a value so that `parse` gives it back exactly."""
        if self.kind == "numbers":
            return "_".join(_written(one) for one in value) or "_"  # type: ignore[union-attr, arg-type]
        if self.kind == "id":
            return str(value) or "."
        if isinstance(value, tuple):
            return ".".join(map(str, value)) or "."
        if isinstance(value, bool):
            return str(int(value))
        return _written(value) if isinstance(value, float) else str(value)


def row(*arguments: Any, **more: Any) -> Any:
    """A field of a configuration: the arguments are those of `Param`, without its key."""
    return like(Param(*arguments, **more))


def like(param: Param) -> Any:
    """A field of a configuration with a row that stands elsewhere."""
    return field(default=param.default, metadata={"row": param})


def part(values: Config) -> Any:
    """A field that holds a configuration of its own; its keys begin with the field's name."""
    return field(default=values, metadata={"part": values})


@dataclass(frozen=True)
class Config:
    """Values of a page: frozen, hashable, each checked against its row.

    Attributes
    ----------
    page : str
        The page that it configures; empty for a part of another configuration.

    Raises
    ------
    InvalidValueError
        If a value is not allowed.
    """

    page: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for name, param in self._own_rows().items():
            object.__setattr__(self, name, param.check(getattr(self, name)))

    @classmethod
    @cache
    def _own_rows(cls) -> dict[str, Param]:
        own = {f.name: f.metadata["row"] for f in fields(cls) if "row" in f.metadata}
        return {name: replace(param, key=name) for name, param in own.items()}

    @classmethod
    @cache
    def _parts(cls) -> dict[str, Config]:
        return {f.name: f.metadata["part"] for f in fields(cls) if "part" in f.metadata}

    @classmethod
    @cache
    def rows(cls) -> Mapping[str, Param]:
        """Every row by its key, those of the parts last, with the defaults that they have there."""
        rows = dict(cls._own_rows())
        for name, default in cls._parts().items():
            for key, param in default.rows().items():
                whole_key = f"{name}_{key}"
                rows[whole_key] = replace(param, key=whole_key, default=getattr(default, key))
        return rows

    @classmethod
    def from_values(cls, values: Mapping[str, Value]) -> Self:
        """The configuration with these values by key; the defaults stand for those that are left out."""
        chosen: dict[str, Any] = {key: values[key] for key in cls._own_rows() if key in values}
        for name, default in cls._parts().items():
            start = f"{name}_"
            own = {key: values.get(start + key, value) for key, value in default.values().items()}
            chosen[name] = type(default).from_values(own)
        return cls(**chosen)

    def values(self) -> dict[str, Value]:
        """Every value by its key, in the order of `rows`."""
        found = {key: getattr(self, key) for key in self._own_rows()}
        for name in self._parts():
            found |= {f"{name}_{key}": value for key, value in getattr(self, name).values().items()}
        return found


def _written(value: float) -> str:
    """With every digit, and no more."""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _number(text: str) -> float:
    """The number that a text means, NaN for one that is too long or too large to be one: 1e999 is not ∞."""
    if len(text) > 40:
        return math.nan
    number = float(text.replace("∞", "inf"))
    return math.nan if math.isinf(number) and not re.search("inf|∞", text.lower()) else number


def shorten(value: object) -> str:
    """A hostile value, made fit to be shown: one short line."""
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:39] + "…")
