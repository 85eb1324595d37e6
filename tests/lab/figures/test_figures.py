"""Figures say what the results say: the right lines, styles that differ, nothing invented."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from lab import ridge
from lab.figures import ridge as ridge_figures
from lab.params import defaults
from lab.theme import ALIASES, DARK, STYLES, style
from neural.methods import METHODS


def outcome(**changes: object) -> ridge.Outcome:
    return ridge.compute(defaults("ridge") | changes)  # type: ignore[operator]


def names(figure: object) -> list[str]:
    return [trace.name for trace in figure.data]  # type: ignore[attr-defined]


def test_ridge_lines_are_the_measured_numbers() -> None:
    found = outcome()
    figure = ridge_figures.relative_gap(found.result)
    assert names(figure) == [track.method.name for track in found.result.tracks.values()]
    measured = found.chosen.relative_gap[0]
    drawn = np.asarray(figure.data[0].y)
    assert np.array_equal(drawn[measured > ridge.FLOOR], measured[measured > ridge.FLOOR].astype(np.float32))
    assert np.isnan(drawn[measured <= ridge.FLOOR]).all()


def test_the_bound_is_drawn_only_where_it_applies_and_lies_above() -> None:
    found = outcome()
    figure = ridge_figures.distance(found.result, found.bound)
    assert names(figure)[-1] == "bound T3.1 on USAM-PS"
    assert np.all(found.chosen.distance_sq[0] <= found.bound.values * (1 + 1e-9))
    refused = outcome(lambd=1.0)
    assert not refused.bound.applies
    assert "bound" not in " ".join(names(ridge_figures.distance(refused.result, refused.bound)))


@pytest.mark.parametrize(
    ("gamma_b", "guides"), [(float("inf"), ["1/L", "1/(2L)"]), (0.5, ["1/L", "1/(2L)", "γ_b"])]
)
def test_guides_are_labelled_in_place(gamma_b: float, guides: list[str]) -> None:
    found = outcome(gamma_b=gamma_b)
    figure = ridge_figures.gamma(found.result, gamma_b)
    assert [note.text for note in figure.layout.annotations] == guides
    assert 10 ** figure.layout.annotations[0].y == pytest.approx(1 / found.problem.L)


def test_divergence_is_said_not_hidden() -> None:
    rows = ridge.summary(outcome(rho=100.0, lambd=0.0, gamma_b=1000.0, iterations=10_000, f_star="0"))
    assert {row["diverged"] for row in rows} >= {"no"}
    assert all(row["final relative gap"] == "–" for row in rows if row["diverged"] != "no")


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
