"""The published figures: drawn numbers are the measured ones, and what is not drawn is said."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lab.ridge.published import PublishedResult, compute_published
from lab.ridge.published_caption import caption, parameters
from lab.ridge.published_figure import published_figure
from lab.ridge.published_words import published_words
from lab.ui.theme import style
from synthetic import FIGURES, simulate
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
        mean = found.gap(track).mean(0)
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
        mean, std = found.gap(track).mean(0), found.gap(track).std(0)
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


def test_the_released_stochastic_figures_subtract_the_lowest_loss_seen_and_say_so() -> None:
    found = result("usam_theory_stoch")
    sps = found.measured["usam_sps"]
    assert found.subtracted == min(track.loss.min() for track in found.tracks) > found.measured.problem.f_min
    assert found.mean(sps)[-1] == pytest.approx(5.14e-5, rel=1e-2)
    assert sps.relative_gap[:, -1].mean() == pytest.approx(1.232e-4, rel=1e-3)
    drawn = published_figure(found)
    assert drawn.data[-1].y[-1] == found.mean(sps)[-1]
    assert drawn.layout.yaxis.title.text == "(f(x) − lowest f seen) / (f(x⁰) − lowest f seen)"
    said = " ".join(caption(found))
    assert (
        "the lowest loss seen is subtracted, 0.01705 of USAM-SPS, and not the true minimum f* = 0.01382"
        in said
    )
    assert "USAM-SPS 5.1e-05 and 0.00012." in said
    assert published_words(found).notice.endswith("The table below counts from f*.")


@pytest.mark.parametrize(
    ("name", "edition"), [("usam_theory_stoch", "described"), ("usam_theory_det", "released")]
)
def test_every_other_figure_subtracts_the_true_minimum_and_says_so(name: str, edition: str) -> None:
    found = result(name, edition)
    assert found.subtracted == found.measured.problem.f_min
    assert all(found.gap(track) is track.relative_gap for track in found.tracks)
    assert f"Subtracted is the true minimum f* = {found.subtracted:.4g}." in caption(found)
    assert "f*" in published_figure(found).layout.yaxis.title.text
    assert "The table" not in published_words(found).notice


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
    assert published_words(found).answer.startswith("Here AF22, USAM-PS, which rounding cannot tell apart.")
    calm = published_figure(result("usam_theory_stoch"))
    assert not calm.layout.annotations


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", FIGURES)
def test_captions_name_the_edition_and_the_numbers(name: str, edition: str) -> None:
    words = caption(result(name, edition))
    assert words[0].startswith(f"As {edition}")
    assert "RandomState(3107)" in words[-1]
    fragile = "The later part of" in " ".join(words)
    assert fragile == (edition == "released" and name.startswith("ada"))
    moved = "amplifies rounding: a change of x⁰ by one part in 10¹⁴" in " ".join(words)
    assert moved == (edition == "described" and name.endswith("det"))


def test_where_rounding_decides_is_measured_and_said() -> None:
    found = result("usam_theory_det", "described")
    problem, x0 = found.recipe.problem("described")
    (departure,) = found.departures
    assert (departure.track.method.key, departure.iteration) == ("usam_ps", 100)
    assert departure.factor > 1.5
    said = f"moves its gap by a factor of up to {departure.factor:.2g} at t = 100"
    assert said in published_words(found).notice
    # Another change of another size: it moves by as much again.
    noise = np.random.default_rng(5).standard_normal((20, problem.d))
    asked = dataclasses.replace(found.measured.config, trials=20, iterations=100, record=())
    near = simulate(problem, [departure.track.method], asked, x0 * (1 + 1e-13 * noise))["usam_ps"]
    own = departure.track.relative_gap[0, departure.track.iterations == 100]
    assert np.max(np.abs(near.relative_gap[:, -1] / own - 1)) > 0.5
    assert not result("usam_theory_stoch", "described").departures, "mini-batches: the trials show the range"


def test_a_divergence_is_said() -> None:
    found = result("usam_theory_stoch")
    track = found.measured["usam_sps"]
    gone = np.where(np.arange(5) == 2, 7, -1)
    gaps = track.relative_gap.copy()
    gaps[2, 50:] = np.nan
    losses = np.where(np.isnan(gaps), np.nan, track.loss)
    lost = dataclasses.replace(track, diverged_at=gone, relative_gap=gaps, loss=losses)
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
