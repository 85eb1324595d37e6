"""Two optimizers on one loss: the other one finds the gradient of one pass."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

from sam_sps import SAM_SPS
from tests.sam_sps.problems import backward, parameter


def on_one_loss(how: str, is_told: bool) -> tuple[nn.Parameter, nn.Parameter, SAM_SPS]:
    """w² v at w = 2, v = 1 with ρ = 1: the gradient of v is 4 at x and 9 at e."""
    w, v = parameter(2.0), parameter(1.0)
    head = torch.optim.SGD([v], lr=0.1)
    optimizer = SAM_SPS([w], rho=1.0, weight_decay=0.0, also_zero=[head] if is_told else ())
    v.grad = torch.full_like(v, 100.0) if is_told else None  # of a step before
    if how == "step":
        optimizer.step(lambda: backward((w * w * v).sum()))
    else:
        v.grad = None
        optimizer.first_step(zero_grad=True, loss=backward((w * w * v).sum()))
        optimizer.second_step(zero_grad=True, loss=backward((w * w * v).sum()))
    head.step()
    return w, v, optimizer


@pytest.mark.parametrize("how", ["step", "two calls"])
@pytest.mark.parametrize(("is_told", "gradient"), [(True, 9.0), (False, 13.0)])
def test_the_other_optimizer_steps_with_the_gradient_at_e(how: str, is_told: bool, gradient: float) -> None:
    w, v, _ = on_one_loss(how, is_told)
    assert v.item() == pytest.approx(1.0 - 0.1 * gradient, rel=1e-12)
    # N = 9 − 6 · 1 and ‖∇f(e)‖² = 36, whatever becomes of v
    assert w.item() == pytest.approx(2.0 - 6.0 * 3.0 / 36.0, rel=1e-12)


def test_a_module_will_do() -> None:
    backbone, head = nn.Linear(2, 2), nn.Linear(2, 1)
    optimizer = SAM_SPS(backbone.parameters(), also_zero=(head,))
    optimizer.step(lambda: backward(head(backbone(torch.ones(1, 2))).square().sum()))
    at_e = [param.grad.clone() for param in head.parameters() if param.grad is not None]
    assert len(at_e) == 2
    optimizer.step(lambda: backward(head(backbone(torch.ones(1, 2))).square().sum()))
    assert optimizer.counts.steps == 2


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_copy_of_both_keeps_them_together(duplicate: Callable[[Any], Any]) -> None:
    _, v, optimizer = on_one_loss("step", is_told=True)
    w, v, optimizer = duplicate((*optimizer.param_groups[0]["params"], v, optimizer))
    assert optimizer.also_zero[0].param_groups[0]["params"][0] is v
    optimizer.step(lambda: backward((w * w * v).sum()))
    assert v.grad is not None


@pytest.mark.parametrize("others", [3, [3], torch.optim.SGD([parameter(1.0)]), [parameter(1.0)]], ids=repr)
def test_what_has_no_zero_grad_is_refused(others: Any) -> None:
    with pytest.raises(ValueError, match=r"^also_zero must be a list of optimizers or modules"):
        SAM_SPS([parameter(1.0)], also_zero=others)
