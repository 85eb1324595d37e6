"""Hyperparameters in the parameter groups: validated, live, per group, and saved."""

from __future__ import annotations

import copy
import io
import math
import pickle
from typing import Any

import pytest
import torch
from torch import nn

from sam_sps import SAM_SPS, StepCounts
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

BAD_ANYWHERE = [math.nan, math.inf, -math.inf, "0.1", True, None, 1j, [0.1], 10**400]
BAD = [
    *[
        (name, value)
        for name in ("weight_decay", "rho", "lambd", "f_star", "gamma_b")
        for value in BAD_ANYWHERE
    ],
    *[(name, -1e-9) for name in ("weight_decay", "rho", "lambd", "gamma_b")],
    ("lambd", 1.0 + 1e-9),
]
IDS = [f"{name}={str(value)[:8]}" for name, value in BAD]


@pytest.mark.parametrize(("name", "value"), BAD, ids=IDS)
def test_bad_values_are_refused_at_every_door(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        SAM_SPS([parameter(1.0)], **{name: value})
    with pytest.raises(ValueError, match=f"^{name} must be"):
        SAM_SPS([{"params": [parameter(1.0)], name: value}])

    optimizer = SAM_SPS([parameter(1.0)])
    with pytest.raises(ValueError, match=f"^{name} must be"):
        optimizer.add_param_group({"params": [parameter(2.0)], name: value})
    assert len(optimizer.param_groups) == 1

    state = optimizer.state_dict()
    state["param_groups"][0][name] = value
    with pytest.raises(ValueError, match=f"^{name} must be"):
        optimizer.load_state_dict(state)

    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    optimizer.param_groups[0][name] = value
    with pytest.raises(ValueError, match=f"^{name} must be"):
        optimizer.step(lambda: x.square().sum())
    assert x.item() == 1.0


def test_a_message_names_argument_value_and_range() -> None:
    with pytest.raises(ValueError, match=r"^lambd must be a number in \[0, 1\], got 1\.5$"):
        SAM_SPS([parameter(1.0)], lambd=1.5)


@pytest.mark.parametrize("values", [{"lambd": 0, "rho": 0, "gamma_b": 0}, {"lambd": 1, "f_star": -5}])
def test_the_edges_and_integers_are_allowed(values: dict[str, int]) -> None:
    group = SAM_SPS([parameter(1.0)], **values).param_groups[0]
    assert {name: group[name] for name in values} == values
    assert all(type(group[name]) is float for name in values)


def test_f_star_must_agree_between_groups() -> None:
    with pytest.raises(ValueError, match="f_star must be the same"):
        SAM_SPS([{"params": [parameter(1.0)]}, {"params": [parameter(1.0)], "f_star": 0.5}])
    x, y = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([{"params": [x]}, {"params": [y]}])
    optimizer.param_groups[1]["f_star"] = 0.5
    with pytest.raises(ValueError, match="f_star must be the same"):
        optimizer.step(lambda: (x * y).sum())


def test_a_parameter_named_twice_is_refused() -> None:
    x = parameter(1.0)
    with pytest.warns(UserWarning, match="duplicate"), pytest.raises(ValueError, match="twice"):
        SAM_SPS([x, x])


def test_values_changed_between_the_passes_are_checked_too() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    x.square().sum().backward()
    optimizer.first_step()
    optimizer.param_groups[0]["gamma_b"] = -1.0
    with pytest.raises(ValueError, match="gamma_b"):
        optimizer.second_step(loss=1.0)
    assert x.item() == 1.0


def test_groups_obey_live_changes_and_their_own_cap() -> None:
    x, y = parameter(2.0), parameter(2.0)
    optimizer = SAM_SPS(
        [{"params": [x], "gamma_b": 0.1}, {"params": [y], "gamma_b": 1.0}], rho=0.0, weight_decay=0.0
    )

    def closure() -> torch.Tensor:
        loss = (x.square() + y.square()).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    # f = 8, ‖∇f‖² = 32: γ = 0.25, cut to 0.1 in the first group alone.
    assert x.item() == pytest.approx(2 - 0.1 * 4)
    assert y.item() == pytest.approx(2 - 0.25 * 4)
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.25]
    assert optimizer.last_step is not None
    assert optimizer.last_step.gammas == (0.1, 0.25)
    optimizer.param_groups[1]["gamma_b"] = 0
    before = y.item()
    optimizer.step(closure)
    assert y.item() == before
    assert optimizer.last_step.gammas[1] == 0.0


def two_groups(model: nn.Module) -> SAM_SPS:
    params = list(model.parameters())
    groups = [{"params": params[:2], "rho": 0.02}, {"params": params[2:], "rho": 0.3, "lambd": 0.5}]
    return SAM_SPS(groups, gamma_b=0.4)


def steps(model: nn.Module, optimizer: SAM_SPS, seeds: range) -> None:
    for seed in seeds:
        optimizer.step(closure_for(model, batch(seed)))


def through_a_file(state: dict[str, Any]) -> dict[str, Any]:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


