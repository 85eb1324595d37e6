"""The baselines: hand-computed steps, exact reductions, constants from theory, refusals."""

from collections.abc import Callable

import numpy as np
import pytest

from synthetic import (
    AdaSAM,
    AF22Decreasing,
    LightSAM1,
    LightSAM2,
    LightSAM3,
    Method,
    RidgeConfig,
    RidgeRegression,
    SimulationConfig,
    Track,
    adasam,
    af22_constant,
    af22_decreasing,
    khanh24_deterministic,
    khanh24_stochastic,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
    simulate,
    unified_deterministic,
    unified_stochastic,
)

# f(x) = x² on the line: s = 2x. On the plane: f(x) = (x₁² + 4 x₂²)/2, s = (x₁, 4x₂).
LINE = RidgeRegression(np.array([[1.0], [np.sqrt(3.0)]]), np.zeros(2))
PLANE = RidgeRegression(np.sqrt(2) * np.diag([1.0, 2.0]), np.zeros(2))


def run(method: Method, x0: np.ndarray, problem: RidgeRegression = LINE, T: int = 1) -> Track:
    return simulate(problem, [method], SimulationConfig(T, record="all"), x0=x0)[method.key]


def test_adasam_by_hand() -> None:
    # β₁ = β₂ = 1/2, ε² = 1, x = 1: e = 1.5, g = 3; m = 1.5, v = (1 + 9)/2 = 5; x⁺ = 1 − 0.1·1.5/√5
    method = AdaSAM("a", "", gamma=0.1, rho=0.5, epsilon=1.0, beta1=0.5, beta2=0.5)
    first = 1 - 0.15 / np.sqrt(5)
    # second step: g = 2(x + 0.5), m = (1.5 + g)/2, v = (5 + g²)/2 < 5 keeps v̂ = 5
    g = 2 * (first + 0.5)
    second = first - 0.1 * (1.5 + g) / 2 / np.sqrt(max(5.0, (5 + g * g) / 2))
    assert run(method, np.ones(1), T=2).distance_sq[0] == pytest.approx([1.0, first**2, second**2], rel=1e-14)


def test_lightsam_1_by_hand() -> None:
    # plane, x = (1, 1): s = (1, 4), u = 1 + 17 = 18, e = x + 0.3 s/√18; g = (e₁, 4e₂), v = 1 + ‖g‖²
    e = 1 + 0.3 * np.array([1.0, 4.0]) / np.sqrt(18)
    g = e * [1, 4]
    x = 1 - 0.2 * g / np.sqrt(1 + g @ g)
    track = run(LightSAM1("a", "", 0.2, 0.3, epsilon=1.0), np.ones(2), PLANE)
    assert track.distance_sq[0, 1] == pytest.approx(x @ x, rel=1e-14)


def test_lightsam_2_by_hand() -> None:
    s = np.array([1.0, 4.0])
    g = (1 + 0.3 * s / np.sqrt(1 + s**2)) * [1, 4]
    x = 1 - 0.2 * g / np.sqrt(1 + g**2)
    track = run(LightSAM2("a", "", 0.2, 0.3, epsilon=1.0), np.ones(2), PLANE)
    assert track.distance_sq[0, 1] == pytest.approx(x @ x, rel=1e-14)
    assert track.gap[0, 1] == pytest.approx(x @ (x * [1, 4]) / 2, rel=1e-14)


def test_lightsam_3_by_hand() -> None:
    s = np.array([1.0, 4.0])
    r, u = 0.1 * s, 0.999 + 0.001 * s**2
    g = (1 + 0.3 * r / np.sqrt(u)) * [1, 4]
    x = 1 - 0.2 * 0.1 * g / np.sqrt(0.999 + 0.001 * g**2)
    track = run(LightSAM3("a", "", 0.2, 0.3, epsilon=1.0), np.ones(2), PLANE)
    assert track.distance_sq[0, 1] == pytest.approx(x @ x, rel=1e-14)


def test_sa_sam_by_hand() -> None:
    # On the line ‖Δx‖/(2‖Δs‖) = 1/4 at every step. η₀ = 0.01: x¹ = 1 − 0.01·2(1 + 0.1)
    first = 1 - 0.02 * 1.1
    # η₁ = min{1/4, ∞} = 1/4; ρ₁ = 1/2: x² = x¹ − (1/4)·2(x¹ + 1/2)
    second = first - 0.5 * (first + 0.5)
    track = run(sa_sam(0.01), np.ones(1), T=3)
    assert track.gamma[0, :3] == pytest.approx([0.01, 0.25, 0.25], rel=1e-13)
    assert track.distance_sq[0, :3] == pytest.approx([1.0, first**2, second**2], rel=1e-13)
    assert list(track.gradient_evaluations) == [0, 2, 5, 8]


