"""Logistic regression: constants, minimum and mini-batch minima against independent computations."""

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer

from synthetic import LogisticRegression, SimulationConfig, conditioned, simulate, standardised, usam_ps


def problem(n: int = 40, d: int = 5, reg: float = 0.01, scale: float = 1.0) -> LogisticRegression:
    rng = np.random.default_rng(3)
    A = scale * rng.standard_normal((n, d))
    return LogisticRegression(A, np.where(A @ np.ones(d) + rng.standard_normal(n) > 0, 1.0, -1.0), reg)


def test_hand_computed_values() -> None:
    tiny = LogisticRegression(np.array([[2.0], [0.0]]), np.array([1.0, -1.0]), reg=0.5)
    # (log(1 + e^−2) + log 2)/2 + 1/4, slope (−2/(1 + e²))/2 + 1/2
    assert tiny.loss(np.ones(1)) == pytest.approx((np.log1p(np.exp(-2)) + np.log(2)) / 2 + 0.25)
    assert tiny.gradient(np.ones(1)) == pytest.approx([-1 / (1 + np.exp(2)) + 0.5])
    assert (tiny.L, tiny.L_max, tiny.mu) == pytest.approx((4 / 8 + 0.5, 1.5, 0.5))


def test_gradient_is_the_slope_of_the_loss() -> None:
    p, x = problem(), np.linspace(-1, 1, 5)
    steps = 1e-6 * np.eye(5)
    slopes = (p.loss(x + steps) - p.loss(x - steps)) / 2e-6
    np.testing.assert_allclose(p.gradient(x), slopes, rtol=1e-7)
    rows = np.array([3, 3, 0])
    slopes = [(p.batch_loss(x + s, rows) - p.batch_loss(x - s, rows)) / 2e-6 for s in steps]
    np.testing.assert_allclose(p.batch_gradient(x, rows), slopes, rtol=1e-7)


@pytest.mark.parametrize("reg", [1.0, 1e-2, 1e-5])
@pytest.mark.parametrize("scale", [0.1, 1.0, 100.0])
def test_minimum_is_exact(reg: float, scale: float) -> None:
    p = problem(reg=reg, scale=scale)
    assert p.f_min_error <= 1e-12 * p.f_min
    other = minimize(
        p.loss, np.zeros(5), jac=p.gradient, method="BFGS", options={"gtol": 1e-12, "maxiter": 5000}
    )
    assert p.f_min <= other.fun + 1e-12
    assert p.f_min == pytest.approx(other.fun, rel=1e-6)


@pytest.mark.parametrize("kappa", [None, 10.0, 1e3])
@pytest.mark.parametrize("reg", [1e-2, 1e-4])
def test_minimum_on_the_breast_cancer_data(kappa: float | None, reg: float) -> None:
    """The arrays of a page: f* to 1e-12, and no lower value by SciPy's trust region from the minimiser."""
    A, labels = load_breast_cancer(return_X_y=True)
    A = standardised(A) if kappa is None else conditioned(standardised(A), kappa)
    p = LogisticRegression(A, 2.0 * labels - 1.0, reg)
    assert A.shape == (569, 30)
    assert p.f_min_error <= 1e-12
    assert np.linalg.norm(p.gradient(p.x_star)) <= 1e-8

    def hessian(x: np.ndarray) -> np.ndarray:
        q = 1 / (1 + np.exp(-(A @ x)))
        return A.T * (q * (1 - q)) @ A / p.n + reg * np.eye(p.d)

    for start in (np.zeros(30), p.x_star + 0.1):
        other = minimize(
            p.loss, start, jac=p.gradient, hess=hessian, method="trust-exact", options={"gtol": 1e-10}
        )
        assert p.f_min == pytest.approx(other.fun, abs=1e-12)
        assert p.f_min <= other.fun + 1e-15
    track = simulate(p, [usam_ps(0.1 / p.L)], SimulationConfig(2000))["usam_ps"]
    assert track.gap[0].min() >= -1e-15  # nothing falls below f*
    assert track.relative_gap[0, -1] < 1e-2


def test_hessian_constants_hold() -> None:
    p = problem()
    for x in np.random.default_rng(0).standard_normal((20, 5)):
        q = 1 / (1 + np.exp(-p.A @ x))
        eigenvalues = np.linalg.eigvalsh(p.A.T * (q * (1 - q)) @ p.A / p.n + p.reg * np.eye(5))
        assert p.mu <= eigenvalues[0]
        assert eigenvalues[-1] <= p.L <= p.L_max


def test_mini_batch_minima() -> None:
    p = problem(n=12, d=4, reg=0.1)
    rows = np.random.default_rng(1).integers(0, 12, (2, 3, 5))
    values = p.batch_minimum(rows)
    assert values.shape == (2, 3)
    for index in np.ndindex(2, 3):
        batch = rows[index]
        alone = LogisticRegression(p.A[batch], p.b[batch], 0.1)
        assert values[index] == pytest.approx(alone.f_min, rel=1e-13)
    # one sample: the mean over samples of the excess at x*
    singles = [LogisticRegression(p.A[[i]], p.b[[i]], 0.1).f_min for i in range(12)]
    assert p.mean_batch_excess("batch_minimum") == pytest.approx(p.f_min - np.mean(singles))
    assert p.mean_batch_excess(0.0) == p.f_min


def test_large_margins_do_not_overflow() -> None:
    p = LogisticRegression(np.array([[1e3], [-1e3]]), np.array([1.0, 1.0]), reg=1e-3)
    x = np.array([50.0])
    with np.errstate(all="raise", under="ignore"):
        assert p.loss(x) == pytest.approx(25_000 + 1.25)
        assert np.all(np.isfinite(p.gradient(x)))
    track = simulate(p, [usam_ps(1e-7)], SimulationConfig(5), x0=x)["usam_ps"]
    assert track.loss[0, 0] == pytest.approx(25_001.25)
    assert np.all(np.isfinite(track.loss))


@pytest.mark.parametrize("kappa", [1.0, 30.0])
def test_conditioning(kappa: float) -> None:
    A = np.random.default_rng(2).standard_normal((20, 6))
    s = np.linalg.svd(conditioned(A, kappa), compute_uv=False)
    assert s[0] / s[-1] == pytest.approx(kappa)
    assert np.linalg.norm(s) == pytest.approx(np.linalg.norm(A))
    with pytest.raises(ValueError, match="kappa must be"):
        conditioned(A, 0.5)


def test_standardising() -> None:
    A = standardised(np.array([[1.0, 7.0, 2.0], [3.0, 7.0, 4.0], [5.0, 7.0, 0.0]]))
    np.testing.assert_allclose(A.mean(0), 0, atol=1e-15)
    np.testing.assert_allclose(A.std(0), [1, 0, 1])


@pytest.mark.parametrize(
    ("A", "b", "reg", "message"),
    [
        (np.ones(3), np.ones(3), 1.0, "A must be"),
        (np.full((1, 1), np.inf), np.ones(1), 1.0, "A must be"),
        (np.ones((2, 1)), np.ones(1), 1.0, "b must hold"),
        (np.ones((2, 1)), np.array([0.0, 1.0]), 1.0, "b must hold"),
        (np.ones((2, 1)), np.ones(2), 0.0, "reg must be"),
    ],
)
def test_bad_data_are_refused(A: np.ndarray, b: np.ndarray, reg: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LogisticRegression(A, b, reg)
