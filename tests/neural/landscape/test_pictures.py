"""Directions, cuts, planes, trajectories and lines, by hand."""

import numpy as np
import pytest

from neural.landscape.directions import filter_normalised, random_directions
from neural.landscape.functions import Vector
from neural.landscape.line import between, line
from neural.landscape.plane import plane
from neural.landscape.slices import Slices, grid, slices
from neural.landscape.trajectory import trajectory
from tests.neural.landscape.small import surface


def test_more_directions_of_one_seed_begin_with_the_same_ones() -> None:
    few, many = random_directions(9, 2, seed=3), random_directions(9, 4, seed=3)
    np.testing.assert_array_equal(many[:2], few)
    assert len({tuple(d) for d in many}) == 4
    assert not np.array_equal(random_directions(9, 2, seed=4), few)


def test_filter_normalisation_by_hand() -> None:
    # Filters (3, 4) and (2,), then a bias and a filter whose direction is 0.
    w, filters = np.array([3.0, 4.0, 2.0, 7.0, 5.0]), np.array([0, 0, 1, -1, 2])
    d = np.array([0.0, 0.1, -8.0, 1.0, 0.0])
    np.testing.assert_allclose(filter_normalised(d, w, filters), [0.0, 5.0, -2.0, 0.0, 0.0])
    np.testing.assert_allclose(
        filter_normalised(np.stack([d, 3 * d]), w, filters), [[0.0, 5.0, -2.0, 0.0, 0.0]] * 2
    )


def test_slices_are_direct_evaluations_exactly() -> None:
    w = surface().weights
    directions = filter_normalised(random_directions(len(w), 2, 0), w, surface().filters)
    found = slices(surface().loss, w, directions, grid(0.5, 5))
    for i, d in enumerate(directions):
        for j, t in enumerate([-0.5, -0.25, 0.0, 0.25, 0.5]):
            assert found.losses[i, j] == surface().loss(w + t * d)
    assert found.losses[0, 2] == found.losses[1, 2] == surface().loss(w)


def test_grids_hold_zero_exactly_and_finer_ones_hold_the_coarser() -> None:
    assert grid(1.0, 3).tolist() == [-1.0, 0.0, 1.0]
    assert set(grid(1.0, 11).round(12)) <= set(grid(1.0, 41).round(12))


def test_band_and_rise_by_hand() -> None:
    found = Slices(np.array([-1.0, 0.0, 1.0]), np.array([[2.0, 1.0, 4.0], [3.0, 1.0, 7.0]]))
    assert found.mean.tolist() == [2.5, 1.0, 5.5]
    assert found.lowest.tolist() == [2.0, 1.0, 4.0]
    assert found.highest.tolist() == [3.0, 1.0, 7.0]
    rise = found.rise()  # of 2 and 4
    assert (rise.value, rise.samples) == (3.0, 2)
    assert rise.error == pytest.approx(1.0)


def test_a_plane_by_hand() -> None:
    first, second = np.array([1.0, 0.0]), np.array([1.0, 1.0])
    found = plane(
        lambda w: float(10 * w[0] + w[1]),
        np.array([1.0, 2.0]),
        first,
        second,
        np.array([0.0, 1.0]),
        np.array([0.0, 2.0, 3.0]),
    )
    assert found.losses.tolist() == [[12.0, 22.0], [34.0, 44.0], [45.0, 55.0]]


def test_principal_components_by_hand() -> None:
    # About the mean (1, 1, 5) the points are (±2, 0, 0) and (0, ±1, 0): variances in the ratio of 8 to 2.
    points = np.array([[3.0, 1.0, 5.0], [1.0, 2.0, 5.0], [1.0, 0.0, 5.0], [-1.0, 1.0, 5.0]])
    found = trajectory(points)
    assert found.explained == pytest.approx((0.8, 0.2))
    assert np.abs(found.first).tolist() == pytest.approx([1.0, 0.0, 0.0])
    assert np.abs(found.second).tolist() == pytest.approx([0.0, 1.0, 0.0])
    assert found.centre.tolist() == [-1.0, 1.0, 5.0]
    assert found.path[0] == pytest.approx([4.0, 0.0])
    assert found.path[-1].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(
        found.centre + found.path @ np.stack([found.first, found.second]), points, atol=1e-12
    )


def test_a_span_holds_the_path_with_its_margin() -> None:
    points = np.array([[0.0, 0.0], [4.0, 0.0], [8.0, 0.001]])
    found = trajectory(points)
    x, y = found.span(margin=0.25, points=5)
    assert (len(x), len(y)) == (5, 5)
    assert (x[0], x[-1]) == pytest.approx((-2.0, 10.0), abs=1e-3)
    assert y[-1] - y[0] == pytest.approx(0.2 * 8 * 1.5, rel=1e-3)


def test_the_barrier_of_a_line_by_hand() -> None:
    # Between the minima of (w² − 1)², the one lifted by 0.5: at t = 1/2 it is 1, and the straight line 0.25.
    def loss(w: Vector) -> float:
        return float((w[0] ** 2 - 1) ** 2 + 0.25 * (1 + w[0]))

    found = line(between(loss, np.array([-1.0]), np.array([1.0])), points=5)
    assert found.shares.tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert found.losses[[0, 2, 4]].tolist() == [0.0, 1.25, 0.5]
    assert found.excess.tolist() == pytest.approx([0.0, 0.5625, 1.0, 0.5625, 0.0])
    assert (found.barrier, found.top) == (1.0, 0.5)


def test_a_line_that_hangs_through_has_no_barrier() -> None:
    assert line(lambda t: (t - 0.5) ** 2, points=9).barrier == 0.0


BAD = [
    (lambda: random_directions(4, 0, 0), r"count must be an integer in \[1, inf\), got 0"),
    (lambda: random_directions(0, 1, 0), r"size must be an integer in \[1, inf\), got 0"),
    (lambda: grid(1.0, 4), "points must be odd, so that 0 is one of them, got 4"),
    (lambda: grid(1.0, 1), r"points must be an integer in \[3, inf\), got 1"),
    (lambda: grid(0.0, 3), r"reach must be a finite number in \(0, inf\), got 0"),
    (lambda: grid(float("nan"), 3), r"reach must be a finite number in \(0, inf\), got nan"),
    (lambda: line(float, points=1), r"points must be an integer in \[2, inf\), got 1"),
    (lambda: trajectory(np.eye(2)), r"points must be an array of 3 or more rows .* got \(2, 2\)"),
    (lambda: trajectory(np.ones((3, 1))), r"points must be an array of 3 or more rows .* got \(3, 1\)"),
    (lambda: trajectory(np.ones((3, 3))), "points must not all be the same"),
    (
        lambda: filter_normalised(np.ones(3), np.ones(4), np.zeros(4, dtype=int)),
        r"directions and filters must have one number .* 4 weights, got shapes \(3,\) and \(4,\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_arguments(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
