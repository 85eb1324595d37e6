"""The first iteration at a target is noted, whether it is recorded or not."""

from dataclasses import replace

import numpy as np
import pytest

from synthetic import (
    LogisticRegression,
    RidgeConfig,
    SimulationConfig,
    lightsam_2,
    sam,
    sgd,
    simulate,
    usam_ps,
)


@pytest.mark.parametrize("batch_size", [None, 3])
@pytest.mark.parametrize("target", [1e-2, 1e-6])
def test_the_first_iteration_at_the_target_is_noted_whether_recorded_or_not(
    batch_size: int | None, target: float
) -> None:
    problem = RidgeConfig(n=30, d=8, kappa=3.0, seed=1).build()
    methods = [
        sgd(0.3 / problem.L_max),
        usam_ps(0.3 / problem.L_max),
        sam(0.2 / problem.L, 0.05),
        lightsam_2(0.5, 0.01),
    ]
    config = SimulationConfig(
        3000, batch_size, trials=1 if batch_size is None else 3, record=(), target=target
    )
    sparse = simulate(problem, methods, config)
    dense = simulate(problem, methods, replace(config, record="all"))
    for key, track in dense.tracks.items():
        below = track.relative_gap <= target
        first = np.where(below.any(1), track.iterations[np.argmax(below, 1)], np.inf)
        assert track.reached.tolist() == sparse[key].reached.tolist() == first.tolist()
    assert np.isfinite(dense["sgd"].reached).all()
    assert np.isinf(simulate(problem, methods, replace(config, target=None))["sgd"].reached).all()


def test_the_target_is_watched_on_a_loss_that_is_not_quadratic() -> None:
    rng = np.random.default_rng(0)
    problem = LogisticRegression(rng.standard_normal((20, 3)), rng.choice([-1.0, 1.0], 20), 0.1)
    config = SimulationConfig(500, record="all", target=1e-6)
    for batch_size in (None, 10):
        asked = replace(config, batch_size=batch_size)
        dense = simulate(problem, [usam_ps(0.1)], asked)["usam_ps"]
        sparse = simulate(problem, [usam_ps(0.1)], replace(asked, record=()))["usam_ps"]
        below = dense.relative_gap[0] <= 1e-6
        assert sparse.reached[0] == (dense.iterations[np.argmax(below)] if below.any() else np.inf)
