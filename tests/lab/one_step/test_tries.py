"""The buttons: each is found again by its values, however they are played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.one_step.compute import compute
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
