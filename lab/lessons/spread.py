"""From the predictions of a class to the bars of its histogram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lab.lessons.question import Question

BINS = 10


@dataclass(frozen=True)
class Spread:
    """How often each answer, or each range of numbers, was given; `right` is the bar of the right answer."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    right: str


def spread_of(question: Question, said: Sequence[float | str]) -> Spread:
    """Choices one by one; numbers in ranges of equal width, from the question's lowest to its highest."""
    said = [one for one in said if question.allows(one)]
    if question.choices is not None:
        counts = tuple(said.count(key) for key in question.choices)
        return Spread(tuple(question.choices.values()), counts, question.choices[str(question.answer)])
    edges = np.linspace(question.low, question.high, BINS + 1)
    counted, _ = np.histogram([float(one) for one in said], edges)
    labels = tuple(f"{low:.3g} to {high:.3g}{question.unit}" for low, high in pairwise(edges))
    place = min(int(np.searchsorted(edges, float(question.answer), "right")) - 1, BINS - 1)
    return Spread(labels, tuple(int(count) for count in counted), labels[place])
