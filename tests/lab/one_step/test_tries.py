"""The buttons: each is found again by its values, however they are played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.one_step.compute import compute
from lab.one_step.figures import picture
from lab.one_step.tries import TRIES, Try, shown


@pytest.mark.parametrize("one", TRIES, ids=lambda one: one.name)
def test_a_button_is_found_by_its_values_however_it_is_played(one: Try) -> None:
    assert shown(one.config) is one
    assert shown(replace(one.config, steps=3, speed=4.0)) is one
    assert shown(replace(one.config, rho=0.07)) is None


def test_the_cap_acts_first_at_the_step_that_its_button_says() -> None:
    low, capped = (compute(one.config).ways[0] for one in TRIES[2:4])
    assert np.isclose(low.gamma[:2], capped.gamma[:2]).all()
    assert low.gamma[2] > capped.gamma[2] == 1.0
    assert "from step 3 on" in TRIES[3].see


@pytest.mark.parametrize("one", TRIES, ids=lambda one: one.name)
def test_every_named_point_of_a_button_is_in_its_picture(one: Try) -> None:
    found = compute(one.config)
    for way in found.ways:
        for points in (way.x, way.e, way.x_next):
            assert np.max(np.abs(points)) < found.view
    if found.flat:
        low, high = picture(found).layout.yaxis.range
        for way in found.ways:
            assert low < np.min([way.loss_x, way.loss_e])
            assert np.max([way.loss_x, way.loss_e]) < high


def test_what_is_not_convex_ends_further_away_than_it_began() -> None:
    way = compute(TRIES[-1].config).ways[0]
    assert way.distance_sq[1] > 2 * way.distance_sq[0]
    assert way.bound(way.gamma)[0] < way.truth(way.gamma)[0]
