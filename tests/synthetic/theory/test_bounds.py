"""Bounds have the values that a hand computes, and measured curves lie under those that apply."""

import math
from dataclasses import replace

import numpy as np
import pytest

from synthetic import (
    BOUNDS,
    LogisticRegression,
    PolyakStep,
    RidgeConfig,
    Schedule,
    Setting,
    SimulationConfig,
    all_bounds,
    alpha,
    contraction_factor,
    setting_of,
    simulate,
    usam,
    usam_ps,
    usam_sps,
)
from synthetic.theory.theorems import THEOREMS, TIGHTER
from tests.synthetic.theory.setting import SETTING

# L_max ρ = 1/2 and 1 − (L_max ρ)² = 3/4: α = min{0.25/16, 0.1 · 0.75} = 1/64
NOISY = replace(SETTING, rho=1 / 16, full_batch=False, f_star=0.0, gamma_b=0.1, sigma_sq=0.5)
EXACT = replace(NOISY, sigma_sq=0.0, gamma_b=np.inf)
CAPPED = replace(NOISY, gamma_b=0.01)  # α = 0.01 · 0.75: the cap decides
STEP = replace(SETTING, polyak=False, gamma=0.5, spectrum=(0.5, 2.0))
BY_HAND = {
    # 1 − Lρ = 1/2: 1 − 0.5 · 0.25/8 = 63/64
    "T3.1": ("T3.1", SETTING, [0, 1, 2], [3, 3 * 63 / 64, 3 * (63 / 64) ** 2]),
    "T3.1 with ρ = 0": ("T3.1", replace(SETTING, rho=0.0), [1], [3 * 15 / 16]),
    # (L/2) D₀ at the start, then 2 · 2 · 3/(0.25 T) = 48/T
    "T3.2": ("T3.2", SETTING, [0, 1, 4], [3, 48, 12]),
    "T3.2 with ρ = 0": ("T3.2", replace(SETTING, rho=0.0), [3], [4]),
    # 1 − αμ/2 = 255/256, and 2(0.2 − 1/64) · 0.5/(1/128) = 23.6
    "T3.5": ("T3.5", NOISY, [0, 1], [3 + 23.6, 3 * 255 / 256 + 23.6]),
    # 1 − 0.0075/4, and 2(0.02 − 0.0075) · 0.5/0.00375 = 10/3
    "T3.5 with a low cap": ("T3.5", CAPPED, [0, 1], [3 + 10 / 3, 3 * 0.998125 + 10 / 3]),
    "T3.5 without noise": ("T3.5", EXACT, [0, 1], [3, 3 * 255 / 256]),
    # 3 · 64/T + (12.8 − 1) · 0.5
    "T3.8": ("T3.8", NOISY, [0, 4], [3 + 5.9, 48 + 5.9]),
    # 3/(0.0075 T) + (0.02/0.0075 − 1) · 0.5
    "T3.8 with a low cap": ("T3.8", CAPPED, [4], [100 + 5 / 6]),
    "C3.6": ("C3.6", EXACT, [0, 1], [3, 3 * 255 / 256]),
    "C3.6 convex": ("C3.6 convex", EXACT, [0, 4], [3, 48]),
    # r = 1/2: (1−r)(3+r) = 7/4, and 1 − 0.5 · 1.75/8 = 57/64
    "T3.1 tighter": ("T3.1 tighter", SETTING, [0, 1, 2], [3, 3 * 57 / 64, 3 * (57 / 64) ** 2]),
    "T3.1 tighter with ρ = 0": ("T3.1 tighter", replace(SETTING, rho=0.0), [1], [3 * 13 / 16]),
    # (L/2) D₀ at the start, then 2 · 2 · 3/(1.75 T) = 48/(7T)
    "T3.2 tighter": ("T3.2 tighter", SETTING, [0, 1, 4], [3, 48 / 7, 12 / 7]),
    # α₀ = min{1.75/16, ∞} = 7/64, and 1 − 7/256
    "C3.6 tighter": ("C3.6 tighter", EXACT, [0, 1], [3, 3 * 249 / 256]),
    "C3.6 convex tighter": ("C3.6 convex tighter", EXACT, [0, 4], [3, 48 / 7]),
    "T3.5 tighter without noise": ("T3.5 tighter", EXACT, [1], [3 * 249 / 256]),
    # α₀ = 0.75 · 2 · 0.01: the cap decides, below 1/L_max
    "C3.6 tighter with a low cap": (
        "C3.6 tighter",
        replace(EXACT, gamma_b=0.01),
        [1],
        [3 * (1 - 0.015 / 4)],
    ),
    # κ = 1: the factor ((1 + r)/2)²
    "one curvature": ("least squares", replace(SETTING, spectrum=(2.0, 2.0)), [0, 2], [3, 3 * 0.75**4]),
    # ρ = 0, κ = 4: 1 − 3 · 4/25 = 13/25
    "least squares": ("least squares", replace(SETTING, rho=0.0, spectrum=(0.5, 2.0)), [1], [3 * 13 / 25]),
    # |1 − 0.5 · 2(1 + 0.5)| = 0.5 and |1 − 0.5 · 0.5(1 + 0.125)| = 0.71875, squared in every step
    "rate": ("rate", STEP, [0, 1, 2], [3 * 0.71875**k for k in (0, 2, 4)]),
}


