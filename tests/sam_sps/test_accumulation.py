"""Micro-batches that come one call at a time, and gradients that a step would drop."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS, Accumulation, ReplayRandomness, UpdateStatisticsOnce
from tests.sam_sps.problems import backward, batch, closure_for, no_warning, parameter, small_network


def test_by_hand() -> None:
    """f = mean of (w − a)² over a = 0, 2, from w = 2, ρ = ½: ∇f(2) = 2, e = 2.5.

    f(e) = (6.25 + 0.25)/2 = 3.25, ∇f(e) = (5 + 1)/2 = 3, N = 3.25 − 1.5, γ = 1.75/9, w⁺ = 2 − 1.75/3.
    """
    w = parameter(2.0)
    optimizer = SAM_SPS([w], weight_decay=0.0, rho=0.5)
    accumulate = Accumulation(optimizer, 2, lambda a: (w - a).square().sum())
    assert accumulate(0.0) is None
    assert w.item() == 2.0
    assert optimizer.counts.steps == 0
    assert accumulate(2.0) == pytest.approx(3.25)
    assert w.item() == pytest.approx(2.0 - 1.75 / 3.0, rel=1e-14)
    assert optimizer.counts.evaluations == 2
    assert accumulate.finish() is None
    accumulate(0.0)
    assert accumulate.finish() is not None  # what is left at the end of an epoch
    assert optimizer.counts.steps == 2


def test_sizes_weigh_as_in_the_joined_batch() -> None:
    torch.manual_seed(0)
    one, two = nn.Linear(64, 4).double(), nn.Linear(64, 4).double()
    two.load_state_dict(one.state_dict())
    (images, labels), optimizers = batch(0, torch.float64), [SAM_SPS(m.parameters()) for m in (one, two)]
    images = images.flatten(1)
    optimizers[0].step(closure_for(one, (images, labels)))
    accumulate = Accumulation(
        optimizers[1],
        3,
        lambda part: nn.functional.cross_entropy(two(part[0]), part[1]),
        size_of=lambda part: len(part[1]),
    )
    for part in zip(images.split([8, 7, 1]), labels.split([8, 7, 1]), strict=True):
        loss = accumulate(part)
    assert loss is not None
    assert optimizers[0].last_step is not None
    assert loss.item() == pytest.approx(optimizers[0].last_step.loss_e, rel=1e-12)
    for p, q in zip(one.parameters(), two.parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=1e-12, atol=1e-14)


def test_contexts_are_entered_around_a_pass_and_no_sync_around_all_but_its_last_part() -> None:
    entered: list[str] = []

    @contextlib.contextmanager
    def no_sync() -> Iterator[None]:
        entered.append("no_sync")
        yield

    model = nn.Sequential(small_network(), nn.Dropout(0.5))
    optimizer = SAM_SPS(model.parameters(), rho=0.0)
    accumulate = Accumulation(
        optimizer,
        3,
        lambda data: nn.functional.cross_entropy(model(data[0]), data[1]),
        no_sync=no_sync,
        contexts=[ReplayRandomness(optimizer), UpdateStatisticsOnce(optimizer, model)],
    )
    for seed in range(3):
        accumulate(batch(seed))
    assert entered == ["no_sync"] * 4
    assert model[0][1].num_batches_tracked == 3
    assert optimizer.last_step is not None
    assert optimizer.last_step.loss_e == optimizer.last_step.loss_x  # the same masks


def test_a_backward_that_multiplies_is_refused_and_nothing_has_moved() -> None:
    w = parameter(2.0)
    optimizer = SAM_SPS([w])
    accumulate = Accumulation(
        optimizer, 1, lambda a: (w - a).square().sum(), backward=lambda loss: (loss / 4.0).backward()
    )
    with pytest.raises(RuntimeError, match=r"multiplied the gradients by 0\.25: .*accumulation_steps at 1"):
        accumulate(1.0)
    with pytest.raises(RuntimeError, match="did nothing"):
        Accumulation(optimizer, 1, lambda a: (w - a).square().sum(), backward=lambda loss: None)(1.0)
    assert w.item() == 2.0
    assert optimizer.counts.steps == 0


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "4"])
def test_the_number_is_checked(number: Any) -> None:
    with pytest.raises(ValueError, match=r"^number must be an integer >= 1, got"):
        Accumulation(SAM_SPS([parameter(1.0)]), number, lambda a: a)


class Idle:
    """A wrapper that leaves steps out, as inside `accelerator.accumulate()`."""

    def __init__(self, optimizer: SAM_SPS) -> None:
        self.optimizer = optimizer

    def step(self, closure: Any) -> None:
        pass


def test_a_wrapper_that_takes_no_step_is_refused() -> None:
    w = parameter(1.0)
    accumulate = Accumulation(Idle(SAM_SPS([w])), 1, lambda a: (w - a).square().sum())
    with pytest.raises(RuntimeError, match=r"did not take the step.*accelerator\.accumulate"):
        accumulate(0.0)


def test_gradients_that_a_step_would_drop_are_told_of_once() -> None:
    w = parameter(1.0)
    optimizer = SAM_SPS([w])

    def step() -> Tensor | None:
        return optimizer.step(lambda: backward(w.square().sum()))

    with no_warning():
        step()
        step()  # the gradients that a step leaves are its own
        optimizer.zero_grad()
        step()
        optimizer.zero_grad(set_to_none=False)
        step()
        backward(w.square().sum())
        optimizer.zero_grad()  # dropped on purpose
        step()
    backward(w.square().sum())
    with pytest.warns(UserWarning, match="drops gradients that were made since the last step") as record:
        step()
    backward(w.square().sum())
    step()
    assert len(record) == 1


def test_a_frozen_parameter_or_an_interrupted_step_leaves_nothing_to_tell() -> None:
    v, w = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([v, w])
    with no_warning():
        optimizer.step(lambda: backward((v + w).square().sum()))
        v.requires_grad_(False)
        v.grad = None
        optimizer.step(lambda: backward((v + w).square().sum()))
        with pytest.raises(ZeroDivisionError):
            optimizer.step(lambda: backward(w.square().sum()) / 0 if optimizer.is_perturbed else 1 / 0)
        optimizer.step(lambda: backward(w.square().sum()))
