"""Measured curves lie under the bounds that apply; a bound just outside its assumptions is refused."""

from dataclasses import replace

import numpy as np
import pytest

from synthetic import (
    BOUNDS,
    PolyakStep,
    RidgeConfig,
    Schedule,
    Setting,
    SimulationConfig,
    all_bounds,
    sam_ps,
    simulate,
    theorem_3_1,
    theorem_3_2,
    usam,
    usam_ps,
    usam_sps,
)

SETTING = Setting(
    L=2.0,
    mu=0.5,
    L_max=8.0,
    D0=3.0,
    polyak=True,
    rho=0.25,
    lambd=0.0,
    f_star="minimum",
    f_min=0.1,
    gamma_b=np.inf,
    full_batch=True,
)


def test_hand_computed_values() -> None:
    # 1 − Lρ = 1/2: factor 1 − 0.5·0.25/8 = 1 − 1/64; 2·2·3/(0.25·T) = 48/T
    assert theorem_3_1(SETTING, np.arange(3)).values == pytest.approx([3.0, 3 * 63 / 64, 3 * (63 / 64) ** 2])
    assert theorem_3_2(SETTING, np.array([0, 1, 4])).values == pytest.approx([3.0, 48.0, 12.0])


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
    rounding = 1 + 1e-12
    for key in ("T3.1", "T3.2"):
        bound = bounds[key]
        assert bound.applies, bound.reasons
        measured = getattr(track, bound.theorem.bounds)[0]
        assert np.all(measured <= bound.values * rounding)
    # the bound of T3.2 is on the mean of the gaps too
    means = np.cumsum(track.gap[0])[:-1] / track.iterations[1:]
    assert np.all(means <= bounds["T3.2"].values[1:] * rounding)
    assert not np.any(track.clamped_share)  # Proposition 2.1


def test_convex_bound_without_strong_convexity() -> None:
    problem = RidgeConfig(n=5, d=12, seed=1).build()
    method, config = usam_ps(0.5 / problem.L), SimulationConfig(200, record="all")
    result = simulate(problem, [method], config)
    bounds = all_bounds(problem, method, config, result.x0, result["usam_ps"].iterations)
    assert not bounds["T3.1"].applies
    assert any("mu = 0" in reason for reason in bounds["T3.1"].reasons)
    assert bounds["T3.2"].applies
    assert np.all(result["usam_ps"].gap_of_average[0] <= bounds["T3.2"].values * (1 + 1e-12))


REFUSALS = [
    ({"rho": 0.5}, "rho must be below 1/L = 0.5; here rho = 0.5."),
    ({"rho": np.nextafter(0.5, 0)}, None),
    ({"lambd": 1.0}, "The theory is for lambda = 0 (USAM); here lambda = 1."),
    ({"lambd": 1e-9}, "lambda = 1e-09"),
    ({"gamma_b": 1.0}, "no cap on the step size; here gamma_b = 1."),
    ({"f_star": 0.0}, "l* must be the minimum f* = 0.1; here l* = 0."),
    ({"f_star": 0.1}, None),
    ({"full_batch": False}, "here every step sees a mini-batch"),
    ({"polyak": False}, "not the Polyak rule"),
    ({"rho_constant": False}, "rho must be constant"),
]


@pytest.mark.parametrize("key", ["T3.1", "T3.2"])
@pytest.mark.parametrize(("change", "reason"), REFUSALS)
def test_refused_just_outside(key: str, change: dict[str, object], reason: str | None) -> None:
    bound = BOUNDS[key](replace(SETTING, **change), np.arange(5))  # type: ignore[arg-type]
    assert bound.applies == (reason is None)
    if reason is None:
        assert np.all(np.isfinite(bound.values))
        assert bound.reasons == ()
    else:
        assert any(reason in given for given in bound.reasons)
        assert np.all(np.isnan(bound.values))


def test_strong_convexity_is_needed_for_the_rate_only() -> None:
    flat = replace(SETTING, mu=0.0)
    assert theorem_3_1(flat, np.arange(3)).reasons == ("Strong convexity fails: mu = 0, it must be above 0.",)
    assert theorem_3_2(flat, np.arange(3)).applies


@pytest.mark.parametrize(
    "method",
    [
        sam_ps(0.1),
        usam(0.1, 0.1),
        usam_sps(0.1),
        PolyakStep("p", "p", Schedule(0.1, "inverse"), 0.0, "minimum"),
    ],
    ids=lambda method: method.key,
)
def test_other_methods_get_no_deterministic_bound(method: PolyakStep) -> None:
    problem = RidgeConfig(n=8, d=8).build()
    bounds = all_bounds(problem, method, SimulationConfig(5), np.ones(8), np.arange(3))
    for key in ("T3.1", "T3.2"):
        assert not bounds[key].applies
        assert bounds[key].reasons


def test_theorems_carry_their_words() -> None:
    for bound in BOUNDS.values():
        theorem = bound(SETTING, np.arange(2)).theorem
        assert theorem.statement
        assert theorem.assumptions
        assert theorem.proof
        assert theorem.source
        assert theorem.constant
        assert theorem.bounds in ("distance_sq", "gap_of_average", "grad_norm")
    constants = {key: bound(SETTING, np.arange(2)).theorem.constant for key, bound in BOUNDS.items()}
    assert constants["T3.1"] == "published"
    assert {constants[key] for key in ("T3.2", "T3.5", "T3.8")} == {"derived, same form"}
