"""The published variants of the step size: exact at ρ = 0, checked by hand and against their definitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from sam_sps import SAM_SPS
from sam_sps.options import proximal_step_sizes
from tests.sam_sps.problems import parameter


def square_step(x: torch.nn.Parameter, optimizer: SAM_SPS, offset: float = 0.0) -> None:
    def closure() -> torch.Tensor:
        loss = x.square().sum() + offset
        loss.backward()
        return loss

    optimizer.step(closure)


def test_the_constant_of_sps_max_divides_the_step() -> None:
    # f = 4, f' = 4: γ = 4 / (c·16).
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, c=0.5)
    square_step(x, optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.5
    assert x.item() == 0.0
    assert optimizer.last_step is not None
    assert optimizer.last_step.gamma_raw == 0.25


def test_smoothing_lets_the_step_size_grow_by_the_factor_at_most() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, gamma_growth=1.25, gamma_b=0.1)
    gammas = []
    for _ in range(4):
        square_step(x, optimizer)
        gammas.append(optimizer.param_groups[0]["lr"])
        optimizer.param_groups[0]["gamma_b"] = 1.0
    # The plain step would be 1/4 every time.
    assert gammas == pytest.approx([0.1, 0.125, 0.15625, 0.1953125])
    assert optimizer.counts.capped == 4
    square_step(x, optimizer)
    square_step(x, optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.25


def test_smoothing_is_not_stuck_after_a_step_of_length_zero() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, gamma_growth=1.0, gamma_b=0.125)
    square_step(x, optimizer)
    optimizer.param_groups[0]["f_star"] = 100.0
    square_step(x, optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.0
    optimizer.param_groups[0]["f_star"] = 0.0
    square_step(x, optimizer)
    assert optimizer.param_groups[0]["lr"] == 0.125


def test_smoothing_survives_saving() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, gamma_growth=1.1, gamma_b=0.1)
    square_step(x, optimizer)
    resumed = SAM_SPS([x], gamma_growth=3.0)
    resumed.load_state_dict(optimizer.state_dict())
    resumed.param_groups[0]["gamma_b"] = 1.0
    square_step(x, resumed)
    assert resumed.param_groups[0]["lr"] == pytest.approx(0.11)


def two_groups(a: Any, b: Any, factor: float) -> tuple[SAM_SPS, Callable[[], torch.Tensor]]:
    """f = a² + b², with that factor on γ for b."""
    groups = [{"params": [a]}, {"params": [b], "gamma_factor": factor}]

    def closure() -> torch.Tensor:
        loss = (a.square() + b.square()).sum()
        loss.backward()
        return loss

    return SAM_SPS(groups, rho=0.0, weight_decay=0.0), closure


def test_a_factor_per_group_by_hand() -> None:
    # f = a² + b² = 5, g = (2, 4), s = (1, 1/2): γ = 5 / (4 + 16/2), γ_k = s_k γ.
    a, b = parameter(1.0), parameter(2.0)
    optimizer, closure = two_groups(a, b, factor=0.5)
    optimizer.step(closure)
    assert optimizer.last_step is not None
    assert optimizer.last_step.gammas == pytest.approx((5 / 12, 5 / 24), rel=1e-15)
    assert (a.item(), b.item()) == pytest.approx((1 / 6, 7 / 6), rel=1e-14)
    # The step ends where the linear model is 0.
    assert 5 + 2 * (a.item() - 1) + 4 * (b.item() - 2) == pytest.approx(0.0, abs=1e-14)
    assert not optimizer.last_step.capped
    # The cap is s_k γ_b.
    for group in optimizer.param_groups:
        group["gamma_b"] = 0.01
    optimizer.step(closure)
    assert optimizer.last_step.gammas == (0.01, 0.005)
    assert optimizer.last_step.capped


@pytest.mark.parametrize("proximal", [False, True])
def test_equal_factors_change_the_cap_alone(proximal: bool) -> None:
    results = []
    for factor, gamma_b in ((1.0, 0.3), (4.0, 0.075), (0.25, 1.2)):
        x = parameter(1.0, -2.0, 0.5)
        optimizer = SAM_SPS([x], gamma_b=gamma_b, gamma_factor=factor, gamma_growth=1.2, proximal=proximal)
        for _ in range(5):
            square_step(x, optimizer)
        results.append(x.tolist())
    assert results[0] == pytest.approx(results[1], rel=1e-13)
    assert results[0] == pytest.approx(results[2], rel=1e-13)


def test_a_factor_of_zero_leaves_a_group_where_it_is() -> None:
    a, b = parameter(1.0), parameter(2.0)
    optimizer, closure = two_groups(a, b, factor=0.0)
    optimizer.step(closure)  # γ = 5 / 4, capped at 1
    assert (a.item(), b.item()) == (-1.0, 2.0)
    for group in optimizer.param_groups:
        group["gamma_factor"] = 0.0
    optimizer.step(closure)
    assert (a.item(), b.item()) == (-1.0, 2.0)
    assert optimizer.counts.skipped == 0


def model_value(
    y: list[float], x: list[float], n: float, g: list[float], caps: list[float], decays: list[float]
) -> float:
    """The function that ProxSPS minimises, with ℓ* = 0."""
    linear = n + sum(gi * (yi - xi) for gi, yi, xi in zip(g, y, x, strict=True))
    decay = sum(w * yi**2 / 2 for w, yi in zip(decays, y, strict=True))
    near = sum((yi - xi) ** 2 / (2 * a) for a, yi, xi in zip(caps, y, x, strict=True))
    return max(linear, 0.0) + decay + near


@pytest.mark.parametrize("n", [-1.0, 0.0, 0.05, 0.5, 3.0, 50.0])
@pytest.mark.parametrize("caps", [[0.5, 0.5], [0.1, 2.0]])
@pytest.mark.parametrize("decays", [[0.0, 0.0], [0.3, 0.3], [0.0, 1.0]])
def test_the_proximal_step_minimises_its_model(n: float, caps: list[float], decays: list[float]) -> None:
    x, g = [1.0, -2.0], [0.7, -1.5]
    step = proximal_step_sizes(
        n, [gi * gi for gi in g], [gi * xi for gi, xi in zip(g, x, strict=True)], [*caps], decays
    )
    y = [
        (xi - float(gamma) * gi) / (1 + a * w)
        for xi, gi, gamma, a, w in zip(x, g, step.gammas, caps, decays, strict=True)
    ]
    best = model_value(y, x, n, g, caps, decays)
    generator = torch.Generator().manual_seed(0)
    for scale in (1e-1, 1e-3, 1e-5):
        for move in (scale * torch.randn(200, 2, generator=generator)).tolist():
            other = [yi + mi for yi, mi in zip(y, move, strict=True)]
            assert model_value(other, x, n, g, caps, decays) >= best - 1e-12


def test_proximal_step_by_hand_and_its_cap() -> None:
    # x = 2, f = 4, g = 4, a = 0.2, w = 0.5: θ = 1/1.1,
    # left = 4 − 0.1·8/1.1 > right = 0.2·16/1.1, so η = 1 and γ = a.
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.5, gamma_b=0.2, proximal=True)
    square_step(x, optimizer)
    assert x.item() == pytest.approx((2 - 0.2 * 4) / 1.1, rel=1e-14)
    assert optimizer.counts.capped == 1
    # a = 10: θ = 1/6, left = 4 − 5·8/6 < 0: γ = 0, and the decay alone shrinks x.
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.5, gamma_b=10.0, proximal=True)
    square_step(x, optimizer)
    assert optimizer.counts.clamped == 1
    assert x.item() == pytest.approx(2.0 / 6.0, rel=1e-14)


def test_proximal_without_weight_decay_is_the_plain_step() -> None:
    results = []
    for proximal in (False, True):
        x = parameter(1.0, -2.0, 0.5)
        optimizer = SAM_SPS([x], rho=0.1, weight_decay=0.0, gamma_b=0.3, proximal=proximal)
        for _ in range(5):
            square_step(x, optimizer)
        results.append(x.tolist())
    assert results[0] == pytest.approx(results[1], rel=1e-14)


def test_proximal_skips_without_shrinking() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], weight_decay=0.5, proximal=True)
    square_step(x, optimizer, offset=float("inf"))
    assert x.item() == 2.0
    assert optimizer.counts.skipped == 1


def test_proximal_has_no_constant() -> None:
    with pytest.raises(ValueError, match=r"^c must be 1"):
        SAM_SPS([parameter(1.0)], proximal=True, c=0.5)


def test_online_lower_bound_follows_its_recursion() -> None:
    # f = x² + 3, known bound 0. h = f; N = h − ℓ; ℓ ← max(h − γ‖g‖²/2, 0), reset ℓ ← h/2 where h <= ℓ.
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, gamma_b=0.3, online_lower_bound=True)
    point, bound = 2.0, 0.0
    for _ in range(30):
        h, g = point**2 + 3, 2 * point
        if h <= bound:
            bound = max(h / 2, 0.0)
        gamma = min(max(h - bound, 0.0) / max(g * g, 1e-12), 0.3)
        bound = max(h - gamma * g * g / 2, 0.0)
        point -= gamma * g
        square_step(x, optimizer, offset=3.0)
        assert optimizer.last_step is not None
        assert optimizer.last_step.gamma == pytest.approx(gamma, rel=1e-9)
        assert optimizer.param_groups[0]["lower_bound"] == pytest.approx(bound, rel=1e-9)
    # Close to the true minimum 3, where the bound 0 would leave every step at the cap.
    assert optimizer.param_groups[0]["lower_bound"] == pytest.approx(3.0, rel=0.01)


def test_online_lower_bound_is_saved_and_not_moved_by_a_skipped_step() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], online_lower_bound=True)
    square_step(x, optimizer, offset=3.0)
    bound = optimizer.param_groups[0]["lower_bound"]
    square_step(x, optimizer, offset=float("nan"))
    assert optimizer.param_groups[0]["lower_bound"] == bound
    resumed = SAM_SPS([x], online_lower_bound=True)
    resumed.load_state_dict(optimizer.state_dict())
    assert resumed.param_groups[0]["lower_bound"] == bound


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gamma_factor", -1.0),
        ("gamma_factor", None),
        ("c", 0.0),
        ("c", -1.0),
        ("c", None),
        ("gamma_growth", 0.9),
        ("gamma_growth", float("inf")),
        ("c", "1"),
    ],
)
def test_bad_values_are_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name} must be"):
        SAM_SPS([parameter(1.0)], **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [("gamma_last", -1.0), ("gamma_last", None), ("lower_bound", "0"), ("lower_bound", float("nan"))],
)
def test_hostile_carried_values_are_refused(name: str, value: Any) -> None:
    optimizer = SAM_SPS([parameter(1.0)])
    state = optimizer.state_dict()
    state["param_groups"][0][name] = value
    with pytest.raises(ValueError, match=f"^{name} must be"):
        optimizer.load_state_dict(state)


def test_the_online_lower_bound_does_not_stop_a_run_for_ever() -> None:
    # Weight decay keeps f = x² from falling to the estimate, which then rises to f itself.
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.5, gamma_b=0.3, f_star=-1.0, online_lower_bound=True)
    gammas = []
    for _ in range(200):
        square_step(x, optimizer, offset=3.0)
        assert optimizer.last_step is not None
        gammas.append(optimizer.last_step.gamma)
    assert max(gammas[-100:]) > 0.01


def test_a_floor_under_the_factored_sum_is_counted() -> None:
    x = parameter(2.0)
    optimizer = SAM_SPS([x], rho=0.0, weight_decay=0.0, gamma_factor=1e-14)
    square_step(x, optimizer)  # 1e-14 · 16 < 1e-12
    assert optimizer.counts.floored == 1
