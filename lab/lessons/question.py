"""A question whose answer is checked: a number with a tolerance, or a choice. Each answer is explained."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Trap:
    """A number that a likely mistake leads to, and what to say of it."""

    value: float
    said: str


@dataclass(frozen=True)
class Question:
    """What is asked, and what is right.

    Attributes
    ----------
    ask : str
    answer : float or str
        The right number, or the key of the right choice.
    right : str
        What to say of the right answer.
    wrong : str
        What to say of a number that is neither right nor a known mistake.
    tolerance : float
        How far a number may lie from the right one, the end included.
    low, high, step : float
        Of the slider that a prediction is made with.
    unit : str
        What stands after a number.
    choices : mapping of str to str
        What can be chosen, by key; empty for a number.
    said : mapping of str to str
        What to say of each wrong choice.
    traps : tuple of Trap
    pick : bool
        Whether a click in the picture gives a prediction too: the place on its x axis.
    """

    ask: str
    answer: float | str
    right: str
    wrong: str = ""
    tolerance: float = 0.0
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    unit: str = ""
    choices: Mapping[str, str] | None = None
    said: Mapping[str, str] | None = None
    traps: tuple[Trap, ...] = ()
    pick: bool = False

    def __post_init__(self) -> None:
        if self.choices is not None:
            if self.answer not in self.choices:
                raise ValueError(f"answer must be one of {', '.join(self.choices)}, got {self.answer!r}")
            if missing := self.choices.keys() - {self.answer} - (self.said or {}).keys():
                raise ValueError(f"said must explain every wrong choice, not {sorted(missing)}")
        elif isinstance(self.answer, str) or not self.low <= self.answer <= self.high:
            raise ValueError(f"answer must be from low {self.low} to high {self.high}, got {self.answer!r}")
        elif not self.wrong or not self.tolerance > 0:
            raise ValueError("a number needs a tolerance above 0, and words for a wrong one")

    def check(self, given: float | str) -> Verdict:
        """Whether an answer is right, and what to say of it."""
        if self.choices is not None:
            right = given == self.answer
            return Verdict(right, self.right if right else (self.said or {})[str(given)])
        if self._near(given, self.answer):
            return Verdict(True, self.right)
        return Verdict(
            False, next((one.said for one in self.traps if self._near(given, one.value)), self.wrong)
        )

    def nearest(self, place: object) -> float | None:
        """The value of the slider that is nearest to a point [x, y]; None for what is no point."""
        if not isinstance(place, list | tuple) or not place or not isinstance(place[0], int | float):
            return None
        if not math.isfinite(place[0]):
            return None
        steps = round((float(place[0]) - self.low) / self.step)
        return min(max(round(self.low + steps * self.step, 9), self.low), self.high)

    def written(self, given: float | str) -> str:
        """An answer as it is read."""
        return (self.choices or {})[str(given)] if self.choices is not None else f"{given:g}{self.unit}"

    def allows(self, given: object) -> bool:
        """Whether this is an answer at all; it comes from a browser."""
        if self.choices is not None:
            return isinstance(given, str) and given in self.choices
        return isinstance(given, int | float) and self.low <= given <= self.high

    def _near(self, given: float | str, value: float | str) -> bool:
        return abs(float(given) - float(value)) <= self.tolerance * (1 + 1e-9)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what to say of it."""

    right: bool
    said: str


def question_of(given: dict[str, Any] | None) -> Question | None:
    """A question from a lesson's header; None if there is none."""
    if given is None:
        return None
    return Question(**given | {"traps": tuple(Trap(**one) for one in given.get("traps", ()))})
