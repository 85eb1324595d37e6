"""Figures of a run: traces that name lanes and columns that exist, bands, raw lines under smooth ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import pytest

from lab.cnn import figures
from lab.cnn.compute import CnnResult
from lab.cnn.looks import lane_looks
from lab.params import CnnConfig
from lab.params.cnn import LANES, LaneControls
from neural.config import LaneConfig
from neural.methods import METHODS
from runs.record import NAMES
from tests.lab.cnn.engine import found

Build = Callable[[CnnResult], go.Figure]
FIGURES: list[Build] = [
    figures.loss,
    figures.accuracy,
    figures.gamma,
    figures.decided,
    figures.grad_norms,
    figures.sam_gap,
]


def of(methods: Sequence[str], seeds: int = 1, x: str = "step", smooth: float = 0.0) -> CnnResult:
    """What the page shows for lanes of these methods."""
    lanes = {letter: LaneControls.suggested(method) for letter, method in zip(LANES, methods, strict=False)}
    return found(CnnConfig(lanes=len(methods), seeds=seeds, x=x, smooth=smooth, **lanes))


@pytest.mark.parametrize("build", FIGURES)
@pytest.mark.parametrize("x", figures.X_AXES)
@pytest.mark.parametrize("seeds", [1, 3])
def test_traces_name_lanes_and_columns_that_exist(build: Build, x: str, seeds: int) -> None:
    methods = ["sam_sps", "sam_constant", "sam_sps"]
    for trace in build(of(methods, seeds, x, 0.9)).data:
        assert len(trace.meta["lanes"]) == seeds
        letter = "ABC"[trace.meta["lanes"][0]]
        assert trace.meta["lanes"] == [("ABC".index(letter)) + 3 * seed for seed in range(seeds)]
        assert {trace.meta["x"], trace.meta["y"]} <= set(NAMES)
        assert trace.name.startswith(letter)


def test_the_axes_on_offer_are_those_that_figures_know() -> None:
    assert set(CnnConfig.rows()["x"].choices or {}) == set(figures.X_AXES)


def test_the_cap_is_drawn_for_the_methods_that_have_one() -> None:
    figure = figures.gamma(of(["sgd_constant", "sps_max"]))
    assert [trace.meta["y"] for trace in figure.data] == ["gamma", "gamma_raw", "gamma_b", "gamma", "gamma"]
    assert ["zeros" in trace.meta for trace in figure.data] == [False] * 4 + [True]


def test_only_adaptive_lanes_say_what_decided() -> None:
    figure = figures.decided(of(["adam", "usam_sps"]))
    assert [trace.meta["y"] for trace in figure.data] == ["capped_share", "clamped_share", "skipped_share"]
    assert all(trace.meta["lanes"] == [1] for trace in figure.data)


def test_smoothing_keeps_the_raw_line() -> None:
    plain, smooth = (figures.sam_gap(of(["sam_sps"], smooth=s)).data for s in (0.0, 0.9))
    assert ["smooth" in trace.meta for trace in plain] == [False]
    assert [trace.meta.get("smooth") for trace in smooth] == [None, 0.9]
    assert smooth[0].opacity < 1


def test_seeds_make_a_band_from_lowest_to_highest() -> None:
    low, high, mean = figures.sam_gap(of(["sam_sps"], 2)).data
    assert [trace.meta["stat"] for trace in (low, high, mean)] == ["min", "max", "mean"]
    assert high.fill == "tonexty"
    assert low.line.width == high.line.width == 0


def test_two_lanes_of_one_method_differ() -> None:
    looks = lane_looks([LaneConfig("sam_sps"), LaneConfig("sam_sps")])
    assert looks[0].dash != looks[1].dash
    assert looks[0].label != looks[1].label


@pytest.mark.parametrize("build", FIGURES)
def test_an_empty_chart_has_axes_that_make_sense(build: Build) -> None:
    layout = build(of(["sam_sps"])).layout
    assert layout.xaxis.range[0] == 0
    assert set(layout.meta["fit"]) <= {"xaxis", "yaxis"}
    if layout.yaxis.tickformat == ".0%":
        assert "yaxis" not in layout.meta["fit"]
        assert layout.yaxis.range == pytest.approx((0, 1), abs=0.05)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_has_one_name_in_selector_and_legend(method: str) -> None:
    name = (CnnConfig.rows()["a_method"].choices or {})[method]
    data = figures.gamma(of([method])).data
    (line,) = (trace for trace in data if trace.meta["y"] == "gamma" and "zeros" not in trace.meta)
    assert line.name.replace("<sub>", "_").replace("</sub>", "") == f"A · {name}"


def test_changes_are_named_in_one_chart() -> None:
    named = [build(of(["sam_sps"])).layout.meta.get("named") for build in FIGURES]
    assert named.count(True) == 1


def test_indices_are_set_low() -> None:
    names = [trace.name for trace in figures.gamma(of(["sps_max"])).data]
    assert names[1] == "A · SPS<sub>max</sub>, c = 1, cap γ<sub>b</sub>"
