"""A bound just outside its assumptions is refused, and says why."""

from dataclasses import replace

import numpy as np
import pytest

from synthetic import (
    BOUNDS,
    Method,
    RidgeConfig,
    Schedule,
    Setting,
    SimulationConfig,
    adasam,
    all_bounds,
    lightsam_1,
    sa_sam,
    sam,
    sam_ps,
    sgd,
    usam,
    usam_sps,
)
from tests.synthetic.theory.setting import SETTING

REFUSALS = [
    ({"rho": 0.5}, "ρ must be below 1/L = 0.5; here ρ = 0.5."),
    ({"rho": np.nextafter(0.5, 0)}, None),
    ({"lambd": 1.0}, "The theory is for λ = 0 (USAM); here λ = 1."),
    ({"lambd": 1e-9}, "λ = 1e-09"),
    ({"gamma_b": 1.0}, "no cap on the step size; here γ_b = 1."),
    ({"f_star": 0.0}, "ℓ* must be the minimum f* = 0.1; here ℓ* = 0."),
    ({"f_star": 0.1}, None),
    ({"full_batch": False}, "here every step sees a mini-batch"),
    ({"polyak": False}, "not the Polyak rule"),
    ({"rho_constant": False}, "ρ must be constant"),
]
STOCHASTIC = replace(SETTING, rho=0.1, full_batch=False, f_star=0.0, gamma_b=1.0, sigma_sq=0.1)
STOCHASTIC_REFUSALS = [
    ({}, None),
    ({"rho": 0.125}, "ρ must be below 1/L_max = 0.125; here ρ = 0.125."),
    ({"rho": np.nextafter(0.125, 0)}, None),
    ({"lambd": 0.5}, "λ = 0.5"),
    ({"f_star": 0.01}, "known to be at least 0; here ℓ* = 0.01."),
    ({"f_star": "minimum"}, "every mini-batch loss, known to be at least 0; here ℓ* = 0.1."),
    ({"f_star": "minimum", "full_batch": True}, None),
    ({"f_star": 0.11, "full_batch": True}, "the full loss, known to be at least 0.1; here ℓ* = 0.11."),
    ({"f_star": "minimum", "f_min": 0.0}, None),
    ({"f_star": -1.0}, None),
    ({"f_star": "batch_minimum"}, None),
    ({"gamma_b": np.inf}, "(σ² = 0.1) the step size needs a cap"),
    ({"gamma_b": np.inf, "sigma_sq": 0.0}, None),
    ({"gamma_b": 0.0}, "The cap must be above 0; here γ_b = 0, and x stands still."),
    ({"gamma_b": 5e-324}, "The cap must be above 0; here γ_b = 4.94066e-324"),
    ({"polyak": False}, "not the Polyak rule"),
    ({"rho_constant": False}, "ρ must be constant"),
]
STEP = replace(SETTING, polyak=False, gamma=0.5, spectrum=(0.5, 2.0))
STEP_REFUSALS = [
    ({}, None),
    ({"rho": 100.0}, None),
    ({"gamma": None}, "The step size is not constant."),
    ({"full_batch": False}, "here every step sees a mini-batch"),
    ({"spectrum": None}, "not quadratic"),
    ({"lambd": 1.0}, "here λ = 1"),
    ({"rho_constant": False}, "ρ must be constant"),
]
VANISHING = replace(SETTING, rho=9.0, rho_constant=False, rho_vanishes=True)
VANISHING_REFUSALS = [
    ({}, None),
    ({"rho_vanishes": False}, "ρ_t must go to 0; here it does not, ρ = 9."),
    ({"f_star": 0.0}, "ℓ* must be the minimum"),
    ({"full_batch": False}, "mini-batch"),
]
TABLE = [
    *((key, SETTING, *case) for key in ("T3.1", "T3.2") for case in REFUSALS),
    *((key, STOCHASTIC, *case) for key in ("T3.5", "T3.8") for case in STOCHASTIC_REFUSALS),
    *(("rate", STEP, *case) for case in STEP_REFUSALS),
    *(("T3.4", VANISHING, *case) for case in VANISHING_REFUSALS),
]


@pytest.mark.parametrize(("key", "setting", "change", "reason"), TABLE)
def test_refused_just_outside(
    key: str, setting: Setting, change: dict[str, object], reason: str | None
) -> None:
    bound = BOUNDS[key](replace(setting, **change), np.arange(5))  # type: ignore[arg-type]
    assert bound.applies == (reason is None)
    if reason is None:
        assert np.all(np.isfinite(bound.values)) == (key != "T3.4")
        assert bound.reasons == ()
    else:
        assert any(reason in given for given in bound.reasons)
        assert np.all(np.isnan(bound.values))


def test_interpolation_is_needed_for_exact_convergence() -> None:
    for key in ("C3.6", "C3.6 convex"):
        bound = BOUNDS[key](STOCHASTIC, np.arange(3))
        assert bound.reasons == ("There is no interpolation: σ² = 0.1, it must be 0.",)
        assert BOUNDS[key](replace(STOCHASTIC, sigma_sq=0.0), np.arange(3)).applies


@pytest.mark.parametrize("batch_size", [None, 2])
@pytest.mark.parametrize("method", [usam(0.1, 0.1), adasam(0.1, 0.1)], ids=lambda method: method.key)
def test_a_method_without_a_lower_bound_is_not_told_that_there_is_no_interpolation(
    method: Method, batch_size: int | None
) -> None:
    problem = RidgeConfig(n=8, d=8, interpolated=True).build()
    config = SimulationConfig(5, batch_size=batch_size)
    bounds = all_bounds(problem, method, config, np.ones(8), np.arange(3))
    for key in ("C3.6", "C3.6 convex"):
        assert bounds[key].reasons == ("The step size is not the Polyak rule.",)


@pytest.mark.parametrize(
    ("key", "setting"), [("T3.1", SETTING), ("T3.5", STOCHASTIC), ("C3.6", replace(STOCHASTIC, sigma_sq=0.0))]
)
def test_strong_convexity_is_needed_for_a_rate(key: str, setting: Setting) -> None:
    assert BOUNDS[key](setting, np.arange(3)).applies
    reasons = BOUNDS[key](replace(setting, mu=0.0), np.arange(3)).reasons
    assert reasons == ("Strong convexity fails: μ = 0, it must be above 0.",)


@pytest.mark.parametrize(
    "method",
    [sam_ps(0.1), usam(0.1, 0.1), usam_sps(0.1), adasam(0.1, 0.1), sa_sam()],
    ids=lambda method: method.key,
)
def test_other_methods_get_no_deterministic_bound(method: Method) -> None:
    problem = RidgeConfig(n=8, d=8).build()
    bounds = all_bounds(problem, method, SimulationConfig(5), np.ones(8), np.arange(3))
    for key in ("T3.1", "T3.2", "T3.4"):
        assert not bounds[key].applies
        assert bounds[key].reasons


@pytest.mark.parametrize(
    ("method", "applies"),
    [
        (sgd(0.1), True),
        (sam(0.1, 0.1), False),
        (usam(Schedule(0.1, "inverse"), 0.1), False),
        (adasam(0.1, 0.1), False),
        (lightsam_1(0.1, 0.1), False),
    ],
    ids=lambda case: getattr(case, "key", ""),
)
def test_rate_is_for_constant_steps(method: Method, applies: bool) -> None:
    problem = RidgeConfig(n=8, d=8).build()
    bounds = all_bounds(problem, method, SimulationConfig(5), np.ones(8), np.arange(3))
    assert bounds["rate"].applies == applies