@pytest.mark.parametrize(("key", "setting", "iterations", "values"), BY_HAND.values(), ids=BY_HAND)
def test_hand_computed_values(key: str, setting: Setting, iterations: list[int], values: list[float]) -> None:
    bound = BOUNDS[key](setting, np.array(iterations))
    assert bound.applies, bound.reasons
    assert bound.theorem.key == key
    assert bound.values == pytest.approx(values, rel=1e-12)


def test_every_theorem_but_the_proposition_has_a_bound() -> None:
    tighter = {theorem.key for theorem in TIGHTER.values()}
    assert set(BOUNDS) == {theorem.key for theorem in THEOREMS} - {"P2.1"} | tighter


def test_hand_computed_alpha_and_factor() -> None:
    assert (alpha(NOISY), alpha(EXACT)) == (1 / 64, 1 / 64)
    assert alpha(CAPPED) == pytest.approx(0.0075)
    assert contraction_factor(STEP) == 0.71875


def test_a_lower_cap_leaves_a_smaller_neighbourhood_until_it_decides_alpha() -> None:
    far = np.array([10**7])
    edge = (1 / 64) / 0.75  # γ_b (1 − L_max² ρ²) = (1 − L_max ρ)²/(2 L_max)
    caps = [1.0, 0.1, edge, edge / 10]
    floors = [BOUNDS["T3.5"](replace(NOISY, gamma_b=cap), far).values[0] for cap in caps]
    assert floors[0] > floors[1] > floors[2]
    assert floors[3] == pytest.approx(floors[2]), "from there on only the way gets slower"


@pytest.mark.parametrize("interpolated", [True, False])
@pytest.mark.parametrize("kappa", [1.0, 10.0, 300.0])
@pytest.mark.parametrize("rho_L", [0.0, 0.1, 0.5, 0.9, 0.999999])
@pytest.mark.parametrize("seed", range(3))
def test_measured_is_under_the_deterministic_bounds(
    rho_L: float, kappa: float, interpolated: bool, seed: int
) -> None:
    problem = RidgeConfig(n=20, d=12, kappa=kappa, interpolated=interpolated, seed=seed).build()
    method, config = usam_ps(rho_L / problem.L), SimulationConfig(300, record="all", seed=seed)
    result = simulate(problem, [method], config)
    track = result["usam_ps"]
    bounds = all_bounds(problem, method, config, result.x0, track.iterations)
    rounding = 1 + 1e-11  # κ = 1 meets the tighter bound in every step
    for key in ("T3.1", "T3.2", "T3.1 tighter", "T3.2 tighter", "least squares"):
        bound = bounds[key]
        assert bound.applies, bound.reasons
        measured = getattr(track, bound.theorem.bounds)[0]
        assert np.all(measured <= bound.values * rounding)
    # the bound of T3.2 is on the mean of the gaps too
    means = np.cumsum(track.gap[0])[:-1] / track.iterations[1:]
    assert np.all(means <= bounds["T3.2 tighter"].values[1:] * rounding)
    assert not np.any(track.clamped_share)  # Proposition 2.1


def test_convex_bound_without_strong_convexity() -> None:
    problem = RidgeConfig(n=5, d=12, seed=1).build()
    method, config = usam_ps(0.5 / problem.L), SimulationConfig(200, record="all")
    result = simulate(problem, [method], config)
    bounds = all_bounds(problem, method, config, result.x0, result["usam_ps"].iterations)
    assert not bounds["T3.1"].applies
    assert any("μ = 0" in reason for reason in bounds["T3.1"].reasons)
    assert bounds["T3.2"].applies
    assert np.all(result["usam_ps"].gap_of_average[0] <= bounds["T3.2"].values * (1 + 1e-12))


@pytest.mark.parametrize("shape", ["inverse_sqrt", "inverse"])
def test_vanishing_radius_is_a_limit_without_values(shape: str) -> None:
    problem = RidgeConfig(n=10, d=10, seed=1).build()
    method = PolyakStep("p", "", Schedule(3.0 / problem.L, shape), 0.0, "minimum")
    config = SimulationConfig(20_000)
    result = simulate(problem, [method], config)
    bounds = all_bounds(problem, method, config, result.x0, result["p"].iterations)
    assert bounds["T3.4"].applies
    assert np.all(np.isnan(bounds["T3.4"].values))
    assert not bounds["T3.1"].applies  # ρ is not constant
    assert result["p"].grad_norm[0, -1] < 1e-10 * result["p"].grad_norm[0, 0]


