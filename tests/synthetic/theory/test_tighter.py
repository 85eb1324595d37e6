"""The tighter bounds are never above the published ones, need what these need, and join the constants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthetic import BOUNDS, LogisticRegression, RidgeConfig, SimulationConfig, all_bounds, long_ps, simulate
from synthetic.theory.least_squares import step_factor, worst_factor
from synthetic.theory.theorems import TIGHTER
from synthetic.theory.tighter import tight_alpha, tight_drop
from tests.synthetic.theory.setting import SETTING

T = np.array([0, 1, 2, 10, 1000, 10**6])
NOISY = replace(SETTING, rho=1 / 16, full_batch=False, f_star=0.0, gamma_b=0.1, sigma_sq=0.5)


@pytest.mark.parametrize("r", [0.0, 1e-6, 0.3, 0.5, 0.99, 1 - 1e-9])
@pytest.mark.parametrize("sigma_sq", [0.0, 1e-20, 1e-6, 1e-2, 1.0, 1e6])
@pytest.mark.parametrize("gamma_b_L", [1e-6, 0.01, 0.5, 1.0, 7.0, 1e6])
def test_never_above_the_published_form(r: float, sigma_sq: float, gamma_b_L: float) -> None:
    mini = replace(NOISY, rho=r / 8, gamma_b=gamma_b_L / 8, sigma_sq=sigma_sq)
    full = replace(SETTING, rho=r / 2)
    for key, theorem in TIGHTER.items():
        setting = full if key in ("T3.1", "T3.2") else mini
        before, after = BOUNDS[key](setting, T), BOUNDS[theorem.key](setting, T)
        assert before.applies == after.applies == (sigma_sq == 0 or not key.startswith("C3.6"))
        assert before.reasons == after.reasons, "the same assumptions"
        if before.applies:
            assert np.all(after.values <= before.values * (1 + 1e-12))
            assert np.all(after.values[:4] > 0), "later ones may underflow"


@pytest.mark.parametrize(("r", "times"), [(0.0, 3.0), (0.5, 7.0), (0.99, 399.0)])
def test_how_much_is_gained(r: float, times: float) -> None:
    setting = replace(SETTING, rho=r / 2)
    assert tight_drop(setting) / ((1 - r) ** 2 / (2 * setting.L)) == pytest.approx(times, rel=1e-9)
    exact = replace(NOISY, rho=r / 8, gamma_b=np.inf, sigma_sq=0.0)
    assert tight_alpha(exact, 0.0) / tight_alpha(exact, 1.0) == pytest.approx(times, rel=1e-9)


@pytest.mark.parametrize(("r", "times"), [(0.0, 11.76), (0.5, 25.27)])
def test_the_worst_step_on_least_squares(r: float, times: float) -> None:
    setting = replace(SETTING, L=1.0, mu=0.01, rho=r, spectrum=(0.01, 1.0))
    worst = worst_factor(setting)
    assert (1 - worst) / (0.01 * (1 - r) ** 2 / 4) == pytest.approx(times, abs=0.01)
    if r == 0:
        assert worst == pytest.approx(1 - 3 * 0.01 / 1.01**2, rel=1e-14)
    scanned = max(step_factor(setting, p) for p in np.linspace(0, 1, 100_001).tolist())
    assert scanned <= worst <= scanned + 1e-8


@pytest.mark.parametrize("kappa", [1.0, 1.5, 30.0, 1e6])
@pytest.mark.parametrize("r", [0.0, 0.2, 0.7, 0.999])
def test_no_random_step_is_worse_and_two_curvatures_reach_it(kappa: float, r: float) -> None:
    setting = replace(SETTING, L=1.0, mu=1 / kappa, rho=r, spectrum=(1 / kappa, 1.0))
    rng = np.random.default_rng(3)
    h = kappa ** -rng.random((20_000, 4))
    h[:, 0], h[:, 1] = 1 / kappa, 1.0
    weight = rng.dirichlet([0.3] * 4, 20_000)
    s = h * (1 + r * h)
    A, B, C = (np.sum(weight * one, 1) for one in (s * (1 - r * h) / 2, s**2, s))
    factors, worst = 1 - A * (2 * C - A) / B, worst_factor(setting)
    assert np.all(factors <= worst + 1e-12)
    assert (1 + r) ** 2 / 4 - 1e-12 <= worst < 1, "no better than one curvature"


def test_half_is_the_constant_of_the_noise_bound_and_one_the_published_form() -> None:
    # r = ½, L_max = 8: (1−r)/L = 1/16 and ¾ min(0.2, 0.1 + 1/16); (1−r)²/(2L) = 1/64
    assert tight_alpha(NOISY, 0.5) == pytest.approx(1 / 16)
    assert tight_alpha(replace(NOISY, gamma_b=0.03), 0.5) == pytest.approx(0.75 * 0.06)
    assert tight_alpha(replace(NOISY, gamma_b=0.065), 0.5) == pytest.approx(1 / 16)
    assert tight_alpha(NOISY, 1.0) == pytest.approx(1 / 64)
    fixed = []
    for eta in (0.5, 1.0):
        a = float(tight_alpha(NOISY, eta))
        fixed.append((1 - a / 4) ** T * 3 + 2 * (2 * 0.1 / eta - a) * 0.5 / (a * 0.5))
    assert np.all(BOUNDS["T3.5 tighter"](NOISY, T).values <= np.min(fixed, 0) * (1 + 1e-12))
    assert BOUNDS["T3.5"](NOISY, T).values == pytest.approx(fixed[1])


def test_without_noise_the_bound_goes_over_into_that_of_interpolation() -> None:
    little, none = replace(NOISY, sigma_sq=1e-20), replace(NOISY, sigma_sq=0.0)
    for key in ("T3.5", "T3.8"):
        values = BOUNDS[f"{key} tighter"](little, T[:4]).values
        assert values == pytest.approx(BOUNDS[f"{key} tighter"](none, T[:4]).values, rel=1e-6)


@pytest.mark.parametrize(
    ("key", "change", "reason"),
    [
        ("least squares", {}, None),
        ("least squares", {"mu": 0.0}, None),
        ("least squares", {"spectrum": None}, "not quadratic"),
        ("least squares", {"rho": 0.5}, "ρ must be below 1/L"),
        ("least squares", {"full_batch": False}, "mini-batch"),
        ("least squares", {"told_L": 2.0}, "the long step adds 1/(2L)"),
        ("T3.1 tighter", {"told_L": 2.0}, None),
        ("T3.1 tighter", {"told_L": 1.9}, "told an L of at least 2; here it is 1.9"),
        ("T3.1 tighter", {"rho": 0.5}, "ρ must be below 1/L"),
        ("T3.2 tighter", {"lambd": 0.1}, "λ = 0.1"),
        ("T3.5 tighter", {"told_L": 8.0, "rho": 0.1, "gamma_b": 1.0}, "the long step adds 1/(2L)"),
        ("C3.6 tighter", {"rho": 0.125}, "ρ must be below 1/L_max"),
    ],
)
def test_refused_just_outside(key: str, change: dict[str, object], reason: str | None) -> None:
    setting = replace(SETTING, **({"spectrum": (0.5, 2.0)} | change))  # type: ignore[arg-type]
    found = BOUNDS[key](setting, T)
    assert found.applies == (reason is None)
    assert np.all(np.isnan(found.values)) == (reason is not None)
    assert reason is None or any(reason in one for one in found.reasons)


def test_long_step_by_hand() -> None:
    # f = ½‖x‖², ρ = ½, L = 1: γ = (1 − ½)/(2 · 1.5) + ½ = 2/3 = 1/(1 + r), and x⁺ = 0
    problem = RidgeConfig(n=4, d=4, kappa=1.0).build()
    method = long_ps(0.5 / problem.L, problem.L)
    track = simulate(problem, [method], SimulationConfig(2, record="all"))["long_ps"]
    assert track.gamma[0, 0] * problem.L == pytest.approx(2 / 3, rel=1e-12)
    assert track.distance_sq[0, 1] < 1e-28 * track.distance_sq[0, 0]


@pytest.mark.parametrize("rho_L", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("kind", ["round", "wide", "logistic"])
def test_the_long_step_is_under_the_bounds_that_hold_for_it(rho_L: float, kind: str) -> None:
    rng = np.random.default_rng(4)
    problem = {
        "round": lambda: RidgeConfig(n=20, d=12, kappa=30.0).build(),
        "wide": lambda: RidgeConfig(n=6, d=12).build(),
        "logistic": lambda: LogisticRegression(
            rng.standard_normal((20, 4)), rng.choice([-1.0, 1.0], 20), reg=0.1
        ),
    }[kind]()
    method, config = long_ps(rho_L / problem.L, problem.L), SimulationConfig(100, record="all")
    result = simulate(problem, [method], config)
    track = result["long_ps"]
    bounds = all_bounds(problem, method, config, result.x0, track.iterations)
    applying = {key for key, found in bounds.items() if found.applies}
    rates = {"T3.1", "T3.1 tighter"} if problem.mu > 0 else set()
    assert applying == rates | {"T3.2", "T3.2 tighter"} | ({"T3.4"} if rho_L == 0 else set())
    for key in applying - {"T3.4"}:
        measured = getattr(track, bounds[key].theorem.bounds)[0]
        assert np.all(measured <= bounds[key].values * (1 + 1e-12) + 1e-15)
