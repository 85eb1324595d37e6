"""Which parameters are decayed and perturbed: the kinds of a model with everything in it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm
from torch.nn.utils.parametrize import register_parametrization

from sam_sps import SAM_SPS, parameter_groups
from tests.sam_sps.problems import backward, parameter


class RootMeanSquareNorm(nn.Module):
    """A normalisation layer that torch does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(4))


class Halved(nn.Module):
    def forward(self, bias: Tensor) -> Tensor:
        return bias / 2


class PreNormBlock(nn.Module):
    """Named like a layer that normalises; its own layers are not."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(4, 4)


def model() -> nn.Module:
    halved = nn.Linear(4, 4)
    register_parametrization(halved, "bias", Halved())
    frozen = nn.Linear(4, 4).requires_grad_(False)
    tied = nn.Linear(4, 4, bias=False)
    return nn.ModuleDict(
        {
            "conv": nn.Conv1d(4, 4, 1),
            "bn": nn.BatchNorm1d(4),
            "ln": nn.LayerNorm(4),
            "own": RootMeanSquareNorm(),
            "lstm": nn.LSTM(4, 4),
            "attention": nn.MultiheadAttention(4, 1),
            "relative_bias": nn.Embedding(4, 4),
            "block": PreNormBlock(),
            "weight_norm": weight_norm(nn.Linear(4, 4)),
            "halved": halved,
            "frozen": frozen,
            "tied": tied,
            "again": tied,
        }
    )


BIASES = {
    "conv.bias", "bn.bias", "ln.bias", "lstm.bias_ih_l0", "lstm.bias_hh_l0", "attention.in_proj_bias",
    "attention.out_proj.bias", "block.inner.bias", "weight_norm.bias", "frozen.bias",
    "halved.parametrizations.bias.original",
}  # fmt: skip
NORMS = {"bn.weight", "bn.bias", "ln.weight", "ln.bias", "own.scale"}


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [((), set()), (["bias"], BIASES), ({"norm"}, NORMS), (("norm", "bias"), BIASES | NORMS)],
    ids=["none", "bias", "norm", "both"],
)
@pytest.mark.parametrize("argument", ["no_decay", "no_perturbation"])
def test_the_kinds_of_parameters(argument: str, kinds: Any, expected: set[str]) -> None:
    everything = model()
    names = {id(param): name for name, param in everything.named_parameters()}
    groups = parameter_groups(everything, **{"no_decay": (), argument: kinds})
    key = {"no_decay": "weight_decay", "no_perturbation": "rho"}[argument]
    out = [names[id(p)] for group in groups if key in group for p in group["params"]]
    assert set(out) == expected
    assert all(group[key] == 0.0 for group in groups if key in group)
    every = [names[id(p)] for group in groups for p in group["params"]]
    assert sorted(every) == sorted(names.values())


def test_what_a_group_does_not_name_is_that_of_the_optimizer() -> None:
    layers = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    groups = parameter_groups(layers, no_perturbation=["norm"])
    optimizer = SAM_SPS(groups, rho=0.2, weight_decay=0.01, gamma_b=3.0)
    seen = [(g["weight_decay"], g["rho"], g["gamma_b"], len(g["params"])) for g in optimizer.param_groups]
    # Decayed and perturbed: two weights. Not decayed: two biases. Neither: scale and shift of BatchNorm.
    assert seen == [(0.01, 0.2, 3.0, 2), (0.0, 0.2, 3.0, 2), (0.0, 0.0, 3.0, 2)]
    perturbed_only = parameter_groups(layers, no_decay=(), no_perturbation=["bias"])
    assert [(g.get("weight_decay"), g.get("rho")) for g in perturbed_only] == [(None, None), (None, 0.0)]


def test_by_hand_one_step_of_weight_and_bias() -> None:
    # f = (w + b)², w = 1, b = 0: gradient (2, 2), e − x = ρ (2, 0)/√8.
    line = nn.Linear(1, 1).double()
    with torch.no_grad():
        line.weight.fill_(1.0)
        line.bias.fill_(0.0)
    optimizer = SAM_SPS(parameter_groups(line, no_perturbation=["bias"]), rho=8**0.5, weight_decay=0.1)
    seen = []

    def closure() -> Tensor:
        seen.append((line.weight.item(), line.bias.item()))
        return backward(line(torch.ones(1, dtype=torch.float64)).square().sum())

    optimizer.step(closure)
    assert seen == [(1.0, 0.0), pytest.approx((3.0, 0.0))]
    # N = 9 − 6·2 < 0: γ = 0.
    assert optimizer.counts.clamped == 1
    for group in optimizer.param_groups:
        group["rho"] = 0.0
    optimizer.step(closure)  # γ = 1/8, on (2, 2), decay on w alone
    assert line.weight.item() == pytest.approx(1 - (2 + 0.1) / 8, rel=1e-15)
    assert line.bias.item() == pytest.approx(-2 / 8, rel=1e-15)


def test_a_group_without_parameters_is_left_out() -> None:
    assert len(parameter_groups(nn.Linear(2, 2, bias=False))) == 1
    assert len(parameter_groups(nn.BatchNorm1d(2), no_perturbation=["norm"])) == 1
    assert parameter_groups(nn.ReLU()) == []


@pytest.mark.parametrize(
    ("error", "message", "settings"),
    [
        (ValueError, "kinds must be among bias, norm, got 'weight'", {"no_decay": ["weight"]}),
        (ValueError, "kinds must be among bias, norm, got 'BatchNorm'", {"no_perturbation": ["BatchNorm"]}),
        (TypeError, "kinds must be a list of names, got the string 'norm'", {"no_decay": "norm"}),
    ],
)
def test_unknown_kinds_are_refused(error: type[Exception], message: str, settings: Any) -> None:
    with pytest.raises(error, match=message):
        parameter_groups(nn.Linear(2, 2), **settings)


def test_parameters_alone_have_no_names() -> None:
    with pytest.raises(TypeError, match=r"model must be a torch\.nn\.Module, got list"):
        parameter_groups([parameter(1.0)])  # type: ignore[arg-type]
