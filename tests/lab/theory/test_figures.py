"""Figures of the Theory page: bounds only where they apply, violations marked, every problem counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from lab.params import Value
from lab.params.guarantees import GUARANTEES
from lab.theory import figures, traces
from lab.ui.theme import DARK
from tests.lab.theory.results import result

ALL = (figures.measured_and_bound, figures.ratio, figures.tightness, figures.fired, figures.smallest)


def names(fig: go.Figure) -> list[str]:
    return [trace.name for trace in fig.data]


def trace(fig: go.Figure, name: str) -> np.ndarray:
    return np.asarray(next(trace.y for trace in fig.data if trace.name == name))


BANDS = ["lowest", "all problems", "10%", "middle 80%", "median"]


def test_bands_are_the_quantiles_of_the_problems_and_lie_under_the_bound() -> None:
    found = result()
    fig = figures.measured_and_bound(found)
    assert names(fig) == [*BANDS, "promise"]
    measured = found.curves("measured")
    largest = measured.max(0)
    shown = largest > traces.FLOOR
    assert np.array_equal(trace(fig, "all problems")[shown], largest[shown].astype(np.float32))
    assert np.isnan(trace(fig, "all problems")[~shown]).all()
    assert trace(fig, "lowest")[:5] == pytest.approx(measured.min(0)[:5])
    assert np.all(largest[1:] < trace(fig, "promise")[1:])


def test_bounds_that_differ_between_problems_are_drawn_as_a_range() -> None:
    fig = figures.measured_and_bound(result(guarantee="T3.5"))
    assert names(fig)[-2:] == ["promise, best", "promise, worst"]
    assert fig.layout.yaxis.title.text.startswith("mean of")


@pytest.mark.parametrize("guarantee", ["T3.2", "T3.8", "C3.6c"])
def test_the_promise_for_an_average_begins_at_one_and_falls(guarantee: str) -> None:
    found = result(guarantee=guarantee)
    promised = [one for one in figures.measured_and_bound(found).data if one.name.startswith("promise")]
    assert promised
    for one in promised:
        assert one.x[0] >= 1
        assert np.all(np.diff(one.y) <= 0)
    assert all(one.x[0] >= 1 for one in figures.ratio(found).data)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"rho_L": 1.5}, "no bound applies: nothing to divide by"),
        ({"guarantee": "T3.4"}, "a limit: there is no curve to divide by"),
    ],
)
def test_without_a_bound_none_is_drawn(changes: dict[str, Value], text: str) -> None:
    found = result(**changes)
    assert names(figures.measured_and_bound(found)) == BANDS
    empty = figures.ratio(found)
    assert not empty.data
    assert empty.layout.annotations[0].text == text
    assert names(figures.tightness(found)) == ["at the end"]


def test_the_ratio_shows_the_limit_of_a_mean_and_marks_violations() -> None:
    found = result(guarantee="C3.6")
    fig = figures.ratio(found)
    assert names(fig) == [*BANDS, "99.9% limit"]
    assert np.nanmax(trace(fig, "99.9% limit")[1:]) <= 1
    first = found.samples[0]
    broken = replace(found, samples=(replace(first, ratio=first.ratio * 100), *found.samples[1:]))
    marked = next(trace for trace in figures.ratio(broken).data if trace.name == "above the bound")
    assert marked.marker.symbol == "x"
    assert np.all(np.asarray(marked.y) > 1)
    assert 0 not in marked.x, "measured and bound are equal at the start"


@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
def test_every_problem_is_counted_once_in_the_histogram(guarantee: str) -> None:
    fig = figures.tightness(result(guarantee=guarantee))
    for trace in fig.data:
        assert sum(trace.y) == 4
        assert np.all(np.diff(trace.x) > 0)


@pytest.mark.parametrize("changes", [{}, {"guarantee": "rate"}, {"guarantee": "rate", "kappa": 1.0}])
def test_no_bar_of_the_histogram_reaches_over_a_bound_that_holds(changes: dict[str, Value]) -> None:
    for trace in figures.tightness(result(**changes)).data:
        assert trace.x[-1] == 1.0


def test_the_edge_of_the_proposition_and_the_chosen_radius_are_marked() -> None:
    for rho_L, labels in ((0.5, ["ρ = 1/L", "chosen"]), (1.0, ["ρ = 1/L"]), (10.0, ["ρ = 1/L"])):
        found = result(problems=3, rho_L=rho_L)
        fig = figures.fired(found)
        assert [note.text for note in fig.layout.annotations] == labels
        assert names(fig) == ["random points", "along the top eigenvector"]
        assert trace(fig, "along the top eigenvector").tolist() == found.count.steepest_share.tolist()
    assert names(figures.smallest(found))[-1] == "bound 1 − L²ρ²"


@pytest.mark.parametrize("changes", [{}, {"guarantee": "T3.5"}, {"rho_L": 1.5}, {"guarantee": "rate"}])
def test_the_figures_are_valid_although_built_without_validation(changes: dict[str, Value]) -> None:
    found = result(**changes)
    for build in ALL:
        go.Figure(build(found).to_dict())


def test_line_colours_have_dark_partners() -> None:
    found = result(guarantee="T3.5", lambd=0.5)
    for build in ALL:
        for trace in build(found).data:
            assert trace.line.color in DARK
            assert trace.fillcolor is None or trace.fillcolor[:7] in DARK


@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
def test_what_goes_over_the_wire_is_far_below_100_kilobytes(guarantee: str) -> None:
    found = result(guarantee=guarantee, problems=200, iterations=2000, trials=2)
    texts = [pio.to_json(build(found), validate=False) for build in ALL]
    # The rest of a slider move, words and widgets, takes some 22,000 more.
    assert sum(len(text.encode()) for text in texts) < 40_000
