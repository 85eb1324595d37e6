"""Ridge regression: constants, minimum and mini-batch minimum against independent computations."""

import itertools

import numpy as np
import pytest

from synthetic import RidgeConfig, RidgeRegression


def test_hand_computed_problem() -> None:
    problem = RidgeRegression(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, 2.0]), reg=0.5)
    np.testing.assert_allclose(problem.H, np.diag([1.0, 2.5]))
    assert (problem.L, problem.mu, problem.L_max) == pytest.approx((2.5, 1.0, 4.5))
    np.testing.assert_allclose(problem.x_star, [0.5, 0.8])
    # ((0.5 − 1)² + (1.6 − 2)²)/4 + 0.25 (0.25 + 0.64)
    assert problem.f_min == pytest.approx(0.41 / 4 + 0.25 * 0.89)
    x = np.array([1.0, -1.0])
    assert problem.loss(x) == pytest.approx(16 / 4 + 0.25 * 2)
    np.testing.assert_allclose(problem.gradient(x), [0.5, -4.5])
    # the second row drawn twice and the first once: (2·16 + 0)/6 + 0.5
    assert problem.batch_loss(x, np.array([1, 0, 1])) == pytest.approx(32 / 6 + 0.5)
    np.testing.assert_allclose(problem.batch_gradient(x, np.array([1, 0, 1])), [0.5, -16 / 3 - 0.5])


@pytest.mark.parametrize("kappa", [1.0, 10.0, 1e6])
@pytest.mark.parametrize(("n", "d"), [(30, 30), (50, 12), (12, 50), (2, 2), (1, 1)])
@pytest.mark.parametrize("reg", [0.0, 0.01])
def test_condition_number_of_A(kappa: float, n: int, d: int, reg: float) -> None:
    problem = RidgeConfig(n=n, d=d, kappa=kappa, reg=reg).build()
    s = np.linalg.svd(problem.A, compute_uv=False)
    assert s[0] / s[-1] == pytest.approx(kappa if min(n, d) > 1 else 1.0, rel=1e-8)
    assert pytest.approx(s[0] ** 2 / n + reg, rel=1e-12) == problem.L
    assert problem.mu == pytest.approx(reg if d > n else s[-1] ** 2 / n + reg, rel=1e-6)
    assert problem.mu == 0 if d > n and reg == 0 else problem.mu > 0


@pytest.mark.parametrize("kappa", [1.0, 10.0, 1e6])
@pytest.mark.parametrize(("n", "d", "reg"), [(30, 30, 0.0), (50, 12, 0.0), (30, 30, 0.01), (12, 50, 0.01)])
def test_condition_number_of_H(kappa: float, n: int, d: int, reg: float) -> None:
    if d > n and kappa == 1:
        with pytest.raises(ValueError, match="kappa"):
            RidgeConfig(n=n, d=d, kappa=kappa, kappa_of="H", reg=reg)
        return
    problem = RidgeConfig(n=n, d=d, kappa=kappa, kappa_of="H", reg=reg).build()
    eigenvalues = np.linalg.eigvalsh(problem.H)
    assert problem.kappa == pytest.approx(kappa, rel=1e-8)
    assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(kappa, rel=1e-6)


@pytest.mark.parametrize("interpolated", [True, False])
@pytest.mark.parametrize("reg", [0.0, 0.3])
@pytest.mark.parametrize(("n", "d"), [(20, 20), (40, 8), (8, 40)])
def test_minimum_in_closed_form(n: int, d: int, reg: float, interpolated: bool) -> None:
    problem = RidgeConfig(n=n, d=d, reg=reg, interpolated=interpolated, noise=0.5, seed=3).build()
    assert np.linalg.norm(problem.gradient(problem.x_star)) < 1e-12
    assert problem.f_min == pytest.approx(problem.loss(problem.x_star), rel=1e-10, abs=1e-25)
    # a wide or square matrix of full rank fits any labels
    assert problem.interpolates == (reg == 0 and (interpolated or n <= d))
    assert (problem.f_min == 0) == problem.interpolates


