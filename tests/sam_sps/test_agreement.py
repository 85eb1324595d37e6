"""Losses and gradients that do not belong together, and second passes that did not see e."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from sam_sps.agreement import STEPS, UNSEEN_STEPS, Agreement
from sam_sps.step_info import StepInfo
from tests.sam_sps.problems import batch, closure_for, no_warning, parameter, small_network


def info(loss_x: float, loss_e: float, grad_x_norm: float = 2.0, grad_e_norm: float = 3.0) -> StepInfo:
    numbers = (grad_x_norm, grad_e_norm, 0.5)
    return StepInfo(
        loss_x, loss_e, 0.1, (0.1,), 0.1, 0.1, *numbers, capped=False, clamped=False, skipped=False
    )


def steps(factor: float, number: int, loss_factor: float = 1.0) -> float:
    """Steps on w² from w = 1 with gradients multiplied by `factor`; return the first γ."""
    w = parameter(1.0)
    optimizer = SAM_SPS([w], weight_decay=0.0, rho=0.5, gamma_b=100.0)
    gamma = math.nan
    for step in range(number):
        with torch.no_grad():
            w.fill_(1.0)

        def closure() -> Tensor:
            loss = w.square().sum()
            (loss * factor).backward()
            return loss * loss_factor

        optimizer.step(closure)
        if step == 0:
            assert optimizer.last_step is not None
            gamma = optimizer.last_step.gamma
    return gamma


def test_gradients_divided_once_more_are_told_of_once() -> None:
    """At w = 1, e = 1.5: f(e) = 2.25, ∇f(e) = 3 / 4, N = 2.25 − 0.375, γ = N / (3/4)² = 10/3.

    Right is N = 2.25 − 1.5, γ = 0.75 / 9 = 1/12.
    """
    with no_warning():
        assert steps(0.25, STEPS - 1) == pytest.approx(10.0 / 3.0)
        assert steps(1.0, 2 * STEPS) == pytest.approx(1.0 / 12.0)
        assert steps(0.25, 2 * STEPS, loss_factor=0.25) == pytest.approx(1.0 / 3.0)  # a loss in other units
    with pytest.warns(UserWarning, match=r"larger than the gradients say.*factor of 4:") as record:
        steps(0.25, 2 * STEPS)
    assert len(record) == 1


@pytest.mark.parametrize("factor", [2.0, 65536.0])
def test_gradients_multiplied_are_told_of(factor: float) -> None:
    with pytest.warns(UserWarning, match=rf"smaller than the gradients say.*factor of {1.0 / factor:.3g}:"):
        steps(factor, STEPS)


def test_the_trapezoidal_rule_is_exact_on_a_quadratic_with_two_groups() -> None:
    """f = w² + 3 v² at (1, 1), ‖∇f(x)‖ = √40, ρ = 0.1 and 0.2: both sides are f(e) − f(x)."""
    w, v = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([{"params": [w], "rho": 0.1}, {"params": [v], "rho": 0.2}])
    seen: list[float] = []
    optimizer._agreement.on_step = lambda info, rise, is_sharded: seen.append(rise)  # type: ignore[method-assign]

    def closure() -> Tensor:
        loss = w.square().sum() + 3.0 * v.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    e = (1.0 + 0.1 * 2.0 / math.sqrt(40.0), 1.0 + 0.2 * 6.0 / math.sqrt(40.0))
    assert seen == [pytest.approx(e[0] ** 2 + 3.0 * e[1] ** 2 - 4.0)]


@pytest.mark.parametrize("settings", [{}, {"lambd": 0.0}, {"clipped": True}, {"eta": 0.01, "rho": 0.5}])
def test_nothing_is_said_of_training_as_it_should_be(settings: dict[str, float]) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), **settings)  # type: ignore[arg-type]
    with no_warning():
        for step in range(2 * STEPS):
            optimizer.step(closure_for(model, batch(step % 8)))


def test_dropout_is_no_disagreement() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 4))
    optimizer = SAM_SPS(model.parameters(), rho=0.01)
    with no_warning():
        for step in range(4 * STEPS):
            optimizer.step(closure_for(model, batch(step % 8)))


class Frozen(nn.Module):
    """A layer that keeps a copy of its weights, as caches do."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(()))
        self.copy = torch.ones(())

    def forward(self) -> Tensor:
        return (self.copy + (self.weight - self.weight.detach())).square()


def test_a_second_pass_that_does_not_see_e_is_told_of() -> None:
    model = Frozen()
    optimizer = SAM_SPS(model.parameters(), gamma_b=0.01)

    def closure() -> Tensor:
        loss: Tensor = model()
        loss.backward()
        return loss

    with no_warning():
        for _ in range(UNSEEN_STEPS - 1):
            optimizer.step(closure)
    with pytest.warns(UserWarning, match="very loss of the first"):
        optimizer.step(closure)


def test_with_shards_one_clear_step_is_enough() -> None:
    with pytest.raises(RuntimeError, match="very loss of the first"):
        Agreement().on_step(info(1.0, 1.0), 0.1, True)
    agreement = Agreement()
    for _ in range(STEPS):
        agreement.on_step(info(1.0, 1.0), 0.001, True)  # a loss in bfloat16 may be the same
    for _ in range(UNSEEN_STEPS - 1):
        agreement.on_step(info(1.0, 1.0, 2.0, 2.0), 0.001, True)
    with pytest.raises(RuntimeError, match="very loss of the first"):
        agreement.on_step(info(1.0, 1.0, 2.0, 2.0), 0.001, True)


def count(changes: list[tuple[float, float]], say: Callable[[str], None]) -> None:
    agreement = Agreement()
    agreement._warn = say  # type: ignore[method-assign]
    for change, rise in changes:
        agreement.on_step(info(1.0, 1.0 + change), rise, False)


@pytest.mark.parametrize(
    "changes",
    [
        [(0.2, 0.1)] * (STEPS - 1) + [(0.1, 0.1)] + [(0.2, 0.1)] * (STEPS - 1),  # not in a row
        [(0.2, 0.1), (0.0, 0.1)] * STEPS,  # to both sides
        [(0.17, 0.1)] * 2 * STEPS,  # curvature
        [(0.003, 0.001)] * 2 * STEPS,  # below the digits of a loss
        [(0.2, 0.0)] * 2 * STEPS,  # rounding made e = x
        [(math.nan, 0.1)] * 2 * STEPS,  # loss at x not known
    ],
)
def test_no_disagreement(changes: list[tuple[float, float]]) -> None:
    said: list[str] = []
    count(changes, said.append)
    assert said == []
    count([(0.2, 0.1)] * STEPS, said.append)
    assert len(said) == 1
