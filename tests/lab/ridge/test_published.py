"""The published figures: drawn numbers are the measured ones, and what is not drawn is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lab.ridge.published import PublishedResult, compute_published
from lab.ridge.published_caption import caption, parameters
from lab.ridge.published_figure import published_figure
from lab.ui.theme import style
from synthetic import FIGURES
from synthetic.published import EDITIONS


def result(name: str, edition: str = "released") -> PublishedResult:
    return compute_published(name, edition)  # once for all tests


@pytest.mark.parametrize("name", FIGURES)
def test_lines_are_the_mean_relative_gaps(name: str) -> None:
    found = result(name)
    floor = found.rounding
    fig = published_figure(found)
    lines = [trace for trace in fig.data if trace.fill is None]
    assert [line.name for line in lines] == [track.method.name for track in found.tracks]
    for line, track in zip(lines, found.tracks, strict=True):
        mean = track.relative_gap.mean(0)
        drawn = np.asarray(line.y)
        np.testing.assert_array_equal(drawn[mean >= floor], mean[mean >= floor])
        assert np.isnan(drawn[mean < floor]).all()
        assert line.line.color == style(track.method.key).color
    assert fig.layout.yaxis.type == "log"


def test_x_axis_is_named_for_what_it_is() -> None:
    records = published_figure(result("usam_theory_det"))
    assert list(records.data[0].x) == list(range(101))
    assert "record k, at iteration t = 100 k" in records.layout.xaxis.title.text
    steps = published_figure(result("usam_theory_stoch"))
    assert steps.layout.xaxis.title.text == "iteration t"
    assert steps.data[-1].x[-1] == 10_000


def test_bands_are_one_standard_deviation_over_the_trials() -> None:
    found = result("usam_theory_stoch")
    fig = published_figure(found)
    bands = [trace for trace in fig.data if trace.fill == "toself"]
    assert len(bands) == 3
    for band, track in zip(bands, found.tracks, strict=True):
        upper, lower = np.split(np.asarray(band.y), 2)
        mean, std = track.relative_gap.mean(0), track.relative_gap.std(0)
        np.testing.assert_allclose(upper, mean + std)
        np.testing.assert_allclose(lower[::-1], np.maximum(mean - std, found.lowest))
    alone = published_figure(result("usam_theory_det"))
    assert all(trace.fill is None for trace in alone.data)


def test_a_band_below_zero_is_clipped_and_said() -> None:
    name = "ada_comparison_stoch"
    found = result(name, "described")
    gaps = found.measured["sa_sam"].relative_gap
    assert np.any(gaps.mean(0) < gaps.std(0))
    fig = published_figure(found)
    assert all(np.nanmin(np.asarray(trace.y)) > 0 for trace in fig.data)
    words = " ".join(caption(found))
    assert "SA-SAM goes below the lowest mean drawn, or below 0" in words
    assert "USAM-SPS sat at its cap" in words


def test_rounding_is_not_drawn_as_convergence() -> None:
    name = "usam_theory_det"
    found = result(name)
    floor = found.rounding
    # released: f is the mean of squared residuals, each rounded; the plateau lies below the floor
    plateau = found.measured["usam_ps"].relative_gap[0, 60:]
    assert floor / 1e4 < plateau.min() < plateau.max() < floor
    fig = published_figure(found)
    assert [note.text for note in fig.layout.annotations] == ["rounding"]
    assert 10 ** fig.layout.annotations[0].y == pytest.approx(floor)
    words = " ".join(caption(found))
    assert f"AF22, USAM-PS: what falls below {floor:.1e} is not drawn" in words
    calm = published_figure(result("usam_theory_stoch"))
    assert not calm.layout.annotations


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", FIGURES)
def test_captions_name_the_edition_and_the_numbers(name: str, edition: str) -> None:
    words = caption(result(name, edition))
    assert words[0].startswith(f"As {edition}")
    assert "RandomState(3107)" in words[-1]
    fragile = "amplifies rounding" in " ".join(words)
    assert fragile == (edition == "released" and name.startswith("ada"))


def test_a_divergence_is_said() -> None:
    found = result("usam_theory_stoch")
    track = found.measured["usam_sps"]
    gone = np.where(np.arange(5) == 2, 7, -1)
    gaps = track.relative_gap.copy()
    gaps[2, 50:] = np.nan
    lost = dataclasses.replace(track, diverged_at=gone, relative_gap=gaps)
    measured = dataclasses.replace(found.measured, tracks={**found.measured.tracks, "usam_sps": lost})
    changed = PublishedResult(found.recipe, "released", measured)
    words = " ".join(caption(changed))
    assert "USAM-SPS left the floats in 20% of the trials." in words
    fig = published_figure(changed)
    assert np.isnan(np.asarray(fig.data[-1].y)[50:]).all()


def test_parameters_are_listed_in_the_methods_own_terms() -> None:
    methods = FIGURES["usam_theory_stoch"].methods(FIGURES["usam_theory_stoch"].problem()[0])
    said = parameters(methods[-1])
    assert "gamma_b = 1" in said
    assert "safeguard = False" in said
    assert f"rho = {methods[-1].rho:.6g}" in said  # type: ignore[attr-defined]
