"""The clamp 1e-12 of ‖∇f(x)‖ and ‖∇f(e)‖² is counted wherever it takes their place."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from sam_sps import SAM_SPS, StepCounts
from tests.sam_sps.problems import backward, parameter

CAPTURABLE = pytest.mark.parametrize("capturable", [False, True])


@CAPTURABLE
@pytest.mark.parametrize("unit", [1.0, 1e-8])
def test_a_loss_in_tiny_units_is_noticed(unit: float, capturable: bool) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], rho=0.5, weight_decay=0.0, gamma_b=1e9, capturable=capturable)
    optimizer.step(lambda: backward(unit * x.square().sum()))
    # e = 1.5, ∇f(e) = 3 unit, N = 2.25 unit − 1.5 unit, so ‖∇f(e)‖² is 9 or 9e-16.
    info = optimizer.last_step
    assert info is not None
    assert info.gamma == pytest.approx(0.75 / 9 if unit == 1.0 else 0.75e-8 / 1e-12, rel=1e-6)
    assert info.floored == (unit != 1.0)
    assert optimizer.counts == StepCounts(steps=1, floored=int(unit != 1.0), evaluations=2)


@CAPTURABLE
def test_a_short_gradient_at_x_is_noticed_too(capturable: bool) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], rho=0.5, capturable=capturable)
    x.grad = torch.full_like(x, 0.5e-12)
    optimizer.first_step(loss=1.0)
    assert x.item() == pytest.approx(1.25)  # 0.5 · 0.5e-12 / 1e-12 and not 0.5
    x.grad = torch.ones_like(x)
    optimizer.second_step(loss=1.0)
    assert optimizer.counts == StepCounts(steps=1, floored=1, evaluations=2)


@CAPTURABLE
def test_a_skipped_step_is_no_floored_one(capturable: bool) -> None:
    x = parameter(0.0)
    optimizer = SAM_SPS([x], capturable=capturable)
    x.grad = torch.zeros_like(x)
    optimizer.first_step(loss=float("nan"))
    optimizer.second_step(loss=1.0)
    assert optimizer.counts == StepCounts(steps=1, skipped=1, evaluations=2)


@pytest.mark.parametrize(
    ("saved", "found"),
    [
        ((5, 4, 3, 2), (0, 10)),
        ((5, 4, 3, 2, 1), (1, 10)),
        ((5, 4, 3, 2, 1, 7), (1, 7)),
        ([5, 4, 3, 2], (0, 10)),
    ],
)
def test_a_state_from_before_the_count_loads(saved: Any, found: tuple[int, int]) -> None:
    optimizer = SAM_SPS([parameter(1.0)])
    state = optimizer.state_dict()
    state["param_groups"][0]["counts"] = saved
    optimizer.load_state_dict(state)
    assert optimizer.counts == StepCounts(5, 4, 3, 2, *found)