def test_save_and_load_in_mid_run_is_bitwise_equal_to_the_uninterrupted_run() -> None:
    model = small_network()
    optimizer = two_groups(model)
    steps(model, optimizer, range(6))
    saved = through_a_file({"model": model.state_dict(), "optimizer": optimizer.state_dict()})
    steps(model, optimizer, range(6, 15))

    resumed = small_network(seed=1)
    resumed.load_state_dict(saved["model"])
    second = SAM_SPS(
        [{"params": list(resumed.parameters())[:2]}, {"params": list(resumed.parameters())[2:]}], rho=0.9
    )
    second.load_state_dict(saved["optimizer"])
    assert second.last_step is None
    assert second.counts.steps == 6
    steps(resumed, second, range(6, 15))

    assert same_bits(copies(resumed), copies(model))
    assert second.counts == optimizer.counts
    assert second.last_step == optimizer.last_step
    assert second.state_dict() == optimizer.state_dict()


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda pair: pickle.loads(pickle.dumps(pair))])
def test_a_copy_goes_on_like_the_original(duplicate: Any) -> None:
    model = small_network()
    optimizer = two_groups(model)
    optimizer.error_if_nonfinite = True
    steps(model, optimizer, range(3))
    other_model, other = duplicate((model, optimizer))
    assert other.error_if_nonfinite
    steps(model, optimizer, range(3, 6))
    steps(other_model, other, range(3, 6))
    assert same_bits(copies(other_model), copies(model))
    assert other.counts == optimizer.counts == StepCounts(6, optimizer.counts.capped, evaluations=12)


@pytest.mark.parametrize("counts", [(1, 2, 3), (1, 2, 3, -1), (1, 2, 3, 4.0), "abcd", None])
def test_hostile_counts_are_refused(counts: Any) -> None:
    optimizer = SAM_SPS([parameter(1.0)])
    state = optimizer.state_dict()
    state["param_groups"][0]["counts"] = counts
    with pytest.raises(ValueError, match="counts must be"):
        optimizer.load_state_dict(state)
    assert optimizer.counts == StepCounts()


def test_a_state_for_other_groups_is_refused() -> None:
    optimizer = SAM_SPS([parameter(1.0)], rho=0.3)
    for other in (
        SAM_SPS([{"params": [parameter(1.0)]}, {"params": [parameter(2.0)]}]),
        SAM_SPS([parameter(1.0), parameter(2.0)]),
    ):
        with pytest.raises(ValueError, match="group"):
            optimizer.load_state_dict(other.state_dict())
    assert optimizer.param_groups[0]["rho"] == 0.3


def test_counts_survive_added_groups() -> None:
    x, y = parameter(1.0), parameter(1.0)
    optimizer = SAM_SPS([x])

    def closure() -> torch.Tensor:
        loss = (x.square() + y.square()).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    optimizer.add_param_group({"params": [y], "rho": 0.5})
    optimizer.step(closure)
    assert optimizer.counts.steps == 2
    assert len(optimizer.last_step.gammas) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("how", ["changed", "loaded", "named"])
def test_an_added_group_inherits_f_star(how: str) -> None:
    x, y = parameter(3.0), parameter(4.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, f_star=5.0 if how == "named" else 0.0)
    if how == "changed":
        optimizer.param_groups[0]["f_star"] = 5.0
    if how == "loaded":
        optimizer.load_state_dict(
            SAM_SPS([parameter(1.0)], rho=0.0, weight_decay=0.0, f_star=5.0).state_dict()
        )
    optimizer.add_param_group({"params": [y]})
    assert optimizer.param_groups[1]["f_star"] == 5.0
    optimizer.step(lambda: backward(x.square().sum() + y.square().sum()))
    # γ = (25 − 5) / 100
    assert [x.item(), y.item()] == pytest.approx([3.0 - 0.2 * 6.0, 4.0 - 0.2 * 8.0])
    with pytest.raises(ValueError, match="f_star must be the same"):
        optimizer.add_param_group({"params": [parameter(1.0)], "f_star": 0.0})


def test_distributed_checkpoints_load_into_a_fresh_optimizer() -> None:
    from torch.distributed.checkpoint.state_dict import get_optimizer_state_dict, set_optimizer_state_dict

    model, fresh = small_network(), small_network(seed=1)
    optimizer, resumed = two_groups(model), two_groups(fresh)
    steps(model, optimizer, range(3))
    optimizer.zero_grad()
    state = get_optimizer_state_dict(model, optimizer)
    set_optimizer_state_dict(fresh, resumed, state)
    fresh.load_state_dict(model.state_dict())
    assert resumed.counts.steps == 3
    steps(model, optimizer, range(3, 5))
    steps(fresh, resumed, range(3, 5))
    assert same_bits(copies(fresh), copies(model))


@pytest.mark.parametrize("which", [0, 1])
def test_a_group_may_be_removed_between_steps(which: int) -> None:
    params = [parameter(1.0, 2.0), parameter(3.0)]
    optimizer = SAM_SPS([{"params": [params[0]]}, {"params": [params[1]], "gamma_b": 0.01}])

    def closure() -> torch.Tensor:
        loss = sum((param.square().sum() for param in params), torch.zeros(()))
        loss.backward()
        return loss

    optimizer.step(closure)
    optimizer.param_groups.pop(which)
    staying, gone = params[1 - which], params[which]
    x, twin = gone.tolist(), parameter(*staying.tolist())
    gone.requires_grad_(False)
    with no_warning():
        optimizer.step(closure)
    assert gone.tolist() == x
    other = SAM_SPS([twin], gamma_b=optimizer.param_groups[0]["gamma_b"])
    other.step(lambda: backward(twin.square().sum() + gone.square().sum()))
    assert staying.tolist() == twin.tolist()
    assert optimizer.state_dict()["param_groups"][0]["params"] == [0]
