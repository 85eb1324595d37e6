"""Steps that never wait for the device, and gradients that are let go."""

from __future__ import annotations

import math
import weakref
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from sam_sps import SAM_SPS
from tests.sam_sps.problems import (
    backward,
    batch,
    closure_for,
    copies,
    no_warning,
    parameter,
    same_bits,
    small_network,
)


@pytest.mark.parametrize("proximal", [False, True])
def test_a_capturable_step_never_reads_a_number(proximal: bool) -> None:
    """On the meta device there are no numbers at all: whoever asks for one raises."""
    x, y = nn.Parameter(torch.empty(5, device="meta")), nn.Parameter(torch.empty((), device="meta"))
    settings = {"gamma_growth": 2.0, "online_lower_bound": True, "proximal": proximal}
    optimizer = SAM_SPS([{"params": [x]}, {"params": [y]}], capturable=True, **settings)
    for _ in range(3):
        optimizer.step(lambda: backward(x.square().sum() * y))
    assert optimizer.param_groups[0]["lr"].device.type == "meta"
    with pytest.raises((RuntimeError, NotImplementedError)):
        _ = optimizer.last_step


class CountReads(TorchDispatchMode):
    """Counts how often a number is read from a tensor: what would wait for the device on an accelerator."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.reads += func in (torch.ops.aten._local_scalar_dense.default, torch.ops.aten.is_nonzero.default)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("capturable", [True, False])
def test_a_capturable_step_dispatches_no_read(capturable: bool) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=capturable, gamma_growth=2.0, online_lower_bound=True)
    with CountReads() as mode:
        for seed in range(3):
            optimizer.step(closure_for(model, batch(seed)))
        assert (mode.reads == 0) == capturable
        _ = optimizer.last_step, optimizer.counts
    assert optimizer.counts.steps == 3


def test_another_step_reads_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off the CPU, without `capturable`: one list of numbers a step, and nothing else."""
    reads: list[int] = []

    def tolist(tensor: Tensor) -> list[float]:
        reads.append(tensor.numel())
        return [0.5] * tensor.numel()

    x = nn.Parameter(torch.empty(5, device="meta"))
    optimizer = SAM_SPS([x])
    monkeypatch.setattr(Tensor, "tolist", tolist)
    for number in range(1, 4):
        optimizer.step(lambda: backward(x.square().sum()))
        assert len(reads) == number
    assert optimizer.param_groups[0]["lr"] == 0.5


@pytest.mark.parametrize("proximal", [False, True])
@pytest.mark.parametrize("lambd", [0.0, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
def test_capturable_takes_the_same_steps(dtype: torch.dtype, lambd: float, proximal: bool) -> None:
    models = [small_network(dtype=dtype), small_network(dtype=dtype)]
    optimizers = []
    for model, capturable in zip(models, (False, True), strict=True):
        params = list(model.parameters())
        groups = [{"params": params[:2], "weight_decay": 0.1}, {"params": params[2:], "gamma_b": 0.2}]
        settings = {"rho": 0.05, "lambd": lambd, "proximal": proximal}
        optimizers.append(SAM_SPS(groups, gamma_b=0.4, gamma_growth=1.5, capturable=capturable, **settings))
    for seed in range(20):
        for model, optimizer in zip(models, optimizers, strict=True):
            optimizer.step(closure_for(model, batch(seed, dtype)))
    rtol = 1e-4 if dtype == torch.float32 else 1e-10
    for p, q in zip(models[0].parameters(), models[1].parameters(), strict=True):
        torch.testing.assert_close(p, q, rtol=rtol, atol=1e-6)
    assert optimizers[0].counts == optimizers[1].counts
    assert optimizers[0].last_step is not None
    assert optimizers[1].last_step is not None
    assert optimizers[1].last_step.gammas == pytest.approx(optimizers[0].last_step.gammas, rel=rtol)
    assert optimizers[1].last_step.capped == optimizers[0].last_step.capped


def test_a_capturable_step_writes_into_the_same_tensors_and_saves_plain_numbers() -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=True)
    optimizer.step(closure_for(model, batch(0)))
    group = optimizer.param_groups[0]
    places = [group["lr"], group["counts"], group["gamma_last"]]
    state = optimizer.state_dict()
    with no_warning():
        optimizer.step(closure_for(model, batch(1)))
    assert all(
        a is b for a, b in zip(places, (group["lr"], group["counts"], group["gamma_last"]), strict=True)
    )
    assert state["param_groups"][0]["counts"][0] == 1
    assert type(state["param_groups"][0]["lr"]) is float
    resumed = SAM_SPS(model.parameters(), capturable=True)
    resumed.load_state_dict(optimizer.state_dict())
    resumed.step(closure_for(model, batch(2)))
    assert resumed.counts.steps == 3


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("what", ["loss", "gradient"])
@pytest.mark.parametrize("at_pass", [1, 2])
def test_a_capturable_step_skips_what_is_not_finite(what: str, at_pass: int, value: float) -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters(), capturable=True, weight_decay=0.1)
    with torch.no_grad():
        model[4].weight[0, 0] = -0.0
    before, calls = copies(model), []

    def closure() -> Tensor:
        loss = closure_for(model, batch(0))()
        calls.append(1)
        if len(calls) == at_pass and what == "gradient":
            model[4].weight.grad[0, 0] = value
        return loss * value if len(calls) == at_pass and what == "loss" else loss

    optimizer.step(closure)
    assert same_bits(copies(model), before)
    assert all(torch.isfinite(buffer).all() for buffer in model.buffers())
    assert (optimizer.counts.steps, optimizer.counts.skipped) == (1, 1)
    assert optimizer.param_groups[0]["lr"].item() == 0.0


def test_capturable_excludes_raising() -> None:
    with pytest.raises(ValueError, match="error_if_nonfinite"):
        SAM_SPS([parameter(1.0)], capturable=True, error_if_nonfinite=True)


def test_the_gradients_of_a_pass_are_not_kept_for_the_next_one() -> None:
    model = small_network()
    optimizer = SAM_SPS(model.parameters())
    plain = closure_for(model, batch(0))
    before: list[weakref.ref[Tensor]] = []

    def closure() -> Tensor:
        assert all(gradient() is None for gradient in before)
        loss = plain()
        before[:] = [weakref.ref(p.grad) for p in model.parameters() if p.grad is not None]
        assert before
        return loss

    for _ in range(2):
        optimizer.step(closure)


def test_a_capturable_step_in_float64_loses_no_digits() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], capturable=True, proximal=True, weight_decay=0.1, rho=0.0)
    for _ in range(2):
        x.grad = torch.zeros_like(x)
        if optimizer.is_perturbed:
            optimizer.second_step(loss=torch.tensor(1.0, dtype=torch.float64))
        else:
            optimizer.first_step()
    assert x.item() == pytest.approx(1.0 / 1.1, rel=1e-15)

    x.grad = torch.full_like(x, 0.1)
    optimizer.first_step(loss=0.5)  # a float, which the device has in float32
    x.grad = torch.full_like(x, 0.1)
    optimizer.second_step(loss=0.5)
    assert optimizer.last_step is not None
    assert optimizer.last_step.grad_x_norm == pytest.approx(0.1, rel=1e-15)
