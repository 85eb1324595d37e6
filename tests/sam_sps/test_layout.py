"""Where parameters lie in memory, and in which order, does not change a step."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from sam_sps import SAM_SPS
from tests.sam_sps.problems import batch, closure_for, copies, same_bits, small_network


def test_channels_last_gives_the_same_step() -> None:
    one, two = small_network(), small_network().to(memory_format=torch.channels_last)
    data = batch(1)
    optimizers = [SAM_SPS(model.parameters()) for model in (one, two)]
    optimizers[0].step(closure_for(one, data))
    optimizers[1].step(closure_for(two, (data[0].contiguous(memory_format=torch.channels_last), data[1])))
    for p, q in zip(one.parameters(), two.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("proximal", [False, True])
def test_a_layout_that_changes_between_steps_does_not_change_them(proximal: bool) -> None:
    torch.manual_seed(0)
    staying = torch.nn.Conv2d(2, 3, 3, bias=False)
    changing = copy.deepcopy(staying).to(memory_format=torch.channels_last)
    images = torch.randn(4, 2, 5, 5)

    def closure_of(model: torch.nn.Module) -> Callable[[], Tensor]:
        def closure() -> Tensor:
            loss: Tensor = model(images).square().mean()
            loss.backward()
            return loss

        return closure

    optimizers = [SAM_SPS(model.parameters(), proximal=proximal) for model in (changing, staying)]
    for _ in range(3):
        optimizers[0].step(closure_of(changing))
        optimizers[1].step(closure_of(staying))
        changing.to(memory_format=torch.contiguous_format)
    torch.testing.assert_close(changing.weight, staying.weight, rtol=1e-5, atol=1e-6)


def test_parameters_that_move_to_other_memory_step_as_if_they_had_not() -> None:
    moving, staying = small_network(), small_network()
    optimizer, twin = SAM_SPS(moving.parameters()), SAM_SPS(staying.parameters())

    def moved(closure: Callable[[], Tensor]) -> Callable[[], Tensor]:
        def run() -> Tensor:
            for param in moving.parameters():
                old = param.data
                param.data = old.clone()
                old.fill_(math.nan)
            return closure()

        return run

    for seed in range(3):
        optimizer.step(moved(closure_for(moving, batch(seed))))
        twin.step(closure_for(staying, batch(seed)))
        assert same_bits(copies(moving), copies(staying))
