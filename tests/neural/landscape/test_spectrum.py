"""Largest eigenvalues, density and trace against the dense Hessian of a small network."""

import numpy as np
import pytest

from neural.landscape.functions import Vector
from neural.landscape.spectrum import Density, density, top_eigenvalues
from neural.landscape.trace import hutchinson
from tests.neural.landscape.small import dense, surface

PRODUCT = surface().hessian(surface().weights)


def test_the_largest_eigenvalues_are_those_of_the_dense_hessian() -> None:
    found = top_eigenvalues(PRODUCT, surface().size, 5, tolerance=1e-8)
    values = np.linalg.eigvalsh(dense())[::-1]
    assert found.values.tolist() == pytest.approx(values[:5].tolist(), rel=1e-6)
    assert found.products < surface().size  # else it might have written the matrix down
    for value, vector in zip(found.values, found.vectors, strict=True):
        np.testing.assert_allclose(PRODUCT(vector), value * vector, atol=1e-6 * values[0])


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_small_matrix_is_written_down(size: int) -> None:
    matrix = dense()[:size, :size]
    found = top_eigenvalues(lambda v: matrix @ v, size, size)
    assert found.values.tolist() == pytest.approx(np.linalg.eigvalsh(matrix)[::-1].tolist(), rel=1e-12)
    assert found.products == size


def test_largest_means_algebraically() -> None:
    matrix = np.diag([-100.0, *np.linspace(0.0, 2.0, 99)])
    found = top_eigenvalues(lambda v: matrix @ v, 100, 1, tolerance=1e-8)
    assert found.values.tolist() == pytest.approx([2.0])


def test_the_quadrature_has_the_moments_of_its_probe() -> None:
    # m steps are exact for polynomials up to degree 2m − 1.
    found = density(PRODUCT, surface().size, probes=1, steps=4, seed=5)
    v = np.random.default_rng([5, 0]).standard_normal(surface().size)
    v /= np.linalg.norm(v)
    moved = v
    for degree in range(8):
        moment = float((found.weights * found.nodes**degree).sum())
        assert moment == pytest.approx(float(v @ moved), rel=1e-9)
        moved = dense() @ moved


def test_the_density_counts_the_eigenvalues() -> None:
    found = density(PRODUCT, surface().size, probes=40, steps=25)
    values = np.linalg.eigvalsh(dense())
    for edge in (-0.01, 0.01, 0.1):
        assert found.share_below(edge) == pytest.approx(np.mean(values < edge), abs=0.05)
    axis = np.linspace(values[0] - 1, values[-1] + 1, 2001)
    assert np.trapezoid(found.smoothed(axis, 0.05), axis) == pytest.approx(1.0, rel=1e-6)


def test_smoothing_by_hand() -> None:
    found = Density(np.array([[0.0, 1.0], [0.0, 3.0]]), np.array([[0.5, 0.5], [1.0, 0.0]]), 2)
    height = 1 / (0.1 * np.sqrt(2 * np.pi))
    assert found.smoothed(np.array([0.0, 1.0, 2.0]), 0.1).tolist() == pytest.approx(
        [0.75 * height, 0.25 * height, 0.0], abs=1e-12
    )
    assert found.share_below(0.5) == 0.75


def test_a_probe_that_ends_early_has_all_its_weight() -> None:
    found = density(lambda v: 3 * v, 50, probes=2, steps=10)
    assert found.weights.sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert found.nodes[:, 0].tolist() == pytest.approx([3.0, 3.0])


def test_the_trace_lies_within_its_error() -> None:
    found = hutchinson(PRODUCT, surface().size, probes=64)
    true = float(np.trace(dense()))
    assert abs(found.value - true) < 2 * found.error
    assert found.error < 0.2 * true


def test_the_error_of_the_trace_is_honest() -> None:
    matrix, true = dense(), float(np.trace(dense()))
    found = [hutchinson(lambda v: matrix @ v, len(matrix), 20, seed) for seed in range(200)]
    within = np.mean([abs(one.value - true) < one.error for one in found])
    assert 0.6 < within < 0.75  # 0.67 of a t distribution of 19 degrees


def test_the_trace_of_a_diagonal_is_exact() -> None:
    # vᵀ D v = tr D for every v of ±1.
    found = hutchinson(lambda v: np.arange(6.0) * v, 6, probes=3)
    assert (found.value, found.error, found.samples) == (15.0, 0.0, 3)
    assert np.isnan(hutchinson(lambda v: v, 2, probes=1).error)


def test_a_zero_matrix_has_zero_eigenvalues() -> None:
    assert top_eigenvalues(lambda v: 0 * v, 100, 2).values.tolist() == [0.0, 0.0]
    assert density(lambda v: 0 * v, 100, 1, 5).share_below(1e-9) == 1.0


def undefined(v: Vector) -> Vector:
    """The product at weights that have diverged."""
    return v * np.nan


BAD = [
    (lambda: top_eigenvalues(undefined, 100), "product must give finite numbers, got nan or inf"),
    (lambda: density(undefined, 100), "product must give finite numbers, got nan or inf"),
    (lambda: hutchinson(undefined, 100), "product must give finite numbers, got nan or inf"),
    (lambda: top_eigenvalues(PRODUCT, 5, 6), r"k must be an integer in \[1, 5\], got 6"),
    (lambda: top_eigenvalues(PRODUCT, 5, 0), r"k must be an integer in \[1, 5\], got 0"),
    (lambda: density(PRODUCT, 5, 0), r"probes must be an integer in \[1, inf\), got 0"),
    (lambda: density(PRODUCT, 5, 1, 0), r"steps must be an integer in \[1, inf\), got 0"),
    (lambda: hutchinson(PRODUCT, 5, 0), r"probes must be an integer in \[1, inf\), got 0"),
    (
        lambda: Density(np.zeros((1, 1)), np.ones((1, 1)), 1).smoothed(np.zeros(1), 0.0),
        r"width must be a finite number in \(0, inf\), got 0",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_arguments(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
