"""What is refused at the edge, and numbers of other libraries, which are not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from sam_sps import SAM_SPS, ReplayRandomness, UpdateStatisticsOnce, schedule
from tests.sam_sps.problems import no_warning, parameter, steps_on


@pytest.mark.parametrize("name", ["rho", "gamma_b", "lambd", "f_star", "weight_decay", "c", "gamma_growth"])
def test_a_hyperparameter_is_no_attribute(name: str) -> None:
    optimizer = SAM_SPS([parameter(1.0)])
    with pytest.raises(
        AttributeError, match=rf"{name} is set in the parameter groups: .*group\['{name}'\] = 0.5"
    ):
        setattr(optimizer, name, 0.5)


@pytest.mark.parametrize("name", ["error_if_nonfinite", "capturable", "proximal", "online_lower_bound"])
@pytest.mark.parametrize("value", ["yes", 1, None])
def test_switches_must_be_booleans(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be True or False, got {value!r}"):
        SAM_SPS([parameter(1.0)], **{name: value})


def test_an_lr_of_none_is_taken_and_any_other_says_what_to_use() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x], lr=None, gamma_b=0.5)
    with no_warning():
        steps_on(x, optimizer, 1)
    for lr in (0.1, 0, "auto"):
        with pytest.raises(ValueError, match=rf"^lr must be None, got {lr!r}: .* set gamma_b"):
            SAM_SPS([x], lr=lr)  # type: ignore[typeddict-item]


def test_a_tensor_is_no_hyperparameter() -> None:
    with pytest.raises(ValueError, match=r"^rho must be a finite number >= 0, got tensor.*use its item"):
        SAM_SPS([parameter(1.0)], rho=torch.tensor(0.1))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("how", ["by hand", "before saving", "scheduled", "in a group", "as argument"])
def test_numbers_of_other_libraries_can_be_saved(kind: Any, how: str, tmp_path: Path) -> None:
    x = parameter(1.0)
    group = {"params": [x], "rho": kind(1)} if how == "in a group" else {"params": [x]}
    optimizer = SAM_SPS([group], **({"rho": kind(1)} if how == "as argument" else {}))
    if how == "scheduled":
        schedule(optimizer, rho=lambda _: kind(1))
    if how == "by hand":
        optimizer.param_groups[0]["rho"] = kind(1)
    with no_warning():
        steps_on(x, optimizer, 1)
    if how == "before saving":
        optimizer.param_groups[0]["rho"] = kind(1)
    torch.save(optimizer.state_dict(), tmp_path / "state.pt")
    assert torch.load(tmp_path / "state.pt", weights_only=True)["param_groups"][0]["rho"] == 1.0


def test_a_schedule_that_leaves_the_range_names_the_value() -> None:
    x = parameter(1.0)
    optimizer = SAM_SPS([x])
    schedule(optimizer, lambd=lambda t: t)
    with pytest.raises(ValueError, match=r"^lambd must be a number in \[0, 1\], got 2"):
        steps_on(x, optimizer, 2)


@pytest.mark.parametrize(
    "make", [ReplayRandomness, lambda it: UpdateStatisticsOnce(it, torch.nn.Linear(1, 1))]
)
def test_the_context_managers_want_the_optimizer(make: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError, match=r"^optimizer must be a SAM_SPS.* got Linear"):
        make(torch.nn.Linear(1, 1))
