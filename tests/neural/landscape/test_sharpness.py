"""The rise of the loss nearby, against the exact answers of quadratics, and those by hand."""

import numpy as np
import pytest
from scipy.optimize import minimize

from neural.landscape.functions import Vector
from neural.landscape.quadratic import Quadratic
from neural.landscape.sharpness import average_sharpness, sam_sharpness
from tests.neural.landscape.small import quadratic, surface


def test_the_exact_sharpness_by_hand() -> None:
    one = Quadratic(np.diag([4.0, 1.0]), np.zeros(2), 7.0)
    assert one.sharpness(np.zeros(2), 0.5) == pytest.approx(0.5 * 4 * 0.25)  # the hard case
    # From (1, 0): the gradient (4, 0) points along the first axis.
    assert one.sharpness(np.array([1.0, 0.0]), 0.5) == pytest.approx(4 * 0.5 + 0.5)
    # Along the second axis from (0, 3): μ = 4 leaves d₂ = 3 / (4 − 1) = 1, and √3 along the first axis.
    assert one.sharpness(np.array([0.0, 3.0]), 2.0) == pytest.approx(3 * 1 + 0.5 * 1 + 0.5 * 4 * 3)
    # A ball around the top of a hill holds the top.
    hill = Quadratic(np.diag([-2.0, -1.0]), np.zeros(2))
    assert hill.sharpness(np.array([0.1, 0.0]), 1.0) == pytest.approx(0.01)
    assert hill.sharpness(np.array([3.0, 0.0]), 1.0) == pytest.approx(6 * 1 - 1)
    # A plane.
    assert Quadratic(np.zeros((2, 2)), np.zeros(2)).sharpness(np.ones(2), 1.0) == 0.0


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_the_exact_sharpness_is_what_a_search_finds(positive: bool, seed: int) -> None:
    one = quadratic(4, seed, positive)
    rng = np.random.default_rng(seed)
    w, rho = one.centre + rng.standard_normal(4), 0.7

    def fall(u: Vector) -> float:  # any u stands for a point of the ball
        return one.loss(w) - one.loss(w + rho * u / max(1.0, float(np.linalg.norm(u))))

    best = max(-minimize(fall, rng.standard_normal(4), tol=1e-12).fun for _ in range(8))
    assert one.sharpness(w, rho) == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("positive", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_is_never_above_the_exact_answer_and_near_it(positive: bool, seed: int) -> None:
    one = quadratic(12, seed, positive)
    rng = np.random.default_rng(seed)
    for w in (one.centre, one.centre + 0.1 * rng.standard_normal(12)):
        exact = one.sharpness(w, 0.3)
        found = sam_sharpness(one.loss, one.gradient, w, 0.3, steps=60, seed=seed)
        assert 0 <= found.value <= exact * (1 + 1e-12)
        assert found.one_step <= found.value
        if positive:
            assert found.value > 0.97 * exact


def test_the_first_eigenvector_gives_the_exact_answer_at_a_minimum() -> None:
    one = Quadratic(np.diag([2.0, 1.999, 1.0]), np.zeros(3))
    found = sam_sharpness(one.loss, one.gradient, np.zeros(3), 0.1, steps=1, also=[np.eye(3)[0]])
    assert found.value == pytest.approx(one.sharpness(np.zeros(3), 0.1), rel=1e-12)
    assert found.one_step == 0.0  # no gradient to follow


def test_both_signs_of_a_further_start_are_tried() -> None:
    # w² − w³ rises to 0.009 on the right and to 0.011 on the left; the one random start leads to the right.
    def gradient(w: Vector) -> Vector:
        return 2 * w - 3 * w**2

    found = [
        sam_sharpness(
            lambda w: float(w[0] ** 2 - w[0] ** 3), gradient, np.zeros(1), 0.1, starts=1, also=also
        ).value
        for also in ([], [np.ones(1)])
    ]
    assert found == pytest.approx([0.009, 0.011])


def test_one_step_by_hand_and_gradients_counted() -> None:
    one = Quadratic(np.diag([4.0, 1.0]), np.zeros(2))
    calls = []

    def gradient(w: Vector) -> Vector:
        calls.append(w)
        return one.gradient(w)

    found = sam_sharpness(one.loss, gradient, np.array([0.0, 1.0]), 0.5, steps=3, starts=2)
    assert found.one_step == pytest.approx(0.5 + 0.125)
    assert found.gradients == len(calls) == 1 + 3 * 3


def test_no_gradient_anywhere_is_flat() -> None:
    found = sam_sharpness(lambda w: 2.0, np.zeros_like, np.ones(3), 0.5)
    assert (found.value, found.one_step, found.gradients) == (0.0, 0.0, 1)


def test_the_average_is_within_its_error_and_has_no_gradient_in_it() -> None:
    one = quadratic(12, 0)
    far = one.centre + 100.0
    found = average_sharpness(one.loss, far, 0.5, pairs=400)
    assert abs(found.value - one.average_sharpness(0.5)) < 2 * found.error
    assert found.error < 0.05 * found.value


def test_the_average_of_a_ball_by_hand() -> None:
    one = Quadratic(3 * np.eye(4), np.zeros(4))
    assert one.average_sharpness(0.2) == pytest.approx(0.06)
    found = average_sharpness(one.loss, np.zeros(4), 0.2, pairs=5)
    assert (found.value, found.error) == pytest.approx((0.06, 0.0), abs=1e-12)


def test_of_a_network_more_effort_finds_no_less() -> None:
    w = surface().weights
    little = sam_sharpness(surface().loss, surface().gradient, w, 0.2, steps=2, starts=1)
    much = sam_sharpness(surface().loss, surface().gradient, w, 0.2, steps=8, starts=3)
    assert 0 < little.one_step <= little.value <= much.value


ONE = quadratic(3)
BAD = [
    (lambda: sam_sharpness(ONE.loss, ONE.gradient, np.ones(3), 0.0), r"rho must be .* in \(0, inf\), got 0"),
    (lambda: sam_sharpness(ONE.loss, ONE.gradient, np.ones(3), 1.0, steps=0), r"steps must be .* got 0"),
    (lambda: sam_sharpness(ONE.loss, ONE.gradient, np.ones(3), 1.0, starts=0), r"starts must be .* got 0"),
    (lambda: average_sharpness(ONE.loss, np.ones(3), -1.0), r"rho must be .* in \(0, inf\), got -1"),
    (lambda: average_sharpness(ONE.loss, np.ones(3), 1.0, pairs=0), r"pairs must be .* got 0"),
    (lambda: ONE.sharpness(np.ones(3), float("inf")), r"rho must be .* in \(0, inf\), got inf"),
    (lambda: Quadratic(np.eye(2), np.ones(3)), r"matrix must have shape \(3, 3\), .* got \(2, 2\)"),
    (lambda: Quadratic(np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2)), "matrix must be symmetric"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_arguments(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
