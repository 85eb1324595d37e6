"""An interrupt at any line of a step leaves x or x⁺, and the next step is as good as any."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from types import FrameType
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from tests.sam_sps.problems import same_bits


def bowl() -> tuple[list[nn.Parameter], Callable[[], Tensor]]:
    """A long parameter, short ones with a shape and a vector; a quadratic of them."""
    generator = torch.Generator().manual_seed(0)
    shapes = [(2, 3, 2, 2), (80, 60), (4, 2, 3, 3), (5,)]
    params = [nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]

    def closure() -> Tensor:
        loss = torch.stack([0.01 * param.square().sum() for param in params]).sum()
        loss.backward()
        return loss

    return params, closure


def move(params: list[nn.Parameter]) -> None:
    for param in params:
        param.data = param.data.clone()


def change_layout(params: list[nn.Parameter]) -> None:
    for param in params:
        if param.ndim == 4:
            param.data = param.data.contiguous(memory_format=torch.channels_last)


def interrupt_at(point: int, step: Callable[[], Any]) -> bool:
    """Run `step`, interrupted before its line number `point`; whether it has so many."""
    lines = count(1)

    def at_line(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and next(lines) == point:
            raise KeyboardInterrupt
        return at_line

    def at_call(frame: FrameType, _event: str, _argument: object) -> Any:
        # Nothing can be promised for an interrupt of the restoring itself.
        is_ours = frame.f_globals["__name__"].startswith("sam_sps.")
        return at_line if is_ours and frame.f_code.co_name not in ("_restore", "restore") else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        step()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.filterwarnings("ignore:SAM_SPS computes its step size")
@pytest.mark.parametrize(("n_before", "change"), [(0, None), (1, None), (1, move), (1, change_layout)])
def test_an_interrupt_at_any_line(n_before: int, change: Callable[[list[nn.Parameter]], None] | None) -> None:
    for point in count(1):
        params, closure = bowl()
        optimizer = SAM_SPS(params, weight_decay=0.1)
        for _ in range(n_before):
            optimizer.step(closure)
        if change is not None:
            change(params)
        x = [param.detach().clone() for param in params]
        if not interrupt_at(point, partial(optimizer.step, closure)):
            break
        assert not optimizer.is_perturbed
        twins, twin_closure = bowl()
        twin = SAM_SPS(twins, weight_decay=0.1)
        for param, old in zip(twins, x, strict=True):
            param.data = old.clone()
        if not same_bits(params, x):
            twin.step(twin_closure)
            assert same_bits(params, twins), f"neither x nor x⁺ after an interrupt at line {point}"
        optimizer.step(closure)
        twin.step(twin_closure)
        for param, wanted in zip(params, twins, strict=True):
            torch.testing.assert_close(param, wanted, rtol=1e-6, atol=1e-8)
    assert point > 500
