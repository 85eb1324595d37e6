"""Hooks, schedulers and cancelled steps of those who call `first_step` and `second_step`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.optim import optimizer as torch_optimizer

from sam_sps import SAM_SPS, StepCounts, schedule
from tests.sam_sps.problems import backward, no_warning, parameter, same_bits


def in_two_calls(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    optimizer.first_step(zero_grad=True, loss=backward(loss()))
    optimizer.second_step(zero_grad=True, loss=backward(loss()))


def with_closure(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    optimizer.step(lambda: backward(loss()))


@pytest.mark.parametrize("how", [in_two_calls, with_closure])
@pytest.mark.parametrize("is_global", [False, True])
def test_hooks_are_called_once_a_step(how: Callable[..., None], is_global: bool) -> None:
    x = parameter(1.0, 2.0)
    optimizer = SAM_SPS([x])
    called: list[Any] = []

    def noted(name: str) -> Callable[..., None]:
        return lambda it, *_: called.append((name, it is optimizer, x.tolist()))

    registers: tuple[Callable[..., Any], ...] = (
        (torch_optimizer.register_optimizer_step_pre_hook, torch_optimizer.register_optimizer_step_post_hook)
        if is_global
        else (optimizer.register_step_pre_hook, optimizer.register_step_post_hook)
    )
    handles = [register(noted(name)) for register, name in zip(registers, ("pre", "post"), strict=True)]
    try:
        for number in (1, 2):
            before = x.tolist()
            how(optimizer, lambda: x.square().sum())
            assert called[-2:] == [("pre", True, before), ("post", True, x.tolist())]
            assert len(called) == 2 * number
    finally:
        for handle in handles:
            handle.remove()


def test_a_hook_may_change_the_arguments_of_the_first_call() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    optimizer.register_step_pre_hook(lambda _, args, kwargs: (args, {**kwargs, "loss": 7.0}))
    in_two_calls(optimizer, lambda: x.square().sum())
    assert optimizer.last_step is not None
    assert optimizer.last_step.loss_x == 7.0


def test_schedules_hold_in_two_calls_too() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    schedule(optimizer, rho=lambda t: 1.0 / t)
    seen = []
    for _ in range(3):
        in_two_calls(optimizer, lambda: x.square().sum())
        seen.append(optimizer.last_step.perturbation_norm)  # type: ignore[union-attr]
    assert seen == pytest.approx([1.0, 1 / 2, 1 / 3])


def test_a_scheduler_after_two_calls_is_in_order() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match="has no effect"):  # ours, of the scheduler itself
        in_two_calls(optimizer, lambda: x.square().sum())
    with no_warning():
        scheduler.step()


@pytest.mark.parametrize("capturable", [False, True])
def test_a_cancelled_step_puts_x_back_and_counts_as_skipped(capturable: bool) -> None:
    x = parameter(0.1, -0.0, 3.0, dtype=torch.float32)
    optimizer = SAM_SPS([x], rho=0.5, capturable=capturable)
    with_closure(optimizer, lambda: x.square().sum())
    after: list[int] = []
    optimizer.register_step_post_hook(lambda *_: after.append(1))
    before = x.detach().clone()
    value = backward(x.square().sum())
    optimizer.first_step(loss=value)
    assert not same_bits([x], [before])
    optimizer.cancel_step()
    assert same_bits([x], [before])
    assert not optimizer.is_perturbed
    assert optimizer.counts == StepCounts(steps=2, skipped=1, evaluations=3)
    assert after == [1]
    info = optimizer.last_step
    assert info is not None
    assert info.skipped
    assert (info.loss_x, info.gamma, info.perturbation_norm) == (
        pytest.approx(value.item()),
        0.0,
        pytest.approx(0.5),
    )
    optimizer.zero_grad()
    with_closure(optimizer, lambda: x.square().sum())
    assert optimizer.counts == StepCounts(steps=3, skipped=1, evaluations=5)


def test_cancelling_without_an_open_step_does_nothing() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    optimizer.cancel_step()
    backward(x.square().sum())
    optimizer.first_step()
    with pytest.raises(ValueError, match="loss must be"):
        optimizer.second_step(loss="broken")  # type: ignore[arg-type]
    optimizer.cancel_step()
    assert x.item() == 1.0
    assert optimizer.counts == StepCounts()
