"""The rate of a line, or where it stalls: lines whose rate is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lab.ridge.rates import rate_of

T = np.arange(1001)


def test_a_straight_line_has_its_rate() -> None:
    assert rate_of(T, 0.98 ** T[None, :].astype(float), 1e-28).factor == pytest.approx(0.98)
    # So slow that it hardly falls: slow is not stalled.
    slow = rate_of(T, (1 - 1e-7) ** T[None, :].astype(float), 1e-28)
    assert slow.factor == pytest.approx(1 - 1e-7, abs=1e-9)


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.5])
def test_a_plateau_is_stalled_whatever_its_noise(noise: float) -> None:
    scatter = np.exp(noise * np.random.default_rng(0).standard_normal((1, len(T))))
    found = rate_of(T, (0.9**T + 1e-2) * scatter, 1e-28)
    assert math.isnan(found.factor)
    assert found.stalled_at == pytest.approx(1e-2, rel=0.1)


def test_a_line_that_does_not_move_stalls_where_it_is() -> None:
    assert rate_of(T, np.ones((2, len(T))), 1e-28).stalled_at == 1.0


def test_a_noisy_fall_is_no_plateau() -> None:
    scatter = np.exp(0.5 * np.random.default_rng(0).standard_normal((1, len(T))))
    assert rate_of(T, 0.98**T * scatter, 1e-28).factor == pytest.approx(0.98, abs=1e-3)


def test_of_several_trials_the_mean_of_the_logarithms_falls() -> None:
    both = np.stack([0.98**T, 0.9**T * 1.0]).astype(float)
    assert rate_of(T[:400], both[:, :400], 1e-28).factor == pytest.approx(math.sqrt(0.98 * 0.9))
