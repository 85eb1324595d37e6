"""bfloat16, and float16 with a gradient scaler."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor, nn

from sam_sps import (
    SAM_SPS,
    scaled_step,
)
from tests.sam_sps.problems import (
    copies,
    inputs,
    parameter,
    same_bits,
)


def test_bfloat16_autocast_needs_nothing(linear: nn.Linear) -> None:
    optimizer = SAM_SPS(linear.parameters(), rho=0.05)
    x, y = inputs()

    def closure() -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            loss = nn.functional.cross_entropy(linear(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    info = optimizer.last_step
    assert info is not None
    assert not info.skipped
    assert linear.weight.dtype == torch.float32
    assert info.gamma == min(max(info.gamma_raw, 0.0), 1.0)


def scaled_closure(model: nn.Module, scaler: torch.amp.GradScaler) -> Callable[[], Tensor]:
    x, y = inputs()

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(model(x), y)
        scaler.scale(loss).backward()
        return loss

    return closure


def test_scaled_gradients_give_the_step_of_unscaled_ones(linear: nn.Linear) -> None:
    twin = nn.Linear(8, 4)
    twin.load_state_dict(linear.state_dict())
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    scaled, plain = SAM_SPS(linear.parameters(), rho=0.05), SAM_SPS(twin.parameters(), rho=0.05)
    x, y = inputs()

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(twin(x), y)
        loss.backward()
        return loss

    for _ in range(5):
        loss = scaled_step(scaled, scaler, scaled_closure(linear, scaler))
        assert torch.equal(loss, plain.step(closure))
    # A power of two scales without rounding: bit for bit.
    assert same_bits(copies(linear), copies(twin))
    assert scaled.last_step == plain.last_step


@pytest.mark.parametrize("at_pass", [1, 2])
def test_an_overflow_in_either_pass_skips_the_step_and_lowers_the_scale(
    linear: nn.Linear, at_pass: int
) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)
    optimizer = SAM_SPS(linear.parameters())
    before = copies(linear)
    plain, calls = scaled_closure(linear, scaler), []

    def closure() -> Tensor:
        loss = plain()
        calls.append(1)
        if len(calls) == at_pass:
            linear.weight.grad[0, 0] = math.inf  # type: ignore[index]
        return loss

    scaled_step(optimizer, scaler, closure)
    assert same_bits(copies(linear), before)
    assert optimizer.counts.skipped == 1
    assert scaler.get_scale() == 2.0**9
    scaled_step(optimizer, scaler, plain)
    assert optimizer.counts.skipped == 1
    assert not same_bits(copies(linear), before)


@pytest.mark.parametrize("n_threads", [1, 2])
def test_autocast_around_a_step_does_not_round_its_measurements(
    threads: Callable[[int], None], n_threads: int
) -> None:
    threads(n_threads)
    found = []
    for is_cast in (False, True):
        torch.manual_seed(0)
        params = [torch.nn.Parameter(torch.randn(n)) for n in (5000, 10_000, 40_000)]

        def closure(params: list[nn.Parameter] = params) -> Tensor:
            loss = torch.stack([param.square().mean() for param in params]).sum()
            loss.backward()
            return loss

        optimizer = SAM_SPS(params)
        with torch.autocast("cpu", torch.bfloat16, enabled=is_cast):
            optimizer.step(closure)
        found.append(optimizer.last_step)
    assert found[0] == found[1]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("n", [64, 2**15])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_every_element_of_half_precision_parameters_moves(
    threads: Callable[[int], None], n_threads: int, n: int, dtype: torch.dtype
) -> None:
    threads(n_threads)
    x = torch.nn.Parameter(torch.ones(n, dtype=dtype))
    optimizer = SAM_SPS([x], rho=0.5, lambd=0.0, weight_decay=0.25)
    x.grad = torch.full((n,), 0.5, dtype=dtype)
    optimizer.first_step()
    assert (x == 1.25).all()
    optimizer.second_step(loss=n)
    # N / ||grad_e||^2 = (1 - 0.125) / 0.25 > gamma_b = 1
    assert (x == 0.25).all()


def test_half_precision_parameters_step() -> None:
    for dtype in (torch.float16, torch.bfloat16):
        x = parameter(3.0, 4.0, dtype=dtype)
        optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0)
        x.grad = torch.tensor([3.0, 4.0], dtype=dtype)
        optimizer.first_step()
        optimizer.second_step(loss=12.5)
        # γ = 12.5 / 25
        assert x.tolist() == [1.5, 2.0]


@pytest.mark.parametrize("settings", [{}, {"proximal": True, "weight_decay": 2.0**-18}], ids=str)
@pytest.mark.parametrize("tiny", [0.0, 2.0**-24])
def test_factors_beyond_float16_move_parameters_in_float16(tiny: float, settings: dict[str, float]) -> None:
    x = torch.nn.Parameter(torch.ones(4, dtype=torch.float16))
    optimizer = SAM_SPS([x], **{"rho": 0.5, "weight_decay": 0.0, "gamma_b": 2.0**18, **settings})
    x.grad = torch.full_like(x, tiny)
    optimizer.first_step()
    # e − x = rho grad / ||grad||, and 0 without a gradient.
    assert x.tolist() == [1.25 if tiny else 1.0] * 4
    x.grad = torch.full_like(x, tiny)
    optimizer.second_step(loss=1.0)
    shrunk = 0.5 if settings else 1.0
    torch.testing.assert_close(x, torch.full_like(x, shrunk * (1.0 - 2.0**18 * tiny)), rtol=1e-3, atol=0.0)


def test_gradients_in_a_wider_type_are_not_rounded_to_that_of_the_parameters() -> None:
    x = torch.nn.Parameter(torch.ones(4, dtype=torch.float16))
    x.grad_dtype = torch.float32
    optimizer = SAM_SPS([x], rho=0.0)
    for action in (optimizer.first_step, partial(optimizer.second_step, loss=1e4)):
        x.grad = torch.full((4,), 1e5)  # infinite in float16
        action()
    # γ = 1e4 / 4e10
    torch.testing.assert_close(x, torch.full_like(x, 0.975), rtol=1e-3, atol=0.0)


@pytest.mark.parametrize("n", [16, 4096])  # squares, whose norms are exact
@pytest.mark.parametrize("dtypes", [(torch.float32, torch.float16), (torch.bfloat16, torch.float64)], ids=str)
@pytest.mark.parametrize("is_reversed", [False, True])
def test_gradients_of_several_types_in_one_group(
    dtypes: tuple[torch.dtype, ...], n: int, is_reversed: bool
) -> None:
    params = [torch.nn.Parameter(torch.ones(n)) for _ in dtypes]
    optimizer = SAM_SPS(params, rho=0.0, weight_decay=0.0)
    for action in (optimizer.first_step, partial(optimizer.second_step, loss=2e6 * n)):
        for param, dtype in zip(params, dtypes[:: -1 if is_reversed else 1], strict=True):
            param.grad_dtype = dtype
            param.grad = torch.full((n,), 4000.0, dtype=dtype)  # its square is infinite in float16
        action()
    # γ = 2e6 n / (2 n 1.6e7)
    assert all((param == 1.0 - 4000.0 * 0.0625).all() for param in params)


def test_the_place_to_clip_is_after_unscaling_in_both_passes(linear: nn.Linear) -> None:
    optimizer, scaler = SAM_SPS(linear.parameters()), torch.amp.GradScaler("cpu", init_scale=2.0**10)
    data, norms = inputs(), []

    def closure() -> Tensor:
        loss = nn.functional.cross_entropy(linear(data[0]), data[1])
        scaler.scale(loss).backward()
        return loss

    def clip() -> None:
        norms.append(nn.utils.clip_grad_norm_(linear.parameters(), 0.5).item())

    scaled_step(optimizer, scaler, closure, clip)
    assert len(norms) == 2
    assert 0.5 < norms[0] < 10.0
    assert optimizer.last_step is not None
    assert optimizer.last_step.grad_x_norm == pytest.approx(0.5, rel=1e-5)
    assert optimizer.last_step.grad_e_norm == pytest.approx(0.5, rel=1e-5)
