"""Closures that leave a batch out, and losses that are numbers of other libraries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from sam_sps import SAM_SPS, StepCounts, scaled_step
from tests.sam_sps.problems import backward, parameter, same_bits, steps_on


def leaving_out(x: Tensor, at_pass: int) -> Callable[[], Tensor | None]:
    calls: list[int] = []

    def closure() -> Tensor | None:
        calls.append(1)
        return None if len(calls) == at_pass else backward(x.square().sum())

    return closure


@pytest.mark.parametrize(
    "options", [{}, {"capturable": True}, {"online_lower_bound": True, "proximal": True}]
)
@pytest.mark.parametrize("at_pass", [1, 2])
def test_a_closure_that_returns_none_skips_the_step(at_pass: int, options: dict[str, bool]) -> None:
    x, twin = parameter(0.1, 0.2, dtype=torch.float32), parameter(0.1, 0.2, dtype=torch.float32)
    optimizer, other = SAM_SPS([x], **options), SAM_SPS([twin], **options)
    steps_on(x, optimizer, 1)
    steps_on(twin, other, 1)
    before = x.detach().clone()
    assert optimizer.step(leaving_out(x, at_pass)) is None
    assert same_bits([x], [before])
    assert not optimizer.is_perturbed
    assert optimizer.counts == StepCounts(
        steps=2, capped=other.counts.capped, skipped=1, evaluations=1 + at_pass
    )
    info = optimizer.last_step
    assert info is not None
    assert (info.skipped, info.gamma) == (True, 0.0)
    assert np.isnan(info.loss_x) == (at_pass == 1)
    assert float(optimizer.param_groups[0]["lr"]) == 0.0
    steps_on(x, optimizer, 1)
    steps_on(twin, other, 1)
    assert same_bits([x], [twin])


@pytest.mark.parametrize("at_pass", [1, 2])
def test_a_forgotten_return_is_not_taken_for_it(at_pass: int) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    calls: list[int] = []

    def closure() -> Tensor | None:
        calls.append(1)
        value = backward(x.square().sum())
        return None if len(calls) == at_pass else value

    with pytest.raises(ValueError, match=r"returned None after backward\(\); to leave a batch out"):
        optimizer.step(closure)
    assert x.item() == 1.0
    assert optimizer.counts == StepCounts()


def test_a_batch_is_left_out_with_a_scaler_too() -> None:
    x = parameter(1.0, dtype=torch.float32)
    optimizer, scaler = SAM_SPS([x]), torch.amp.GradScaler("cpu")
    assert scaled_step(optimizer, scaler, lambda: None) is None
    assert optimizer.counts == StepCounts(steps=1, skipped=1)


@pytest.mark.parametrize(
    "kind", [np.float16, np.float32, np.float64, np.longdouble, np.int64, np.uint8, int, float]
)
@pytest.mark.parametrize("capturable", [False, True])
def test_losses_may_be_numbers_of_other_libraries(kind: Any, capturable: bool) -> None:
    x = parameter(3.0, 4.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, capturable=capturable)

    def closure() -> Any:
        x.square().sum().backward()
        return kind(25)

    assert optimizer.step(closure) == 25
    # N / ‖∇f‖² = 25 / 100
    assert x.tolist() == [1.5, 2.0]


@pytest.mark.parametrize("loss", [np.bool_(True), np.ones(2), np.complex64(1.0)], ids=repr)
def test_what_is_no_real_number_there_is_refused(loss: Any) -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    x.grad = torch.ones_like(x)
    with pytest.raises(ValueError, match="loss must be one real number"):
        optimizer.first_step(loss=loss)
    assert x.item() == 1.0
