"""BatchNorm and dropout: what both passes of a step share."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from sam_sps import (
    SAM_SPS,
    ReplayRandomness,
    UpdateStatisticsOnce,
)
from sam_sps.functional import polyak_numerator, polyak_step_size, update_
from sam_sps.sums import squared_norm
from tests.sam_sps.problems import (
    backward,
    batch,
    closure_for,
    copies,
    inputs,
    same_bits,
    small_network,
)


@pytest.mark.parametrize("layer", [nn.BatchNorm1d(8), nn.BatchNorm1d(8, momentum=None)], ids=["ema", "mean"])
def test_running_statistics_once_a_step(layer: nn.BatchNorm1d) -> None:
    model = nn.Sequential(layer, nn.Linear(8, 4))
    once, x_y = nn.BatchNorm1d(8, momentum=layer.momentum), inputs()
    once(x_y[0])
    optimizer = SAM_SPS(model.parameters(), rho=0.5)
    statistics = UpdateStatisticsOnce(optimizer, model)

    def closure() -> Tensor:
        with statistics:
            loss = nn.functional.cross_entropy(model(x_y[0]), x_y[1])
            loss.backward()
        return loss

    optimizer.step(closure)
    assert same_bits(list(layer.buffers()), list(once.buffers()))
    assert layer.num_batches_tracked == 1


def test_by_default_statistics_are_updated_twice_as_officially() -> None:
    model = small_network()
    SAM_SPS(model.parameters()).step(closure_for(model, batch(0)))
    assert model[1].num_batches_tracked == 2


@pytest.mark.parametrize("at_pass", [1, 2])
def test_an_exception_leaves_the_statistics_as_they_were(at_pass: int) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters())
    before = [buffer.clone() for buffer in model.buffers()]
    statistics, calls = UpdateStatisticsOnce(optimizer, model), []

    def closure() -> Tensor:
        with statistics:
            loss = closure_for(model, batch(0))()
            calls.append(1)
            if len(calls) == at_pass:
                raise ValueError("broken")
        return loss

    with pytest.raises(ValueError, match="broken"):
        optimizer.step(closure)
    assert same_bits(list(model.buffers()), before)


def dropout_network() -> nn.Sequential:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Dropout(0.5), nn.Linear(32, 4))


def test_with_replay_rho_zero_is_plain_sps_max_bit_for_bit() -> None:
    sam, plain = dropout_network(), dropout_network()
    optimizer = SAM_SPS(sam.parameters(), rho=0.0, weight_decay=0.01, gamma_b=0.7)
    replay = ReplayRandomness(optimizer)
    params = list(plain.parameters())
    for seed in range(10):
        x, y = inputs(seed)

        def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
            with replay:
                loss = nn.functional.cross_entropy(sam(x), y)
                loss.backward()
            return loss

        torch.manual_seed(seed)
        optimizer.step(closure)
        drawn = torch.get_rng_state()

        torch.manual_seed(seed)
        plain.zero_grad()
        loss = nn.functional.cross_entropy(plain(x), y)
        loss.backward()
        grads = [param.grad for param in params]
        gamma = polyak_step_size(
            polyak_numerator(loss.item(), 0.0, 0.0), squared_norm(grads, on_host=True), 0.7
        )
        with torch.no_grad():
            update_(params, copies(plain), grads, gamma, 0.01)

        assert same_bits(copies(sam), copies(plain))
        assert torch.equal(drawn, torch.get_rng_state())


def test_without_replay_the_masks_differ() -> None:
    torch.manual_seed(0)
    model = dropout_network()
    optimizer = SAM_SPS(model.parameters(), rho=0.0)
    x, y = inputs()
    optimizer.step(lambda: backward(nn.functional.cross_entropy(model(x), y)))
    assert optimizer.last_step is not None
    assert optimizer.last_step.loss_x != optimizer.last_step.loss_e


def test_replay_needs_a_first_pass(linear: nn.Linear) -> None:
    optimizer = SAM_SPS(linear.parameters())
    replay = ReplayRandomness(optimizer)
    linear(inputs()[0]).sum().backward()
    optimizer.first_step()
    with pytest.raises(RuntimeError, match="first pass"), replay:
        pass


@pytest.mark.parametrize("options", [{}, {"capturable": True}], ids=str)
@pytest.mark.parametrize("how", ["nan in the batch", "infinite loss", "cancelled", "left out"])
def test_a_skipped_step_leaves_the_statistics_as_they_were(how: str, options: dict[str, bool]) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), **options)
    statistics, (images, labels) = UpdateStatisticsOnce(optimizer, model), batch(0)

    def closure(images: Tensor = images, factor: float = 1.0) -> Tensor:
        total = torch.zeros(())
        for x, y in zip(images.chunk(2), labels.chunk(2), strict=True):  # two micro-batches
            with statistics:
                loss = factor * nn.functional.cross_entropy(model(x), y) / 2
                loss.backward()
            total += loss.detach()
        return total

    optimizer.step(closure)
    before = [buffer.clone() for buffer in model.buffers()]
    assert model[1].num_batches_tracked == 2
    images = images.clone()
    images[0, 0, 0, 0] = math.nan
    if how == "nan in the batch":
        optimizer.step(lambda: closure(images))
    elif how == "infinite loss":
        optimizer.step(lambda: closure(factor=math.inf))
    elif how == "cancelled":
        optimizer.first_step(loss=closure(), zero_grad=True)
        optimizer.cancel_step()
    else:
        parts = iter([closure])
        optimizer.step(lambda: next(parts, lambda: None)())  # type: ignore[no-any-return]
    assert same_bits(list(model.buffers()), before)
    assert optimizer.counts.skipped == 1
    optimizer.step(closure)
    assert model[1].num_batches_tracked == 4
