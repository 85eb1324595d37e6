"""Figures of a comparison say what was measured: thinned lines keep extremes, bands and bounds are true."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lab.params import Value, defaults
from lab.ridge import compute, figures
from lab.ridge import words as texts
from lab.ridge.curves import RAW, gathered, ranged, thinned
from lab.ridge.guarantees import drawn
from lab.ridge.map import DIVERGED, Map
from lab.ridge.map_figure import heatmap as heatmap_figure
from lab.ui.theme import style
from synthetic import Result


def result(**changes: Value) -> Result:
    return compute.compute(defaults("ridge") | changes).result


def named(figure: object, name: str) -> object:
    return next(trace for trace in figure.data if trace.name == name)  # type: ignore[attr-defined]


@pytest.mark.parametrize("log", [False, True])
def test_a_thinned_line_keeps_its_ends_and_extremes_in_order(log: bool) -> None:
    y = np.random.default_rng(0).standard_normal(5000)
    x = np.arange(5000)
    keep = thinned(x, y, log)
    assert len(keep) < 400
    assert keep[0] == 0
    assert keep[-1] == 4999
    assert np.all(np.diff(keep) > 0)
    assert {int(np.argmin(y)), int(np.argmax(y))} <= set(keep.tolist())
    assert np.array_equal(thinned(x[:RAW], y[:RAW], log), np.arange(RAW))


def test_a_range_spans_every_positive_value_and_skips_what_a_log_scale_cannot_show() -> None:
    y = np.exp(np.random.default_rng(1).standard_normal((2, 1000)))
    y[:, ::7] = 0.0
    found = ranged(np.arange(1000), y, False)
    positive = y[y > 0]
    assert np.nanmin(found.low) == positive.min()
    assert np.nanmax(found.high) == positive.max()
    assert np.all((found.low <= found.mean) & (found.mean <= found.high))
    assert np.isnan(ranged(np.arange(5), np.zeros((1, 5)), False).mean).all()


def test_a_diverged_trial_ends_the_mean_and_counts_as_infinite_in_the_median() -> None:
    track = result(m=5, trials=3, iterations=20, methods=("sgd",), interpolated=False)["sgd"]
    gap = np.ones_like(track.relative_gap)
    gap[0, 10:] = np.nan
    broken = dataclasses.replace(track, relative_gap=gap, diverged_at=np.array([10, -1, -1]))
    mean = gathered(broken, "relative_gap", "mean").line
    assert np.all(mean[:10] == 1)
    assert not np.isfinite(mean[10:]).any()
    assert np.all(gathered(broken, "relative_gap", "median").line == 1)
    assert np.isinf(gathered(broken, "relative_gap", "median").high[10:]).all()


def test_lines_are_the_measured_numbers_in_the_style_of_their_method() -> None:
    found = result()
    figure = figures.relative_gap(found, figures.View())
    assert [trace.name for trace in figure.data] == [track.method.name for track in found.tracks.values()]
    for trace, track in zip(figure.data, found.tracks.values(), strict=True):
        at = np.searchsorted(track.iterations, np.asarray(trace.x))
        measured = track.relative_gap[0, at].astype(np.float32)
        shown = np.isfinite(trace.y)
        assert np.array_equal(np.asarray(trace.y)[shown], measured[shown])
        assert np.all(track.relative_gap[0, at][~shown] <= figures.FLOOR)
        assert trace.line.color == style(track.method.key).color


@pytest.mark.parametrize(("x", "factor"), [("t", 1), ("evals", 2)])
def test_the_axis_counts_what_it_says(x: str, factor: int) -> None:
    figure = figures.relative_gap(result(), figures.View(x))
    assert max(named(figure, "USAM-PS").x) == 1000 * factor  # type: ignore[attr-defined]
    assert max(named(figure, "Gradient descent").x) == 1000  # type: ignore[attr-defined]
    assert figure.layout.xaxis.title.text == figures.X_TITLES[x]


def test_bounds_are_thin_dashed_and_of_their_methods_colour() -> None:
    found = result()
    figure = figures.held(found, drawn(found, "distance"), "distance", figures.View())
    bound = named(figure, "T3.1 bounds USAM-PS")
    assert bound.line.color == style("usam_ps").color  # type: ignore[attr-defined]
    assert bound.line.dash == "dash"  # type: ignore[attr-defined]
    assert bound.meta["bound"]  # type: ignore[attr-defined]
    assert not any("bounds SAM-PS" in trace.name for trace in figure.data)


@pytest.mark.parametrize(
    ("gamma_b", "guides"), [(float("inf"), ["1/L", "1/(2L)"]), (0.5, ["1/L", "1/(2L)", "γ<sub>b</sub>"])]
)
def test_guides_are_labelled_in_place(gamma_b: float, guides: list[str]) -> None:
    found = result(gamma_b=gamma_b)
    figure = figures.gamma(found, figures.View(), gamma_b)
    notes = [note.text for note in figure.layout.annotations if "falls" not in note.text]
    assert notes == guides
    assert 10 ** figure.layout.annotations[0].y == pytest.approx(1 / found.problem.L)


def test_a_step_size_that_falls_to_nothing_leaves_the_picture_and_says_so() -> None:
    found = result()
    figure = figures.gamma(found, figures.View(), float("inf"))
    assert tuple(figure.layout.yaxis.range) == (-1, 3)
    steps = found["sam_ps"].gamma[0, :-1]
    lowest = steps[steps > 0].min()
    note = figure.layout.annotations[-1]
    assert note.text == f"SAM-PS falls to {lowest:.0e} ↓"
    assert note.x == np.argmax((steps > 0) & (steps < 0.1))
    assert note.y == -1
    drawn_low = np.nanmin(np.asarray(named(figure, "SAM-PS").y))  # type: ignore[attr-defined]
    assert drawn_low < 1e-12, "what leaves the picture is still in the chart"
    words = texts.gamma(found, "t", float("inf")).notice
    assert f"SAM-PS leaves the picture downwards at t = {note.x:g}; its lowest γ is {lowest:.0e}." in words
    assert "Steps with γ = 0" in words
    others = [track.gamma[0, :-1].min() for key, track in found.tracks.items() if key != "sam_ps"]
    assert min(others) > 0.1


def test_step_sizes_of_the_same_order_are_all_in_the_picture() -> None:
    for methods in (("usam_ps", "sgd"), ("sgd",), ("sps_max", "usam")):
        figure = figures.gamma(result(methods=methods), figures.View("evals", True), 0.01)
        assert figure.layout.yaxis.range is None
        assert all("falls" not in note.text for note in figure.layout.annotations)


def test_shares_are_drawn_for_the_polyak_methods_only() -> None:
    figure = figures.shares(result(gamma_b=0.5), figures.View())
    assert {trace.legendgroup for trace in figure.data} == {"usam_ps", "sam_ps", "sps_max"}
    assert named(figure, "USAM-PS, capped").y[-1] > 0  # type: ignore[attr-defined]


def test_the_map_marks_what_was_not_reached_and_what_went_up() -> None:
    found = Map(np.array([0.1, 1.0]), np.array([1.0, 10.0]), np.array([[5.0, np.nan], [DIVERGED, 100.0]]))
    figure = heatmap_figure(found, defaults("ridge"))
    assert [trace.name for trace in figure.data[1:]] == ["not reached", "ended above its start"]
    assert (figure.data[1].x, figure.data[1].y) == ((10.0,), (0.1,))
    assert (figure.data[2].x, figure.data[2].y) == ((1.0,), (1.0,))
    assert figure.data[0].z[1][1] == pytest.approx(2.0)
