"""Every method on every kind of problem and sampling: the engine against the plain loop."""

import numpy as np
import pytest

from benchmarks.plain_loop import plain_loop
from synthetic import (
    AdaSAM,
    AF22Decreasing,
    ConstantStep,
    LightSAM3,
    LogisticRegression,
    Method,
    PolyakStep,
    Problem,
    RidgeConfig,
    Schedule,
    SimulationConfig,
    adasam,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
    sam,
    sam_ps,
    sam_sps,
    sgd,
    simulate,
    sps_max,
    starting_points,
    unified_sam,
    usam,
    usam_ps,
    usam_sps,
)
from synthetic.sampling import chunk_lengths, common_batches

METHODS: list[Method] = [
    sgd(0.3),
    usam(0.3, 0.2),
    sam(0.3, 0.05),
    unified_sam(Schedule(0.5, "inverse_sqrt"), 0.1, Schedule(1.0, "inverse")),
    ConstantStep("late", "late", 0.1, 0.1, Schedule(1.0, "one_minus_inverse")),
    usam_ps(0.2),
    sam_ps(0.01),
    usam_sps(0.2, gamma_b=0.7),
    sam_sps(0.05, gamma_b=2.0, f_star="batch_minimum"),
    sps_max(1.0),
    PolyakStep("blend", "blend", Schedule(0.3, "inverse_sqrt"), 0.35, "batch_minimum", 3.0),
    PolyakStep("bare", "bare", 2.0, 0.0, 0.0, None, safeguard=False),
    AF22Decreasing("af22", "AF22", mu=0.2, L_max=3.0),
    adasam(0.05, 0.02),
    AdaSAM("adasam_fast", "", 0.05, 0.02, epsilon=0.1, beta1=0.0, beta2=0.5),
    lightsam_1(0.5, 0.1),
    lightsam_2(0.1, 0.05),
    lightsam_3(0.02, 0.03),
    LightSAM3("lightsam_slow", "", 0.02, 0.03, epsilon=0.3, beta1=0.99, beta2=0.9),
    sa_sam(0.2),
]


def logistic(n: int, d: int) -> LogisticRegression:
    rng = np.random.default_rng(7)
    return LogisticRegression(rng.standard_normal((n, d)), rng.choice([-1.0, 1.0], n), reg=0.05)


PROBLEMS: dict[str, Problem] = {
    "square": RidgeConfig(n=12, d=12, seed=1).build(),
    "noisy": RidgeConfig(n=30, d=7, interpolated=False, reg=0.1, design="gaussian", seed=2).build(),
    "wide": RidgeConfig(n=6, d=15, kappa=3.0, seed=3).build(),
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
