"""Ready comparisons of the CNN lab: known again, trainable, and with the numbers that the docs have."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean

import pytest

from lab.cnn.preset_table import DOCS, table, written
from lab.cnn.presets import PRESETS, SEEDS, Preset, ends, shown
from lab.cnn.run_config import train_config
from lab.cnn.words import percent, preset
from lab.params import CnnConfig
from lab.params.cnn import LaneControls
from lab.robustness.reference import rows_of
from neural.methods import METHODS

each = pytest.mark.parametrize("one", PRESETS, ids=lambda one: one.name)


@each
def test_it_is_known_again_however_it_is_drawn_and_not_with_other_values(one: Preset) -> None:
    drawn = replace(one.config, x="epoch", smooth=0.9, speed="10", seed=7, seeds=2, f=LaneControls(rho=0.7))
    assert shown(drawn) == one
    assert shown(replace(one.config, epochs=one.config.epochs + 1)) is None
    assert shown(replace(one.config, a=replace(one.config.a, rho=0.123))) is None


@each
def test_it_is_a_run_that_can_be_started(one: Preset) -> None:
    lanes = train_config(one.config).lanes
    assert [lane.method for lane in lanes] == [lane.method for lane in one.config.shown_lanes.values()]
    assert CnnConfig.from_values(one.config.values()) == one.config


@each
def test_its_words_have_every_lane_with_its_measured_end(one: Preset) -> None:
    found = ends()[one.name]
    assert [len(of_lane) for of_lane in found] == [SEEDS] * one.config.lanes
    said = preset(one, found)
    for (letter, lane), of_lane in zip(one.config.shown_lanes.items(), found, strict=True):
        assert f"{letter.upper()} {METHODS[lane.method].label} **{percent(of_lane)}**" in said
    assert f"after {one.config.epochs} epochs" in said


def test_mean_and_deviation_by_hand() -> None:
    assert percent([0.9, 0.94, 0.92]) == "92.0 ± 2.0%"  # √((4 + 4 + 0)/2)


def test_the_first_lane_wins_and_loses_where_the_names_say_so() -> None:
    means = {name: [fmean(of_lane) for of_lane in found] for name, found in ends().items()}
    assert means["Large ρ"][0] > max(means["Large ρ"][1:]) + 0.05
    assert means["Label noise"][0] < means["Label noise"][2] - 0.1
    assert means["ρ too large"][0] < 0.2 < 0.9 < means["ρ too large"][1]
    assert means["Cap too high"][1] < 0.2 < 0.9 < means["Cap too high"][0]


def test_the_table_in_the_docs_is_of_these_numbers() -> None:
    text = DOCS.read_text()
    assert table() in text
    assert written(text) == text
    assert table().count("\n") == 2 + sum(one.config.lanes for one in PRESETS)


def test_the_cosine_schedules_at_a_large_radius_have_the_best_rates_of_the_finished_sweep() -> None:
    lanes = next(one for one in PRESETS if one.name == "Large ρ").config.shown_lanes
    rows = [row for row in rows_of("mlp_all") if row["method"] == "sam_cosine" and row["rho"] == 0.4]
    assert sorted(row["tuned"]["lr"] for row in rows) == sorted(lanes[letter].lr for letter in "bc")


def test_the_spread_is_that_of_the_other_pages() -> None:
    """Divisor n − 1, as in the sweeps: 0.69, 0.70, 0.71 spread by 0.01."""
    assert percent([0.69, 0.70, 0.71]) == "70.0 ± 1.0%"
    assert percent([0.7]) == "70.0%"
