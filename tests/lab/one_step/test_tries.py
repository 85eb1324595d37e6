"""The buttons: each is found again by its values, however they are played."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.one_step.tries import TRIES, Try, shown


@pytest.mark.parametrize("one", TRIES, ids=lambda one: one.name)
def test_a_button_is_found_by_its_values_however_it_is_played(one: Try) -> None:
    assert shown(one.config) is one
    assert shown(replace(one.config, steps=3, speed=4.0)) is one
    assert shown(replace(one.config, rho=0.07)) is None
