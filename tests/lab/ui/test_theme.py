"""Figures say what the results say: the right lines, styles that differ, nothing invented."""

from __future__ import annotations

from itertools import combinations

import pytest

from lab.ui.theme import DARK, DRAWN_LIKE, STYLES, style
from neural.methods import METHODS


def test_methods_differ_in_colour_and_in_dash_or_marker() -> None:
    assert set(DRAWN_LIKE.values()) <= set(STYLES)
    assert not set(DRAWN_LIKE) & set(STYLES)
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
