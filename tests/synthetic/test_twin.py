"""Every method on every kind of problem and sampling: the engine against the plain loop."""

import numpy as np
import pytest

from benchmarks.plain_loop import plain_loop
from synthetic import (
    LogisticRegression,
    Method,
    Problem,
    RidgeConfig,
    SimulationConfig,
    simulate,
    starting_points,
)
from synthetic.sampling import chunk_lengths, common_batches
from tests.synthetic.methods import METHODS


def logistic(n: int, d: int) -> LogisticRegression:
    rng = np.random.default_rng(7)
    return LogisticRegression(rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n), reg=0.05)


PROBLEMS: dict[str, Problem] = {
    "square": RidgeConfig(n=12, d=12, seed=1).build(),
    "noisy": RidgeConfig(n=30, d=7, interpolated=False, reg=0.1, design="gaussian", seed=2).build(),
    "wide": RidgeConfig(n=6, d=15, kappa=3.0, seed=3).build(),
    "wide_noisy": RidgeConfig(n=6, d=15, kappa=3.0, reg=0.1, interpolated=False, seed=5).build(),
    "round": RidgeConfig(n=9, d=2, kappa=1.0, seed=4).build(),
    "logistic": logistic(25, 6),
}
SAMPLING = [(None, True), (1, True), (5, True), (5, False), (6, False), (40, True)]
# Polyak and smoothness steps amplify rounding, about tenfold in three iterations: compare the early ones.
ITERATIONS = 15


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize(("batch_size", "replacement"), SAMPLING)
@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
def test_engine_follows_the_plain_loop(
    name: str, batch_size: int | None, replacement: bool, method: Method
) -> None:
    problem, T = PROBLEMS[name], ITERATIONS
    config = SimulationConfig(T, batch_size, replacement, trials=2, seed=9, record="all", start="per_trial")
    track = simulate(problem, [method], config)[method.key]
    for trial, x0 in enumerate(starting_points(problem, config)):
        batches = [np.arange(problem.n)] * T
        if batch_size is not None:
            chunks = common_batches(problem.n, batch_size, config, trial, chunk_lengths(T, batch_size))
            batches = list(np.concatenate(list(chunks)))
        xs, gammas = zip(*plain_loop(problem, method, x0, iter(batches)), strict=True)
        gaps = problem.loss(np.array(xs)) - problem.f_min
        tolerance = 1e-9 * max(1.0, gaps[0])
        np.testing.assert_allclose(track.gap[trial], gaps, rtol=1e-7, atol=tolerance)
        moving = gaps[:-1] > 1e-6  # at the minimum N / ‖h‖² is rounding over rounding in the plain loop
        np.testing.assert_allclose(track.gamma[trial, :-1][moving], np.array(gammas)[:-1][moving], rtol=1e-5)
        target = problem.nearest_minimizer(x0)
        distances = np.sum((np.array(xs) - target) ** 2, 1)
        np.testing.assert_allclose(track.distance_sq[trial], distances, rtol=1e-6, atol=1e-9)
        norms = np.linalg.norm(problem.gradient(np.array(xs)), axis=1)
        np.testing.assert_allclose(track.grad_norm[trial], norms, rtol=1e-6, atol=1e-7)
        averages = np.array([xs[0], *(np.cumsum(xs, 0)[:-1] / np.arange(1, T + 1)[:, None])])
        expected = problem.loss(averages) - problem.f_min
        np.testing.assert_allclose(track.gap_of_average[trial], expected, rtol=1e-7, atol=tolerance)
