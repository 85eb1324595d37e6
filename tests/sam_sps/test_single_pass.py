"""One pass where e = x: SAM in every k-th step, and ρ = 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS, ReplayRandomness, StepCounts, UpdateStatisticsOnce, scaled_step
from tests.sam_sps.problems import backward, batch, closure_for, copies, parameter, same_bits, small_network


def counting(closure: Callable[[], Tensor]) -> tuple[Callable[[], Tensor], list[int]]:
    calls: list[int] = []

    def counted() -> Tensor:
        calls.append(1)
        return closure()

    return counted, calls


@pytest.mark.parametrize("lambd", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
def test_rho_zero_in_one_pass_is_that_in_two_bit_for_bit(dtype: torch.dtype, lambd: float) -> None:
    models = [small_network(dtype=dtype), small_network(dtype=dtype)]
    settings: dict[str, Any] = {"rho": 0.0, "lambd": lambd, "weight_decay": 0.01}
    optimizers = [
        SAM_SPS(models[0].parameters(), **settings),
        SAM_SPS(models[1].parameters(), sam_every=1, **settings),
    ]
    for seed in range(8):
        numbers = []
        for model, optimizer in zip(models, optimizers, strict=True):
            closure, calls = counting(closure_for(model, batch(seed, dtype)))
            optimizer.step(closure)
            numbers.append(len(calls))
            assert optimizer.last_step is not None
            assert optimizer.last_step.evaluations == len(calls)
        assert numbers == [2, 1]
        assert same_bits(copies(models[0]), copies(models[1]))
    assert optimizers[0].counts.evaluations == 16
    assert optimizers[1].counts.evaluations == 8
    assert optimizers[0].counts.capped == optimizers[1].counts.capped


def test_one_group_with_a_radius_needs_two_passes() -> None:
    a, b = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([{"params": [a], "rho": 0.0}, {"params": [b], "rho": 0.1}], sam_every=1)
    closure, calls = counting(lambda: backward((a * b).square().sum()))
    optimizer.step(closure)
    assert len(calls) == 2


def test_every_third_step_by_hand() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.5, weight_decay=0.0, sam_every=3)
    closure, calls = counting(lambda: backward(x.square().sum()))
    seen = []
    for _ in range(7):
        del calls[:]
        at = x.item()
        optimizer.step(closure)
        info = optimizer.last_step
        assert info is not None
        seen.append(len(calls))
        assert info.evaluations == len(calls)
        if len(calls) == 1:  # SPS_max: f = x², γ = x² / (4 x²)
            assert (info.loss_x, info.loss_e, info.perturbation_norm) == (at * at, at * at, 0.0)
            assert x.item() == pytest.approx(at / 2, rel=1e-15)
        elif at == 2.0:  # e = 2.5: N = 6.25 − 5/2, γ = 3.75 / 25
            assert info.gamma == pytest.approx(0.15, rel=1e-15)
            assert x.item() == pytest.approx(2.0 - 0.15 * 5.0, rel=1e-15)
    assert seen == [2, 1, 1, 2, 1, 1, 2]
    assert optimizer.counts.evaluations == 10


def test_the_phase_is_that_of_the_steps_and_so_survives_saving() -> None:
    def passes(optimizer: SAM_SPS, x: nn.Parameter, number: int) -> list[int]:
        seen = []
        for _ in range(number):
            closure, calls = counting(lambda: backward(x.square().sum()))
            optimizer.step(closure)
            seen.append(len(calls))
        return seen

    x = parameter(2.0)
    optimizer = SAM_SPS([x], sam_every=4)
    assert passes(optimizer, x, 3) == [2, 1, 1]
    resumed = SAM_SPS([x], sam_every=4)
    resumed.load_state_dict(optimizer.state_dict())
    assert passes(resumed, x, 3) == [1, 2, 1]
    assert resumed.counts == StepCounts(steps=6, clamped=resumed.counts.clamped, evaluations=8)
    resumed.sam_every = None
    assert passes(resumed, x, 2) == [2, 2]


def test_in_two_calls_the_gradients_at_x_serve_twice() -> None:
    x, y = parameter(2.0), parameter(2.0)
    optimizer, twin = SAM_SPS([x], rho=0.5, sam_every=2), SAM_SPS([y], rho=0.5, sam_every=2)
    for step in range(5):
        loss = backward(x.square().sum())
        optimizer.first_step(loss=loss)
        assert optimizer.needs_second_pass == (step % 2 == 0)
        if optimizer.needs_second_pass:
            optimizer.zero_grad()
            loss = backward(x.square().sum())
        optimizer.second_step(loss=loss, zero_grad=True)
        assert not optimizer.needs_second_pass
        twin.step(lambda: backward(y.square().sum()))
        assert same_bits([x.detach()], [y.detach()])
    assert optimizer.counts == twin.counts


def test_who_does_not_ask_and_takes_two_passes_gets_the_same() -> None:
    x, y = parameter(2.0), parameter(2.0)
    optimizer, twin = SAM_SPS([x], rho=0.5, sam_every=3), SAM_SPS([y], rho=0.5, sam_every=3)
    for _ in range(6):
        optimizer.first_step(zero_grad=True, loss=backward(x.square().sum()))
        optimizer.second_step(loss=backward(x.square().sum()), zero_grad=True)
        twin.step(lambda: backward(y.square().sum()))
    assert same_bits([x.detach()], [y.detach()])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_single_pass_that_is_not_finite_is_skipped(value: float) -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, sam_every=1)
    optimizer.step(lambda: backward(x.square().sum() * value))
    assert x.item() == 2.0
    assert optimizer.counts.skipped == 1


def test_statistics_and_random_numbers_of_single_passes() -> None:
    model = nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 4))
    optimizer = SAM_SPS(model.parameters(), sam_every=2)
    once, replay = UpdateStatisticsOnce(optimizer, model), ReplayRandomness(optimizer)
    x = torch.randn(16, 8, generator=torch.Generator().manual_seed(0))

    def closure() -> Tensor:
        with once, replay:
            return backward(model(x).square().mean())

    for steps in range(1, 5):
        optimizer.step(closure)
        assert model[1].num_batches_tracked == steps


def test_with_a_gradient_scaler() -> None:
    model = nn.Linear(8, 4)
    optimizer, scaler = SAM_SPS(model.parameters(), sam_every=2), torch.amp.GradScaler("cpu", init_scale=16.0)
    x = torch.randn(16, 8, generator=torch.Generator().manual_seed(0))
    unscaled: list[float] = []

    def closure() -> Tensor:
        loss = model(x).square().mean()
        scaler.scale(loss).backward()
        unscaled.append(loss.item())
        return loss

    for _ in range(4):
        scaled_step(optimizer, scaler, closure)
        info = optimizer.last_step
        assert info is not None
        assert info.loss_e == unscaled[-1]
    assert len(unscaled) == optimizer.counts.evaluations == 6


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "2", math.inf])
def test_a_bad_period_is_refused_when_it_is_set_or_at_the_next_step(value: Any) -> None:
    x = parameter(2.0)
    with pytest.raises(ValueError, match=r"^sam_every must be None or an integer >= 1, got"):
        SAM_SPS([x], sam_every=value)
    optimizer = SAM_SPS([x])
    optimizer.sam_every = value
    with pytest.raises(ValueError, match=r"^sam_every must be"):
        optimizer.step(lambda: backward(x.square().sum()))
    assert x.item() == 2.0
    assert not optimizer.is_perturbed


def test_a_captured_step_is_of_one_kind() -> None:
    with pytest.raises(ValueError, match=r"^sam_every must be None with capturable=True"):
        SAM_SPS([parameter(1.0)], sam_every=2, capturable=True)
