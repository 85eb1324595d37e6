"""Autocast around whole steps: its cache of cast weights must not outlive a change of the weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import lightning
import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from torch import Tensor, nn

from sam_sps import SAM_SPS, scaled_step

LAYERS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "linear": (lambda: nn.Linear(1, 1, bias=False), (1, 1)),
    "conv": (lambda: nn.Conv2d(1, 1, 1, bias=False), (1, 1, 1, 1)),
}

CONTEXTS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "torch": lambda: torch.autocast("cpu", torch.bfloat16),
    "Accelerator": lambda: Accelerator(cpu=True, mixed_precision="bf16").autocast(),
    "Fabric": lambda: lightning.Fabric(accelerator="cpu", devices=1, precision="bf16-mixed").autocast(),
}


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """Accelerate keeps the precision for the whole process."""
    AcceleratorState._reset_state(reset_partial_state=True)
    yield
    AcceleratorState._reset_state(reset_partial_state=True)


def squared(kind: str) -> tuple[nn.Module, Callable[[], Tensor]]:
    """A layer whose only weight is 1, and w² by way of an operation that autocast casts the weight for."""
    make, shape = LAYERS[kind]
    layer, ones = make(), torch.ones(shape)
    nn.init.ones_(next(layer.parameters()))

    def loss() -> Tensor:
        out: Tensor = layer(ones)
        assert out.dtype == torch.bfloat16
        return out.float().square().sum()

    return layer, loss


def with_closure(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    def closure() -> Tensor:
        value = loss()
        value.backward()
        return value

    optimizer.step(closure)


def in_two_calls(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    (value := loss()).backward()
    optimizer.first_step(zero_grad=True, loss=value)
    (value := loss()).backward()
    optimizer.second_step(loss=value)


def scaled(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10)

    def closure() -> Tensor:
        value = loss()
        scaler.scale(value).backward()
        return value

    scaled_step(optimizer, scaler, closure)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("how", [with_closure, in_two_calls, scaled])
@pytest.mark.parametrize("kind", LAYERS)
def test_autocast_around_a_step(
    threads: Callable[[int], None],
    kind: str,
    how: Callable[[SAM_SPS, Callable[[], Tensor]], None],
    context: str,
    n_threads: int,
) -> None:
    threads(n_threads)
    layer, loss = squared(kind)
    optimizer = SAM_SPS(layer.parameters(), rho=0.5, weight_decay=0.0)
    with CONTEXTS[context]():
        how(optimizer, loss)
        after = loss().item()
    # e = 1 + 0.5, N = 2.25 − 3 · 0.5, γ = 0.75 / 9, x⁺ = 1 − 3/12
    info = optimizer.last_step
    assert info is not None
    assert (info.loss_x, info.loss_e, info.numerator) == (1.0, 2.25, 0.75)
    assert info.gamma == pytest.approx(1 / 12, rel=1e-6)
    assert next(layer.parameters()).item() == pytest.approx(0.75, rel=1e-6)
    assert after == pytest.approx(0.75**2, rel=1e-6)


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("is_cancelled", [False, True])
def test_weights_that_are_put_back_are_cast_anew(kind: str, is_cancelled: bool) -> None:
    layer, loss = squared(kind)
    optimizer = SAM_SPS(layer.parameters(), rho=0.5)
    calls: list[int] = []

    def failing() -> Tensor:
        value = loss()
        value.backward()
        calls.append(1)
        if len(calls) == 2:
            raise ValueError("broken")
        return value

    with torch.autocast("cpu", torch.bfloat16):
        if is_cancelled:
            optimizer.first_step(loss=failing(), zero_grad=True)
            assert loss().item() == 2.25
            optimizer.cancel_step()
        else:
            with pytest.raises(ValueError, match="broken"):
                optimizer.step(failing)
        assert loss().item() == 1.0