TRIALS = 300


@pytest.mark.parametrize("interpolated", [True, False])
@pytest.mark.parametrize("rho_L", [0.0, 0.5, 0.95, 0.999999])
@pytest.mark.parametrize(
    ("gamma_b", "f_star"), [(0.003, 0.0), (1.0, 0.0), (3.0, "batch_minimum"), (math.inf, 0.0)]
)
@pytest.mark.parametrize(("kappa", "batch_size", "seed"), [(1.0, 1, 0), (20.0, 3, 1), (5.0, 16, 2)])
def test_expectation_is_under_the_stochastic_bounds(
    interpolated: bool,
    rho_L: float,
    gamma_b: float,
    f_star: float | str,
    kappa: float,
    batch_size: int,
    seed: int,
) -> None:
    """Confidence 99.9% at each iteration: the mean and three standard errors lie under the bound."""
    problem = RidgeConfig(n=16, d=6, kappa=kappa, interpolated=interpolated, noise=0.3, seed=seed).build()
    method = usam_sps(rho_L / problem.L_max, gamma_b, f_star)
    config = SimulationConfig(120, batch_size, trials=TRIALS, record="all", seed=seed)
    result = simulate(problem, [method], config)
    track = result["usam_sps"]
    bounds = all_bounds(problem, method, config, result.x0, track.iterations)
    if gamma_b == math.inf and not interpolated:
        assert "needs a cap" in bounds["T3.5"].reasons[0]
        return
    assert bounds["C3.6"].applies == bounds["C3.6 convex"].applies == interpolated
    names = ("T3.5", "T3.8", *(("C3.6", "C3.6 convex") if interpolated else ()))
    for key in (*names, *(f"{name} tighter" for name in names)):
        assert bounds[key].applies, bounds[key].reasons
        samples = getattr(track, bounds[key].theorem.bounds)
        upper = np.mean(samples, 0) + 3 * np.std(samples, 0, ddof=1) / np.sqrt(TRIALS)
        assert np.all(upper <= bounds[key].values * (1 + 1e-12))
    means = np.cumsum(track.gap, 1)[:, :-1] / track.iterations[1:]
    assert np.all(np.mean(means, 0) <= bounds["T3.8 tighter"].values[1:])
    assert not np.any(track.clamped_share)


@pytest.mark.parametrize("rho_L", [0.0, 0.5, 0.999])
@pytest.mark.parametrize("batch_size", [None, 4])
def test_logistic_regression_is_under_the_bounds(rho_L: float, batch_size: int | None) -> None:
    rng = np.random.default_rng(4)
    problem = LogisticRegression(rng.standard_normal((20, 4)), rng.choice([-1.0, 1.0], 20), reg=0.1)
    deterministic, trials = usam_ps(rho_L / problem.L), 1 if batch_size is None else 50
    stochastic = usam_sps(rho_L / problem.L_max, 0.5, "batch_minimum")
    config = SimulationConfig(100, batch_size, trials=trials, record="all")
    result = simulate(problem, [deterministic, stochastic], config)
    for method, names in ((deterministic, ("T3.1", "T3.2")), (stochastic, ("T3.5", "T3.8"))):
        keys = (*names, *(f"{name} tighter" for name in names))
        track = result[method.key]
        bounds = all_bounds(problem, method, config, result.x0, track.iterations)
        for key in keys if batch_size is None or method is stochastic else ():
            assert bounds[key].applies, bounds[key].reasons
            mean = np.mean(getattr(track, bounds[key].theorem.bounds), 0)
            assert np.all(mean <= bounds[key].values * (1 + 1e-12) + 1e-15)


@pytest.mark.parametrize("gamma_L", [0.1, 1.0, 1.9, 2.5])
@pytest.mark.parametrize("rho_L", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("shape", [(20, 12), (6, 12)])
def test_constant_step_follows_its_exact_rate(gamma_L: float, rho_L: float, shape: tuple[int, int]) -> None:
    problem = RidgeConfig(*shape, seed=1).build()
    method, config = usam(gamma_L / problem.L, rho_L / problem.L), SimulationConfig(200, record="all")
    result = simulate(problem, [method], config)
    track = result["usam"]
    bound = all_bounds(problem, method, config, result.x0, track.iterations)["rate"]
    assert bound.applies
    measured = track.distance_sq[0][np.isfinite(track.distance_sq[0])]  # the wildest lanes leave the floats
    assert np.all(measured <= bound.values[: len(measured)] * (1 + 1e-9))
    # tight: in the end every step multiplies the distance by the factor
    factor = contraction_factor(setting_of(problem, method, config, result.x0))
    assert measured[-1] / measured[-2] == pytest.approx(factor**2, rel=0.02)
