"""Figures say what the results say: the right lines, styles that differ, nothing invented."""

from __future__ import annotations

from itertools import combinations

import pytest

from lab.figures import training
from lab.theme import ALIASES, DARK, STYLES, style
from neural.methods import METHODS


@pytest.mark.parametrize("build", [training.loss, training.accuracy, training.gamma, training.capped])
def test_live_traces_name_their_lane_and_columns(build: object) -> None:
    from lab.runs.record import COUNTED, MEASURED

    looks = training.lane_looks(["sam_sps", "sam_constant", "sam_sps"])
    for trace in build(looks).data:  # type: ignore[operator]
        assert trace.meta["lane"] in (0, 1, 2)
        assert {trace.meta["x"], trace.meta["y"]} <= {*MEASURED, *COUNTED}
        assert trace.name.startswith("ABC"[trace.meta["lane"]])


def test_the_cap_is_drawn_for_the_methods_that_have_one() -> None:
    figure = training.gamma(training.lane_looks(["sgd_constant", "sps_max"]))
    assert [trace.meta["y"] for trace in figure.data] == ["gamma", "gamma_raw", "gamma_b", "gamma"]


def test_two_lanes_of_one_method_differ() -> None:
    looks = training.lane_looks(["sam_sps", "sam_sps"])
    assert looks[0].dash != looks[1].dash
    assert looks[0].label != looks[1].label


def test_methods_differ_in_colour_and_in_dash_or_marker() -> None:
    assert {role for role, _ in ALIASES.values()} <= set(STYLES)
    for one, other in combinations(STYLES.values(), 2):
        assert one.color != other.color
        assert (one.dash, one.marker) != (other.dash, other.marker)


def test_every_method_has_a_style_and_every_colour_a_dark_partner() -> None:
    for key in METHODS:
        assert style(key).color in DARK


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("key", sorted(STYLES))
def test_lines_stand_out_from_the_paper(key: str) -> None:
    light, dark = luminance(STYLES[key].color), luminance(DARK[STYLES[key].color])
    assert 1.05 / (light + 0.05) >= 3, "WCAG 1.4.11 on white"
    assert (dark + 0.05) / (luminance("#12171d") + 0.05) >= 3, "and on the dark page"
