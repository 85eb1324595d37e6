"""The recorded race: it is what the lab trains, and is shown with the settings that it was recorded with."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from lab.cnn import figures
from lab.cnn.example import example_of
from lab.cnn.presets import PRESETS, RACE, ends
from lab.cnn.run_config import train_config
from lab.params import CnnConfig
from neural.train import TrainingLoop
from tests.lab.cnn.engine import RUN, OneRun, found

COLUMNS = ("gamma", "gamma_raw", "loss_x")


def test_it_begins_as_a_run_of_the_same_settings_does() -> None:
    recorded = example_of(RACE)
    assert recorded is not None
    lanes = train_config(RACE).lanes
    for point in islice(TrainingLoop(train_config(RACE)).run(), 5 * len(lanes)):
        for name in COLUMNS:
            column = recorded[point.lane][name]
            assert column["x"][point.step - 1] == point.step
            assert column["y"][point.step - 1] == pytest.approx(getattr(point, name), rel=1e-3), name


def test_it_ends_where_the_first_ready_comparison_says_that_its_first_seed_ends() -> None:
    recorded = example_of(RACE)
    assert recorded is not None
    for columns, end in zip(recorded, ends()[PRESETS[0].name], strict=True):
        assert columns["test_accuracy"]["y"][-1] == pytest.approx(end[0], abs=0.01)


@pytest.mark.parametrize("change", [{"seed": 1}, {"x": "grad_evals"}, {"smooth": 0.9}, {"epochs": 2}])
def test_other_settings_have_none(change: dict[str, object]) -> None:
    assert example_of(replace(RACE, **change)) is None  # type: ignore[arg-type]
    assert example_of(CnnConfig()) is None


def test_charts_show_it_until_there_is_a_run() -> None:
    before = figures.gamma(found(RACE))
    taken, rail = ([t for t in before.data if ("zeros" in t.meta) == wanted] for wanted in (False, True))
    gamma = next(t for t in taken if t.meta["y"] == "gamma")
    assert len(gamma.x) == len(gamma.y) > 100
    assert [len(t.x) for t in rail] == [sum(y == 0 for y in _gamma(t.meta["lanes"][0])) for t in rail]
    assert all(set(t.y) <= {t.meta["zeros"]} for t in rail)
    after = figures.gamma(found(RACE, OneRun(train_config(RACE)), run=RUN))
    assert not any(t.x for t in after.data)


def _gamma(lane: int) -> list[float]:
    recorded = example_of(RACE)
    return recorded[lane]["gamma"]["y"] if recorded else []
