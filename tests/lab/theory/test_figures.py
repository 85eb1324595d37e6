"""Figures of the Theory page: bounds only where they apply, violations marked, every problem counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
import pytest

from lab.params import Value
from lab.params.guarantees import GUARANTEES
from lab.theory import figures, words
from lab.theory.compute import TheoryResult
from lab.ui.theme import DARK, RESOLUTION
from tests.lab.theory.results import result

COUNTED = (figures.fired, figures.smallest)


def all_figures(found: TheoryResult) -> list[go.Figure]:
    """As the page shows them."""
    return [*(figures.LIVE[name](found) for name in words.around(found)), *(one(found) for one in COUNTED)]


def names(fig: go.Figure) -> list[str]:
    return [trace.name for trace in fig.data]


def trace(fig: go.Figure, name: str) -> np.ndarray:
    return np.asarray(next(trace.y for trace in fig.data if trace.name == name))


BANDS = ["lowest", "all problems", "10%", "middle 80%", "median"]


def test_bands_are_the_quantiles_of_the_problems_and_lie_under_the_bound() -> None:
    found = result()
    fig = figures.measured_and_bound(found)
    assert names(fig) == [*BANDS, "published form", "derived here, tighter"]
    measured = found.curves("measured")
    largest = measured.max(0)
    shown = largest > found.summary.floor
    assert np.array_equal(trace(fig, "all problems")[shown], largest[shown].astype(np.float32))
    assert np.isnan(trace(fig, "all problems")[~shown]).all()
    assert trace(fig, "lowest")[:5] == pytest.approx(measured.min(0)[:5])
    assert np.all(largest[1:] < trace(fig, "derived here, tighter")[1:])
    assert np.all(trace(fig, "derived here, tighter")[1:] < trace(fig, "published form")[1:])
    alone = figures.measured_and_bound(result(bounds="published"))
    assert names(alone) == [*BANDS, "promise"]
    assert np.array_equal(trace(alone, "promise"), trace(fig, "published form")), "drawn as before"


def test_bounds_that_differ_between_problems_are_drawn_as_a_range() -> None:
    fig = figures.measured_and_bound(result(guarantee="T3.5"))
    assert names(fig)[-2:] == ["tighter, best", "tighter, worst"]
    assert fig.layout.yaxis.title.text.startswith("mean of")


@pytest.mark.parametrize("guarantee", ["T3.2", "T3.8", "C3.6c"])
def test_the_promise_for_an_average_begins_at_one_and_falls(guarantee: str) -> None:
    found = result(guarantee=guarantee)
    promised = [one for one in figures.measured_and_bound(found).data if "tighter" in one.name]
    assert promised
    for one in promised:
        assert one.x[0] >= 1
        assert np.all(np.diff(one.y) <= 0)
    assert all(one.x[0] >= 1 for one in figures.ratio(found).data)


@pytest.mark.parametrize("changes", [{"rho_L": 1.5}, {"guarantee": "T3.4"}])
def test_without_a_bound_none_is_drawn(changes: dict[str, Value]) -> None:
    found = result(**changes)
    assert list(words.around(found)) == ["measured", "tightness"], "no empty chart of ratios"
    assert names(figures.measured_and_bound(found)) == BANDS
    assert names(figures.tightness(found)) == ["at the end"]


def test_the_resolution_is_drawn_and_named_and_nothing_is_drawn_below_it() -> None:
    found = result(iterations=400)
    floor = found.summary.floor
    assert found.sinks
    assert 1e-27 < floor < 1e-25
    figure = figures.measured_and_bound(found)
    assert RESOLUTION in [note.text for note in figure.layout.annotations]
    assert [shape.y0 for shape in figure.layout.shapes] == [floor]
    for one in (*figure.data, *figures.ratio(found).data):
        assert not np.any(np.asarray(one.y) < floor)
    assert f"ends at {floor:.0e} of the start" in words.around(found)["measured"].notice
    slow = result(guarantee="T3.2", kappa=1e6, iterations=10)
    assert not slow.sinks
    assert not figures.measured_and_bound(slow).layout.shapes


def test_ends_below_the_resolution_are_counted_at_it() -> None:
    found = result(guarantee="T3.4", kappa=1.0, rho_L=0.0)
    assert found.summary.median_end < found.summary.floor
    histogram = figures.tightness(found)
    assert RESOLUTION in [note.text for note in histogram.layout.annotations]
    assert histogram.data[0].x[0] <= found.summary.floor < histogram.data[0].x[-1]
    assert f"is below {found.summary.floor:.0e} of its start in the median problem" in words.details(found)
    assert "counts as that" in words.around(found)["tightness"].notice


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
    for built in all_figures(found):
        go.Figure(built.to_dict())


def test_line_colours_have_dark_partners() -> None:
    found = result(guarantee="T3.5", lambd=0.5)
    for built in all_figures(found):
        for trace in built.data:
            assert trace.line.color in DARK
            assert trace.fillcolor is None or trace.fillcolor[:7] in DARK


@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
def test_what_goes_over_the_wire_is_far_below_100_kilobytes(guarantee: str) -> None:
    found = result(guarantee=guarantee, problems=200, iterations=2000, trials=2)
    texts = [pio.to_json(built, validate=False) for built in all_figures(found)]
    # The rest of a slider move, words and widgets, takes some 22,000 more.
    assert sum(len(text.encode()) for text in texts) < 40_000
