"""The lessons as their files assets/lessons/KEY.md say them: a TOML header between lines of +++, then text.

The header has `predict` and `question` (see `Question`), `controls` (the stops of each slider by its key in
`lab.params`) and `tries` (buttons: name, values, what to see), or `places`. The text is Markdown, with a
heading ``## NAME`` for each step of `lab.params.lessons.STEPS`, and one more, ``## notes``, for the lecturer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lab.lessons.question import Question, question_of
from lab.params import LessonsConfig, Value
from lab.params.lessons import LESSONS, STEPS

FOLDER = Path(__file__).parents[2] / "assets" / "lessons"
FENCE = "+++\n"
LAST = "remember"  # the lesson that has no picture, but places to go back to
PARTS = (*STEPS, "notes")
CONTROLS = ("rho", "lambd", "gamma", "gamma_b", "kappa", "x1", "bound", "noise", "recorded")
"""The values of the pictures, by their keys in `lab.params`."""


@dataclass(frozen=True)
class Try:
    """A button of a lesson: its name, the values that it sets, and what to see there."""

    name: str
    see: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Place:
    """A question to answer from memory: the answer, where the app shows it, and words that stand there."""

    ask: str
    answer: str
    link: str
    label: str
    shows: str


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes
    ----------
    key, title : str
    predict, question : Question or None
    controls : mapping of str to list of float
        The stops of each slider; an empty list for those of the parameter table.
    tries : tuple of Try
        The first one is what the lesson opens with.
    places : tuple of Place
    texts : mapping of str to str
        Markdown by the names in `PARTS`.
    """

    key: str
    title: str
    predict: Question | None
    question: Question | None
    controls: Mapping[str, list[float]]
    tries: tuple[Try, ...]
    places: tuple[Place, ...]
    texts: Mapping[str, str]

    @property
    def opening(self) -> dict[str, Value]:
        """The values with which it opens at its first step."""
        first = self.tries[0].values if self.tries else {}
        return {**LessonsConfig().values(), **first, "lesson": self.key}


@cache
def lessons() -> dict[str, Lesson]:
    """All lessons by their keys, in their order."""
    return {key: read(key, (FOLDER / f"{key}.md").read_text(encoding="utf-8")) for key in LESSONS}


def lesson_of(config: LessonsConfig) -> Lesson:
    """The lesson of a configuration."""
    return lessons()[config.lesson]


def pictured(config: LessonsConfig) -> LessonsConfig:
    """What the picture is drawn from: before the prediction the values of which the lesson's words speak."""
    if config.step != "predict":
        return config
    opening = lesson_of(config).opening
    return LessonsConfig.from_values({**config.values(), **{key: opening[key] for key in CONTROLS}})


def read(key: str, text: str) -> Lesson:
    """A lesson from the text of its file.

    Raises
    ------
    ValueError
        With the lesson's key, where header or headings are not as the module says, or a value is not allowed.
    """
    try:
        _, header, body = text.split(FENCE, 2)
        head = tomllib.loads(header)
        return Lesson(
            key=key,
            title=LESSONS[key],
            predict=question_of(head.pop("predict", None)),
            question=question_of(head.pop("question", None)),
            controls=head.pop("controls", {}),
            tries=tuple(_try(one) for one in head.pop("tries", [])),
            places=tuple(Place(**one) for one in head.pop("places", [])),
            texts=_sections(body, head),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"lesson {key!r}: {error}") from error


def _try(given: dict[str, Any]) -> Try:
    """Its values, checked by the parameter table; those that it leaves out are the defaults."""
    rows = LessonsConfig.rows()
    values = {key: rows[key].check(value) for key, value in given.pop("values", {}).items()}
    return Try(**given, values=values)


def _sections(body: str, left_over: Mapping[str, object]) -> dict[str, str]:
    """The texts by their headings."""
    if left_over:
        raise ValueError(
            f"the header must hold predict, question, controls, tries, places, not {[*left_over]}"
        )
    texts = {}
    for part in body.split("\n## ")[1:]:
        name, _, text = part.partition("\n")
        if name.strip() not in PARTS:
            raise ValueError(f"a heading must be one of {', '.join(PARTS)}, got {name!r}")
        texts[name.strip()] = text.strip()
    return texts