def test_sa_sam_growth_is_limited() -> None:
    # f(x) = x²/200: the ratio is 50, so that from the second ratio on η grows by √(1 + θ)
    flat = RidgeRegression(np.array([[0.1]]), np.zeros(1))
    gamma = run(sa_sam(0.01), np.ones(1), flat, T=4).gamma[0, :4]
    assert gamma == pytest.approx([0.01, 50.0, 50.0, 50.0], rel=1e-12)
    steep = [RidgeRegression(np.array([[2.0]]), np.zeros(1)), RidgeRegression(np.array([[0.1]]), np.zeros(1))]
    assert run(sa_sam(0.01), np.ones(1), steep[0], T=2).gamma[0, 1] == pytest.approx(1 / 8)


def test_sign_steps() -> None:
    # β₁ = β₂ = 0 without a floor: m/√v = sign(g), every coordinate moves by γ
    method = LightSAM3("a", "", 0.125, 0.0, epsilon=1e-12, beta1=0.0, beta2=0.0)
    track = run(method, np.array([1.0, -2.0]), PLANE, T=4)
    expected = [(1 - k / 8) ** 2 + (2 - k / 8) ** 2 for k in range(5)]
    assert track.distance_sq[0] == pytest.approx(expected, rel=1e-12)


PROBLEM = RidgeConfig(n=20, d=20, seed=1).build()
L, MU, L_MAX = PROBLEM.L, PROBLEM.mu, PROBLEM.L_max
# Lρ = 1/6: γ = (1 − 1/2) / (2L (2/36 + 1)) = 9/(38 L); and L_max ρ (μ + 2L_max) = μ/2.
NOISY_RHO = MU / (2 * L_MAX * (MU + 2 * L_MAX))
CONSTANTS = {  # method: ρ and γ at the first step
    af22_constant: (0.5 / L, 0.5 / L),
    af22_decreasing: (0.5**0.5 / L_MAX, 0.5 / L_MAX),
    khanh24_deterministic: (0.5 / L, 2 / (9 * L)),
    khanh24_stochastic: (0.5 / L_MAX, 2 / (9 * L_MAX)),
    unified_deterministic: (1 / (6 * L), 9 / (38 * L)),
    unified_stochastic: (NOISY_RHO, MU / 4 / (L_MAX**2 * (2 * L_MAX**2 * NOISY_RHO**2 + 1))),
}


@pytest.mark.parametrize("make", CONSTANTS, ids=lambda make: make.__name__)
def test_constants_from_theory(make: Callable[[RidgeRegression], Method]) -> None:
    assert 5 * L < L_MAX, "the two settings differ"
    method, start = make(PROBLEM), np.zeros(1, dtype=np.int64)
    assert (method.rho_at(start)[0], method.gamma_at(start)[0]) == pytest.approx(CONSTANTS[make], rel=1e-12)


def test_af22_decreasing_schedule() -> None:
    method = AF22Decreasing("a", "", mu=0.1, L_max=2.0)
    t = np.array([0, 1000])
    assert method.gamma_at(t) == pytest.approx([0.25, 8004 / (0.3 * 1001**2)])
    assert method.rho_at(t) == pytest.approx(np.sqrt(method.gamma_at(t) / 2))
    problem = RidgeConfig(n=5, d=5).build()
    assert af22_decreasing(problem) == AF22Decreasing("af22", "AF22", problem.mu, problem.L_max)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: adasam(0.0, 0.1), "gamma must be"),
        (lambda: adasam(0.1, -1.0), "rho must be"),
        (lambda: lightsam_1(float("inf"), 0.1), "gamma must be"),
        (lambda: lightsam_2(0.1, float("nan")), "rho must be"),
        (lambda: lightsam_3(-0.1, 0.1), "gamma must be"),
        (lambda: AdaSAM("a", "", 0.1, 0.1, beta1=1.0), "beta1 must be"),
        (lambda: LightSAM3("a", "", 0.1, 0.1, beta2=-0.1), "beta2 must be"),
        (lambda: LightSAM1("a", "", 0.1, 0.1, epsilon=0.0), "epsilon must be"),
        (lambda: sa_sam(0.0), "eta0 must be"),
        (lambda: AF22Decreasing("a", "", 0.0, 1.0), "mu must be"),
        (lambda: AF22Decreasing("a", "", 1.0, 0.0), "L_max must be"),
        (lambda: unified_stochastic(RidgeConfig(n=3, d=5).build()), "mu must be"),
        (lambda: af22_decreasing(RidgeConfig(n=3, d=5).build()), "mu must be"),
    ],
)
def test_bad_parameters_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]
