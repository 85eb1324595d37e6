"""The count of N < 0 by ρL: none up to 1, some beyond, and the worst points first."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import TheoryConfig
from lab.theory.safeguard import POINTS, count


@pytest.mark.parametrize("guarantee", ["T3.1", "T3.2"])
@pytest.mark.parametrize("kappa", [1.0, 10.0, 1e6])
def test_never_up_to_the_edge_and_at_once_beyond(kappa: float, guarantee: str) -> None:
    found = count(TheoryConfig(kappa=kappa, guarantee=guarantee, problems=5))
    inside = found.rho_L <= 1.0
    assert found.rho_L[inside][-1] == 1.0
    assert not found.random_share[inside].any()
    assert not found.steepest_share[inside].any()
    assert np.all(found.steepest_share[~inside] == 1.0)
    assert found.random_share[-1] > 0
    assert np.all(found.random_smallest >= found.bound - 1e-9)
    assert found.steepest_smallest == pytest.approx(found.bound, abs=1e-9)


@pytest.mark.parametrize(("rho_L", "steepest"), [(0.0, 0), (0.999, 0), (1.0, 0), (1.01, 3), (10.0, 3)])
def test_the_chosen_radius_is_counted_exactly(rho_L: float, steepest: int) -> None:
    found = count(TheoryConfig(rho_L=rho_L, problems=3))
    assert found.random_points == 3 * POINTS
    assert found.chosen_steepest == steepest
    assert found.chosen_random == (60 if rho_L == 10 else 0)
