"""Figures of a comparison say what was measured, in the style of their method."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lab.params import Value
from lab.ridge import figures, words
from lab.ridge.axis import X_TITLES
from lab.ridge.charts import build
from lab.ridge.traces import BOUND_MEANINGS, FLOOR
from lab.ui.symbols import html
from lab.ui.theme import RESOLUTION, style
from tests.lab.ridge.ridge import NOISY, config, result


def named(figure: object, name: str) -> object:
    return next(trace for trace in figure.data if trace.name == name)  # type: ignore[attr-defined]


def test_every_figure_is_one_that_plotly_knows() -> None:
    for asked in (config(gamma_b=0.5), config(**NOISY | {"x": "evals", "log_x": True, "held": "average"})):
        for figure in build(asked).values():
            go.Figure(figure.figure())  # validated


def test_lines_are_the_measured_numbers_in_the_style_of_their_method() -> None:
    found = result()
    figure = figures.relative_gap(found).figure()
    assert [trace.name for trace in figure.data] == [
        html(track.method.name) for track in found.tracks.values()
    ]
    for trace, track in zip(figure.data, found.tracks.values(), strict=True):
        at = np.searchsorted(track.iterations, np.asarray(trace.x))
        measured = track.relative_gap[0, at].astype(np.float32)
        shown = np.isfinite(trace.y)
        assert np.array_equal(np.asarray(trace.y)[shown], measured[shown])
        assert np.all(track.relative_gap[0, at][~shown] <= FLOOR)
        assert trace.line.color == style(track.method.key).color


@pytest.mark.parametrize(("x", "factor"), [("t", 1), ("evals", 2)])
def test_the_axis_counts_what_it_says(x: str, factor: int) -> None:
    figure = figures.relative_gap(result(x=x)).figure()
    assert max(named(figure, "USAM-PS").x) == 1000 * factor  # type: ignore[attr-defined]
    assert max(named(figure, "Gradient descent").x) == 1000  # type: ignore[attr-defined]
    assert figure.layout.xaxis.title.text == X_TITLES[x]


def test_bounds_are_thin_dashed_and_of_their_methods_colour() -> None:
    figure = figures.held(result()).figure()
    bound = named(figure, "T3.1 bounds USAM-PS")
    assert bound.line.color == style("usam_ps").color  # type: ignore[attr-defined]
    assert bound.line.dash == "dash"  # type: ignore[attr-defined]
    said = words.held(result()).notice
    assert "Short dashes: a theorem for the full batch" in said
    drawn = {trace.line.dash for trace in figure.data if (trace.meta or {}).get("bound")}
    assert drawn == {dash for dash, meaning in BOUND_MEANINGS.items() if meaning[1:] in said}
    assert bound.meta["bound"]  # type: ignore[attr-defined]
    assert not any("bounds SAM-PS" in trace.name for trace in figure.data)


@pytest.mark.parametrize(
    ("gamma_b", "guides"),
    [(np.inf, ["1/L", "1/(2L)"]), (0.0, ["1/L", "1/(2L)"]), (0.5, ["1/L", "1/(2L)", "γ<sub>b</sub>"])],
)
def test_guides_are_labelled_in_place(gamma_b: float, guides: list[str]) -> None:
    found = result(gamma_b=gamma_b)
    figure = figures.gamma(found).figure()
    notes = [note.text for note in figure.layout.annotations if "falls" not in note.text]
    assert notes == guides
    assert 10 ** figure.layout.annotations[0].y == pytest.approx(1 / found.problem.L)


def test_a_step_size_that_falls_to_nothing_leaves_the_picture_and_says_so() -> None:
    found = result()
    figure = figures.gamma(found).figure()
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
        figure = figures.gamma(result(methods=methods, x="evals", log_x=True, gamma_b=0.01)).figure()
        assert figure.layout.yaxis.range is None
        assert all("falls" not in note.text for note in figure.layout.annotations)


def test_shares_are_drawn_for_the_polyak_methods_only() -> None:
    figure = figures.shares(result(gamma_b=0.5)).figure()
    assert {trace.legendgroup for trace in figure.data} == {"usam_ps", "sam_ps", "sps_max"}
    assert named(figure, "USAM-PS, capped").y[-1] > 0  # type: ignore[attr-defined]


BOUNDED: list[dict[str, Value]] = [
    {"problem": "logistic", "reg": 1.0},
    {"problem": "logistic", "reg": 10.0},
    {"problem": "logistic", "reg": 10.0, "held": "average"},
    {},
    {"kappa": 1.0},
    {"kappa": 1.0, "d": 120, "kappa_of": "A"},
    {"kappa": 2.0, "interpolated": False, "reg": 0.01},
    {"held": "average"},
]


@pytest.mark.parametrize("changes", BOUNDED, ids=str)
def test_no_line_drawn_lies_above_the_bound_of_its_method_and_none_below_the_resolution(
    changes: dict[str, Value],
) -> None:
    found = result(methods=("usam_ps", "sps_max", "usam", "sgd"), **changes)
    figure = figures.held(found).figure()
    lines = {trace.name: trace for trace in figure.data}
    notes = [note.text for note in figure.layout.annotations]
    assert notes == ([RESOLUTION] if found.sinks else [])
    assert (f"{found.resolution:.0e}" in words.held(found).notice) == found.sinks
    for bound in (trace for trace in figure.data if (trace.meta or {}).get("bound")):
        measured = lines[bound.name.split(" bounds ")[1]]
        x, y = np.asarray(bound.x), np.asarray(bound.y)
        at, there = np.intersect1d(x, np.asarray(measured.x)), []
        for t in at:
            promised, line = y[x == t][0], np.asarray(measured.y)[np.asarray(measured.x) == t][0]
            assert not line > promised * (1 + 1e-6)
            there.append(np.isfinite(promised))
        assert any(there)
        assert not np.any(y <= found.resolution)
        assert not np.any(np.asarray(measured.y) <= found.resolution)
