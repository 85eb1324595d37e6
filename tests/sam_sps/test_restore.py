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


def no_gradient(number: int) -> Callable[[list[nn.Parameter]], Callable[[], Tensor]]:
    """Closures that produce no gradient in the given pass."""

    def make(params: list[nn.Parameter]) -> Callable[[], Tensor]:
        calls: list[int] = []

        def closure() -> Tensor:
            calls.append(1)
            loss = sum((p.square().sum() for p in params), torch.zeros(()))
            if len(calls) != number:
                loss.backward()
            return loss

        return closure

    return make


@pytest.mark.parametrize("number", [1, 2])
def test_no_gradient_at_all_is_a_clear_error(number: int) -> None:
    x = parameter(1.0, 2.0)
    optimizer = SAM_SPS([x])
    with pytest.raises(RuntimeError, match="no parameter has a gradient"):
        optimizer.step(no_gradient(number)([x]))
    assert x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("at_pass", [1, 2])
@pytest.mark.parametrize(
    "loss", [None, "1.0", True, torch.ones(2), torch.tensor(1j), torch.tensor(True)], ids=repr
)
def test_a_loss_that_is_not_one_number_is_refused(at_pass: int, loss: object) -> None:
    x = parameter(1.0, 2.0)
    optimizer = SAM_SPS([x])
    calls: list[int] = []

    def closure() -> object:
        calls.append(1)
        value = x.square().sum()
        value.backward()
        return loss if len(calls) == at_pass else value

    with pytest.raises(ValueError, match="loss must be one real number"):
        optimizer.step(closure)  # type: ignore[arg-type]
    assert x.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("at_pass", [1, 2])
def test_sparse_gradients_are_refused(at_pass: int) -> None:
    dense, sparse = nn.Embedding(4, 2), nn.Embedding(4, 2, sparse=True)
    params = [dense.weight, sparse.weight]
    optimizer = SAM_SPS(params)
    before = [p.detach().clone() for p in params]
    calls: list[int] = []

    def closure() -> Tensor:
        calls.append(1)
        layer = sparse if len(calls) == at_pass else dense
        loss = layer(torch.tensor([1, 2])).square().sum()
        loss.backward()
        return loss

    with pytest.raises(RuntimeError, match="sparse"):
        optimizer.step(closure)
    assert same_bits(params, before)


@pytest.mark.parametrize("layout", [torch.sparse_coo, torch.sparse_csr, torch.sparse_csc])
@pytest.mark.filterwarnings("ignore:Sparse CS. tensor support is in beta")
def test_sparse_gradients_of_sparse_parameters_are_refused(layout: torch.layout) -> None:
    dense, sparse = parameter(1.0), nn.Parameter(torch.eye(4).to_sparse(layout=layout))
    dense.grad, sparse.grad = torch.ones_like(dense), torch.eye(4).to_sparse(layout=layout)
    with pytest.raises(RuntimeError, match="SAM_SPS does not support sparse gradients"):
        SAM_SPS([dense, sparse]).first_step()
    assert dense.item() == 1.0


def test_complex_gradients_are_refused() -> None:
    x = nn.Parameter(torch.ones(2, dtype=torch.complex64))
    optimizer = SAM_SPS([x])

    def closure() -> Tensor:
        loss = x.abs().sum()
        loss.backward()
        return loss

    with pytest.raises(RuntimeError, match="complex"):
        optimizer.step(closure)


def test_calls_in_the_wrong_order_are_refused() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    with pytest.raises(RuntimeError, match="needs first_step"):
        optimizer.second_step(loss=1.0)
    x.square().sum().backward()
    optimizer.first_step()
    e = x.item()
    for action in (
        optimizer.first_step,
        lambda: optimizer.step(lambda: 1.0),
        optimizer.state_dict,
        lambda: optimizer.load_state_dict({}),
        lambda: optimizer.add_param_group({"params": [parameter(1.0)]}),
    ):
        with pytest.raises(RuntimeError, match="between first_step"):
            action()
    assert x.item() == e
    optimizer.second_step(loss=x.square().sum())
    with pytest.raises(RuntimeError, match="needs first_step"):
        optimizer.second_step(loss=1.0)
    with pytest.raises(ValueError, match="closure"):
        optimizer.step(None)  # type: ignore[arg-type]