def test_interpolation_is_seen_in_given_arrays() -> None:
    A = np.random.default_rng(0).standard_normal((30, 5))
    assert RidgeRegression(A, A @ np.ones(5)).interpolates
    assert not RidgeRegression(A, A @ np.ones(5) + 1e-9 * np.arange(30)).interpolates


@pytest.mark.parametrize("rows", [[0], [3, 3], [0, 1, 2, 3, 4, 5], [5, 1, 5, 1, 2, 9, 9, 9, 0, 7]])
@pytest.mark.parametrize("reg", [0.0, 1e-3, 1.0])
def test_mini_batch_minimum(rows: list[int], reg: float) -> None:
    problem = RidgeConfig(n=10, d=4, reg=reg, interpolated=False, seed=1).build()
    A, b, m = problem.A[rows], problem.b[rows], len(rows)
    x, *_ = np.linalg.lstsq(
        np.vstack([A / np.sqrt(m), np.sqrt(reg) * np.eye(4)]),
        np.append(b / np.sqrt(m), np.zeros(4)),
        rcond=None,
    )
    assert problem.batch_minimum(np.array(rows)) == pytest.approx(
        problem.batch_loss(x, np.array(rows)), rel=1e-9, abs=1e-14
    )


def test_mini_batch_minimum_takes_many_batches() -> None:
    problem = RidgeConfig(n=10, d=4, reg=0.1, interpolated=False).build()
    batches = np.random.default_rng(0).integers(0, 10, (2, 3, 5))
    values = problem.batch_minimum(batches)
    assert values.shape == (2, 3)
    for i, j in itertools.product(range(2), range(3)):
        assert values[i, j] == pytest.approx(problem.batch_minimum(batches[i, j]))


def test_nearest_minimizer_keeps_the_null_space() -> None:
    problem = RidgeConfig(n=3, d=7, seed=2).build()
    x = np.random.default_rng(5).standard_normal(7)
    nearest = problem.nearest_minimizer(x)
    assert problem.loss(nearest) < 1e-25
    null = np.linalg.svd(problem.A)[2][3:]
    np.testing.assert_allclose(null @ nearest, null @ x, atol=1e-12)
    assert np.linalg.norm(x - nearest) <= np.linalg.norm(x - problem.x_star)


def test_same_recipe_same_numbers() -> None:
    first, second = RidgeConfig(seed=4).build(), RidgeConfig(seed=4).build()
    np.testing.assert_array_equal(first.A, second.A)
    assert hash(RidgeConfig(seed=4)) == hash(RidgeConfig(seed=4))
    assert not np.allclose(first.A, RidgeConfig(seed=5).build().A)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", 0),
        ("n", 2.0),
        ("n", True),
        ("d", -1),
        ("kappa", 0.99),
        ("kappa", float("inf")),
        ("kappa", "10"),
        ("kappa_of", "B"),
        ("design", "uniform"),
        ("reg", -1e-9),
        ("reg", float("nan")),
        ("interpolated", 1),
        ("noise", -0.1),
        ("seed", -1),
    ],
)
def test_bad_recipe_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"{name} must be .*got {value!r}".replace(".99", r"\.99")):
        RidgeConfig(**{name: value})  # type: ignore[arg-type]


def test_singular_hessian_has_no_condition_number() -> None:
    with pytest.raises(ValueError, match="kappa_of must be 'A' with d = 5 > n = 3"):
        RidgeConfig(n=3, d=5, kappa_of="H")


@pytest.mark.parametrize(
    ("A", "b", "reg", "message"),
    [
        (np.ones(3), np.ones(3), 0.0, "A must be"),
        (np.ones((0, 3)), np.ones(0), 0.0, "A must be"),
        (np.full((2, 2), np.nan), np.ones(2), 0.0, "A must be"),
        (np.ones((2, 2)), np.ones(3), 0.0, "b must be"),
        (np.ones((2, 2)), np.array([1.0, np.inf]), 0.0, "b must be"),
        (np.ones((2, 2)), np.ones(2), -1.0, "reg must be"),
    ],
)
def test_bad_arrays_are_refused(A: np.ndarray, b: np.ndarray, reg: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        RidgeRegression(A, b, reg)
