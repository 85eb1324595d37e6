"""Gradients, losses and calls that make no step are refused, and leave every parameter as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from sam_sps import SAM_SPS
from tests.sam_sps.problems import parameter, same_bits


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
