"""What Home says of its small pictures is so in the runs that they show."""

from __future__ import annotations

import numpy as np

from lab.home import compute
from lab.home import words as texts

CARDS = {card.page: card.picture for card in texts.CARDS}


def test_the_cosine_schedule_falls_earlier_and_further() -> None:
    ours, cosine = compute.robustness()
    assert CARDS["robustness"].endswith("SAM with a cosine schedule, which falls earlier and further")
    (fell, other) = (int(np.argmax(line.y < line.y.max() - 0.1)) for line in (ours, cosine))
    assert other < fell, "the first place a tenth of the picture below its best"
    assert cosine.y.min() < ours.y.min()


def test_the_distance_falls_faster_than_the_bound() -> None:
    measured, bound = compute.ridge()
    assert np.all(measured.y <= bound.y + 1e-12)
    assert measured.y[-1] < bound.y[-1] - 0.2


def test_every_problem_was_faster_than_promised_and_they_are_sorted() -> None:
    found, promised = compute.theory()
    assert len(found.y) == 24
    assert np.all(np.diff(found.y) >= 0)
    assert np.all(found.y > promised.y)


def test_the_tangent_meets_the_lower_bound() -> None:
    function, model = compute.one_step()
    assert np.isclose(model.y[-1], function.y.min(), atol=1e-3)
