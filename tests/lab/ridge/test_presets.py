"""Presets show what they say, and are known however they are drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.ridge.compute import compute
from lab.ridge.presets import TEACHING, shown
from tests.lab.ridge.ridge import config
from tests.lab.ridge.test_summary import row


def test_the_preset_of_noise_shows_a_cap_that_divides_and_a_floor() -> None:
    noisy = next(preset for preset in TEACHING if preset.name == "Noise and the cap")
    found = compute(noisy.config).tracks
    for key, track in found.items():
        gap = np.mean(track.relative_gap, axis=0)
        half, end = gap[np.searchsorted(track.iterations, [500, 1000])]
        assert 0.5 < end / half < 2, "it stands still"
        assert end < 0.05, "after a fall that is seen"
        if key != "sgd":
            assert 0.1 < track.capped_share[:, -1].mean() < 0.9
    assert found["sgd"].relative_gap[:, -1].mean() < 0.6 * found["usam_sps"].relative_gap[:, -1].mean()


def test_in_the_preset_of_noise_no_stalled_line_is_given_a_rate() -> None:
    noisy = next(preset for preset in TEACHING if preset.name == "Noise and the cap")
    found = compute(noisy.config)
    assert found.summaries["usam_sps"].guaranteed
    for key, track in found.tracks.items():
        stalled, end = (
            found.summaries[key].rate.stalled_at,
            np.exp(np.mean(np.log(track.relative_gap[:, -1]))),
        )
        assert end / 2 < stalled < 2 * end
        assert row(found, key)["gap, measured"] == f"stalled at {stalled:.1e}"


def test_the_preset_beyond_the_theory_shows_what_it_says() -> None:
    beyond = next(preset for preset in TEACHING if preset.name == "ρ beyond 1/L")
    found = compute(beyond.config).tracks
    assert found["usam_ps"].clamped_share[0, -1] == 1.0
    assert found["usam"].relative_gap[0, -1] < 1e-4


def test_a_preset_is_known_however_it_is_drawn() -> None:
    for preset in TEACHING:
        assert shown(replace(preset.config, x="evals", map_T=500)) is preset
    assert shown(config(seed=3)) is None
    assert not any("ρ_t" in preset.look or "_" in preset.look for preset in TEACHING)
