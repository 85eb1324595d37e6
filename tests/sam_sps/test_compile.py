"""torch.compile of the model and of a whole step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from tests.sam_sps.problems import backward, copies, inputs, same_bits


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    torch.compiler.reset()


def with_closure(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    optimizer.step(lambda: backward(loss()))


def in_two_calls(optimizer: SAM_SPS, loss: Callable[[], Tensor]) -> None:
    optimizer.first_step(zero_grad=True, loss=backward(loss()))
    optimizer.second_step(zero_grad=True, loss=backward(loss()))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("options", [{}, {"capturable": True}], ids=str)
@pytest.mark.parametrize("how", [with_closure, in_two_calls])
@pytest.mark.parametrize("what", ["the model", "the step"])
def test_what_is_compiled_steps_like_what_is_not(
    threads: Callable[[int], None],
    what: str,
    how: Callable[[SAM_SPS, Callable[[], Tensor]], None],
    options: Any,
    n_threads: int,
) -> None:
    threads(n_threads)
    x, y = inputs()
    found = []
    for is_compiled in (False, True):
        torch.manual_seed(0)
        model = nn.Linear(8, 4)
        optimizer = SAM_SPS(model.parameters(), rho=0.5, **options)
        called: Callable[[Tensor], Tensor] = model
        step: Callable[..., None] = how
        if is_compiled and what == "the model":
            called = torch.compile(model, backend="eager")
        if is_compiled and what == "the step":
            step = torch.compile(how, backend="eager")
        for _ in range(4):
            step(optimizer, lambda called=called: nn.functional.cross_entropy(called(x), y))
        found.append((copies(model), optimizer.last_step, optimizer.counts))
    assert same_bits(found[0][0], found[1][0])
    assert found[0][1:] == found[1][1:]
