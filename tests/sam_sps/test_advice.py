"""Warnings about runs that do not move."""

from __future__ import annotations

import math

import pytest
import torch

from sam_sps import SAM_SPS
from sam_sps.advice import STILL_STEPS
from tests.sam_sps.problems import no_warning, parameter, steps_on


def test_a_run_that_stands_still_is_warned_of_once() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], f_star=5.0)
    with no_warning():
        steps_on(x, optimizer, STILL_STEPS - 1)
    with pytest.warns(UserWarning, match=r"has been 0 for 50 steps.*\(clamped\)") as record:
        steps_on(x, optimizer, 2 * STILL_STEPS)
    assert len(record) == 1

    optimizer = SAM_SPS([x])
    with torch.no_grad():
        x.fill_(math.nan)
    with pytest.warns(UserWarning, match=r"not finite \(skipped\)"):
        steps_on(x, optimizer, STILL_STEPS)


def test_a_cap_or_a_loss_of_zero_is_no_standstill() -> None:
    x = parameter(1.0)
    with no_warning():
        steps_on(x, SAM_SPS([x], gamma_b=0.0), STILL_STEPS)
        with torch.no_grad():
            x.zero_()
        steps_on(x, SAM_SPS([x]), STILL_STEPS)
