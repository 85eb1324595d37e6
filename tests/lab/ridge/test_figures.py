"""Figures of a comparison say what was measured, in the style of their method."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lab.ridge import figures, words
from lab.ridge.axis import X_TITLES
from lab.ridge.charts import build
from lab.ridge.traces import FLOOR
from lab.ui.theme import style
from tests.lab.ridge.ridge import NOISY, config, result


def named(figure: object, name: str) -> object:
    return next(trace for trace in figure.data if trace.name == name)  # type: ignore[attr-defined]


def test_every_figure_is_one_that_plotly_knows() -> None:
    for asked in (config(gamma_b=0.5), config(**NOISY | {"x": "evals", "log_x": True, "held": "average"})):
        for figure in build(asked).values():
            go.Figure(figure)  # validated


def test_lines_are_the_measured_numbers_in_the_style_of_their_method() -> None:
    found = result()
    figure = figures.relative_gap(found)
    assert [trace.name for trace in figure.data] == [track.method.name for track in found.tracks.values()]
    for trace, track in zip(figure.data, found.tracks.values(), strict=True):
        at = np.searchsorted(track.iterations, np.asarray(trace.x))
        measured = track.relative_gap[0, at].astype(np.float32)
        shown = np.isfinite(trace.y)
        assert np.array_equal(np.asarray(trace.y)[shown], measured[shown])
        assert np.all(track.relative_gap[0, at][~shown] <= FLOOR)
        assert trace.line.color == style(track.method.key).color


@pytest.mark.parametrize(("x", "factor"), [("t", 1), ("evals", 2)])
def test_the_axis_counts_what_it_says(x: str, factor: int) -> None:
    figure = figures.relative_gap(result(x=x))
    assert max(named(figure, "USAM-PS").x) == 1000 * factor  # type: ignore[attr-defined]
    assert max(named(figure, "Gradient descent").x) == 1000  # type: ignore[attr-defined]
    assert figure.layout.xaxis.title.text == X_TITLES[x]


def test_bounds_are_thin_dashed_and_of_their_methods_colour() -> None:
    figure = figures.held(result())
    bound = named(figure, "T3.1 bounds USAM-PS")
    assert bound.line.color == style("usam_ps").color  # type: ignore[attr-defined]
    assert bound.line.dash == "dash"  # type: ignore[attr-defined]
    assert bound.meta["bound"]  # type: ignore[attr-defined]
    assert not any("bounds SAM-PS" in trace.name for trace in figure.data)


@pytest.mark.parametrize(
    ("gamma_b", "guides"),
    [(np.inf, ["1/L", "1/(2L)"]), (0.0, ["1/L", "1/(2L)"]), (0.5, ["1/L", "1/(2L)", "γ<sub>b</sub>"])],
)
def test_guides_are_labelled_in_place(gamma_b: float, guides: list[str]) -> None:
    found = result(gamma_b=gamma_b)
    figure = figures.gamma(found)
    notes = [note.text for note in figure.layout.annotations if "falls" not in note.text]
    assert notes == guides
    assert 10 ** figure.layout.annotations[0].y == pytest.approx(1 / found.problem.L)


def test_a_step_size_that_falls_to_nothing_leaves_the_picture_and_says_so() -> None:
    found = result()
    figure = figures.gamma(found)
    assert tuple(figure.layout.yaxis.range) == (-1, 3)
    steps = found.tracks["sam_ps"].gamma[0, :-1]
    lowest = steps[steps > 0].min()
    note = figure.layout.annotations[-1]
    assert note.text == f"SAM-PS falls to {lowest:.0e} ↓"
    assert note.x == np.argmax((steps > 0) & (steps < 0.1))
    assert note.y == -1
    drawn_low = np.nanmin(np.asarray(named(figure, "SAM-PS").y))  # type: ignore[attr-defined]
    assert drawn_low < 1e-12, "what leaves the picture is still in the chart"
    notice = words.gamma(found).notice
    assert f"SAM-PS leaves the picture downwards at t = {note.x:g}; its lowest γ is {lowest:.0e}." in notice
    assert "Steps with γ = 0" in notice
    others = [track.gamma[0, :-1].min() for key, track in found.tracks.items() if key != "sam_ps"]
    assert min(others) > 0.1


def test_step_sizes_of_the_same_order_are_all_in_the_picture() -> None:
    for methods in (("usam_ps", "sgd"), ("sgd",), ("sps_max", "usam")):
        figure = figures.gamma(result(methods=methods, x="evals", log_x=True, gamma_b=0.01))
        assert figure.layout.yaxis.range is None
        assert all("falls" not in note.text for note in figure.layout.annotations)


def test_shares_are_drawn_for_the_polyak_methods_only() -> None:
    figure = figures.shares(result(gamma_b=0.5))
    assert {trace.legendgroup for trace in figure.data} == {"usam_ps", "sam_ps", "sps_max"}
    assert named(figure, "USAM-PS, capped").y[-1] > 0  # type: ignore[attr-defined]
