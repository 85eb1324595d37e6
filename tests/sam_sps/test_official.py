"""Agreement with the official package 1.0.0 over runs of 50 steps that are never brought together again."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from sam_sps import SAM_SPS
from tests.sam_sps.official import official_package
from tests.sam_sps.problems import batch, closure_for, small_network

#: Relative difference allowed in γ and, measured in the norm of the parameters, in x.
TOLERANCE = {torch.float32: 1e-5, torch.float64: 1e-6}


def assert_close(model: torch.nn.Module, other: torch.nn.Module, tolerance: float) -> None:
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.linalg.vector_norm(p - q) <= tolerance * torch.linalg.vector_norm(q)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["float32", "float64"])
@pytest.mark.parametrize("lambd", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("weight_decay", [0.0, 5e-4])
@pytest.mark.parametrize("grouped", [False, True], ids=["one group", "two groups"])
def test_fifty_steps(dtype: torch.dtype, lambd: float, weight_decay: float, grouped: bool) -> None:
    models = [small_network(dtype=dtype), small_network(dtype=dtype)]
    settings: dict[str, Any] = {"weight_decay": weight_decay, "rho": 0.05, "lambd": lambd, "gamma_b": 0.3}

    def parameters(model: torch.nn.Module) -> list[Any]:
        params = list(model.parameters())
        if not grouped:
            return params
        return [{"params": params[:2], "weight_decay": 0.01}, {"params": params[2:]}]

    ours = SAM_SPS(parameters(models[0]), **settings)
    theirs = official_package().SAM_SPS(parameters(models[1]), **settings)
    for seed in range(50):
        data = batch(seed, dtype)
        loss = ours.step(closure_for(models[0], data))
        official_loss = theirs.step(closure_for(models[1], data))
        tolerance = TOLERANCE[dtype]
        assert loss.item() == pytest.approx(official_loss.item(), rel=10 * tolerance)
        for group, other in zip(ours.param_groups, theirs.param_groups, strict=True):
            assert group["lr"] == pytest.approx(other["lr"], rel=tolerance, abs=1e-7)
        assert_close(models[0], models[1], tolerance)
    # Both rules must have been at work, or the comparison says little.
    assert 0 < ours.counts.capped < 50
    assert ours.counts.skipped == 0


def test_defaults_are_the_official_ones() -> None:
    x = torch.nn.Parameter(torch.ones(2))
    ours, theirs = SAM_SPS([x]), official_package().SAM_SPS([x])
    group = ours.param_groups[0]
    assert group["lr"] == theirs.param_groups[0]["lr"]
    assert group["weight_decay"] == theirs.param_groups[0]["weight_decay"]
    for name in ("rho", "lambd", "f_star", "gamma_b"):
        assert group[name] == getattr(theirs, name)


def test_a_checkpoint_of_the_official_package_loads() -> None:
    x = torch.nn.Parameter(torch.ones(2))
    ours = SAM_SPS([x], rho=0.7, weight_decay=0.1)
    ours.load_state_dict(official_package().SAM_SPS([x], weight_decay=0.25, gamma_b=0.5).state_dict())
    assert ours.param_groups[0]["rho"] == 0.7
    assert ours.param_groups[0]["weight_decay"] == 0.25
