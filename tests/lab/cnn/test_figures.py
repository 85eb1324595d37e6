"""Figures of a run: traces that name lanes and columns that exist, bands, raw lines under smooth ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go
import pytest

from lab.cnn import figures as training
from lab.cnn.figures import LaneLook, View, lane_looks
from lab.params import PAGES
from runs.record import NAMES

Build = Callable[[Sequence[LaneLook], View], go.Figure]
FIGURES: list[Build] = [
    training.loss,
    training.accuracy,
    training.gamma,
    training.decided,
    training.grad_norms,
    training.sam_gap,
]


@pytest.mark.parametrize("build", FIGURES)
@pytest.mark.parametrize("x", training.X_AXES)
@pytest.mark.parametrize("seeds", [1, 3])
def test_traces_name_lanes_and_columns_that_exist(build: Build, x: str, seeds: int) -> None:
    methods = ["sam_sps", "sam_constant", "sam_sps"]
    for trace in build(lane_looks(methods, seeds), View(x, 0.9)).data:
        assert len(trace.meta["lanes"]) == seeds
        letter = "ABC"[trace.meta["lanes"][0]]
        assert trace.meta["lanes"] == [("ABC".index(letter)) + 3 * seed for seed in range(seeds)]
        assert {trace.meta["x"], trace.meta["y"]} <= set(NAMES)
        assert trace.name.startswith(letter)


def test_the_axes_on_offer_are_those_that_figures_know() -> None:
    assert set(PAGES["cnn"]["x"].choices or {}) == set(training.X_AXES)


def test_the_cap_is_drawn_for_the_methods_that_have_one() -> None:
    figure = training.gamma(lane_looks(["sgd_constant", "sps_max"]), View())
    assert [trace.meta["y"] for trace in figure.data] == ["gamma", "gamma_raw", "gamma_b", "gamma"]


def test_only_adaptive_lanes_say_what_decided() -> None:
    figure = training.decided(lane_looks(["adam", "usam_sps"]), View())
    assert [trace.meta["y"] for trace in figure.data] == ["capped_share", "clamped_share", "skipped_share"]
    assert all(trace.meta["lanes"] == [1] for trace in figure.data)


def test_smoothing_keeps_the_raw_line() -> None:
    look = lane_looks(["sam_sps"])
    plain, smooth = (training.sam_gap(look, View(smooth=s)).data for s in (0.0, 0.9))
    assert ["smooth" in trace.meta for trace in plain] == [False]
    assert [trace.meta.get("smooth") for trace in smooth] == [None, 0.9]
    assert smooth[0].opacity < 1


def test_seeds_make_a_band_from_lowest_to_highest() -> None:
    low, high, mean = training.sam_gap(lane_looks(["sam_sps"], 2), View()).data
    assert [trace.meta["stat"] for trace in (low, high, mean)] == ["min", "max", "mean"]
    assert high.fill == "tonexty"
    assert low.line.width == high.line.width == 0


def test_two_lanes_of_one_method_differ() -> None:
    looks = lane_looks(["sam_sps", "sam_sps"])
    assert looks[0].dash != looks[1].dash
    assert looks[0].label != looks[1].label


@pytest.mark.parametrize("build", FIGURES)
def test_an_empty_chart_has_axes_that_make_sense(build: Build) -> None:
    layout = build(lane_looks(["sam_sps"]), View()).layout
    assert layout.xaxis.range[0] == 0
    assert set(layout.meta["fit"]) <= {"xaxis", "yaxis"}
    if layout.yaxis.tickformat == ".0%":
        assert "yaxis" not in layout.meta["fit"]
        assert layout.yaxis.range == pytest.approx((0, 1), abs=0.05)


def test_changes_are_named_in_one_chart() -> None:
    named = [build(lane_looks(["sam_sps"]), View()).layout.meta.get("named") for build in FIGURES]
    assert named.count(True) == 1


def test_indices_are_set_low() -> None:
    names = [trace.name for trace in training.gamma(lane_looks(["sps_max"]), View()).data]
    assert names[1] == "A · SPS<sub>max</sub>, cap γ<sub>b</sub>"
