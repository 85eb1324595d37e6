"""Nothing but a regular step changes a parameter: γ = 0, numbers that are not finite, exceptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from sam_sps import sam_sps as core
from sam_sps.parts import Ascent
from tests.sam_sps.problems import batch, closure_for, copies, parameter, same_bits, small_network


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("lambd", [0.0, 1.0])
def test_gamma_zero_for_a_thousand_steps_leaves_every_bit(dtype: torch.dtype, lambd: float) -> None:
    generator = torch.Generator().manual_seed(3)
    model = nn.Linear(100, 10).to(dtype)
    with torch.no_grad():
        model.weight.copy_(torch.randn(10, 100, generator=generator))
        model.weight[0, :50] = -0.0
    optimizer = SAM_SPS(model.parameters(), gamma_b=0.0, weight_decay=0.1, rho=0.1, lambd=lambd)
    before = copies(model)
    inputs = torch.randn(1000, 4, 100, generator=generator).to(dtype)
    for x in inputs:

        def closure(x: Tensor = x) -> Tensor:
            loss = model(x).square().mean()
            loss.backward()
            return loss

        optimizer.step(closure)
    assert same_bits(copies(model), before)
    assert optimizer.counts.capped == optimizer.counts.steps == 1000
    assert optimizer.param_groups[0]["lr"] == 0.0


def scripted(model: nn.Module, change: Callable[[int, Tensor], Tensor | None]) -> Callable[[], Tensor]:
    """A closure that hands its pass number and its loss to `change` after backward."""
    plain = closure_for(model, batch(0))
    passes = iter(range(1, 3))

    def closure() -> Tensor:
        loss = plain()
        changed = change(next(passes), loss)
        return loss if changed is None else changed

    return closure


def spoil(model: nn.Module, what: str, at_pass: int, value: float) -> Callable[[int, Tensor], Tensor | None]:
    def change(number: int, loss: Tensor) -> Tensor | None:
        if number != at_pass:
            return None
        if what == "loss":
            return loss * value
        gradient = next(model.parameters()).grad
        assert gradient is not None
        gradient.view(-1)[0] = value
        return None

    return change


NONFINITE = [
    (what, at_pass, value)
    for what in ("loss", "gradient")
    for at_pass in (1, 2)
    for value in (math.nan, math.inf, -math.inf)
]


@pytest.mark.parametrize(("what", "at_pass", "value"), NONFINITE)
def test_nonfinite_numbers_skip_the_step(what: str, at_pass: int, value: float) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), weight_decay=0.1)
    optimizer.step(closure_for(model, batch(1)))
    before = copies(model)

    optimizer.step(scripted(model, spoil(model, what, at_pass, value)))

    assert same_bits(copies(model), before)
    assert optimizer.last_step is not None
    assert optimizer.last_step.skipped
    assert not optimizer.last_step.capped
    assert not optimizer.last_step.clamped
    assert optimizer.last_step.gamma == optimizer.param_groups[0]["lr"] == 0.0
    assert (optimizer.counts.steps, optimizer.counts.skipped) == (2, 1)
    # The running statistics have seen finite activations only, and training goes on.
    assert all(torch.isfinite(buffer).all() for buffer in model.buffers())
    optimizer.step(closure_for(model, batch(2)))
    assert not optimizer.last_step.skipped
    assert not same_bits(copies(model), before)


@pytest.mark.parametrize(("what", "at_pass", "value"), NONFINITE)
def test_nonfinite_numbers_raise_on_request(what: str, at_pass: int, value: float) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), weight_decay=0.1, error_if_nonfinite=True)
    before = copies(model)
    with pytest.raises(RuntimeError, match="not finite"):
        optimizer.step(scripted(model, spoil(model, what, at_pass, value)))
    assert same_bits(copies(model), before)
    optimizer.step(closure_for(model, batch(2)))
    assert optimizer.counts.steps == 1


@pytest.mark.parametrize("error", [ValueError("broken batch"), KeyboardInterrupt()])
@pytest.mark.parametrize("at_pass", [1, 2])
def test_an_exception_in_the_closure_restores_and_propagates(error: BaseException, at_pass: int) -> None:
    model, untouched = small_network(), small_network()
    optimizer, twin = SAM_SPS(model.parameters()), SAM_SPS(untouched.parameters())
    before = copies(model)

    def fail(number: int, loss: Tensor) -> None:
        if number == at_pass:
            raise error

    with pytest.raises(type(error)):
        optimizer.step(scripted(model, fail))
    assert same_bits(copies(model), before)
    assert optimizer.counts.steps == 0
    optimizer.step(closure_for(model, batch(2)))
    twin.step(closure_for(untouched, batch(2)))
    assert same_bits(copies(model), copies(untouched))


def test_an_interrupt_of_the_update_restores(monkeypatch: pytest.MonkeyPatch) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), weight_decay=0.1)
    before = copies(model)
    update = core.update_

    def interrupted(*arguments: Any) -> None:
        update(*arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(core, "update_", interrupted)
    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure_for(model, batch(0)))
    assert same_bits(copies(model), before)


def test_a_step_after_an_interrupted_one_measures_its_own_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    model, untouched = small_network(), small_network()
    optimizer, twin = SAM_SPS(model.parameters()), SAM_SPS(untouched.parameters())

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    for seed in range(2):
        optimizer.step(closure_for(model, batch(seed)))
        twin.step(closure_for(untouched, batch(seed)))
    with monkeypatch.context() as patch:
        patch.setattr(Ascent, "give_x", interrupted)
        with pytest.raises(KeyboardInterrupt):
            optimizer.step(closure_for(model, batch(2)))
    optimizer.step(closure_for(model, batch(3)))
    twin.step(closure_for(untouched, batch(3)))
    assert same_bits(copies(model), copies(untouched))


@pytest.mark.parametrize("proximal", [False, True])
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_parameters_in_one_group_step_as_in_groups_of_their_own(weight_decay: float, proximal: bool) -> None:
    together, single = small_network(dtype=torch.float64), small_network(dtype=torch.float64)
    groups = [{"params": [param]} for param in single.parameters()]
    optimizer = SAM_SPS(together.parameters(), weight_decay=weight_decay, proximal=proximal)
    twin = SAM_SPS(groups, weight_decay=weight_decay, proximal=proximal)
    for seed in range(5):
        optimizer.step(closure_for(together, batch(seed, torch.float64)))
        twin.step(closure_for(single, batch(seed, torch.float64)))
        torch.testing.assert_close(copies(together), copies(single), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("capturable", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["float32", "bfloat16"])
def test_a_second_backward_through_the_graph_of_the_first_pass_raises(
    threads: Callable[[int], None], n_threads: int, capturable: bool, dtype: torch.dtype
) -> None:
    """Autograd knows of every change of a parameter: that graph has saved x, and the parameters hold e."""
    threads(n_threads)
    a, b = parameter(1.0, dtype=dtype), parameter(2.0, dtype=dtype)
    optimizer = SAM_SPS([a, b], capturable=capturable)
    loss = (a * b).square().sum()
    loss.backward(retain_graph=True)
    versions = [a._version, b._version]
    optimizer.first_step()
    assert a._version > versions[0]
    assert b._version > versions[1]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    optimizer.zero_grad()
    loss = (a * b).square().sum()
    loss.backward(retain_graph=True)
    optimizer.second_step(loss=loss)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
