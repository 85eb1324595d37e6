"""The torch optimizers against the independent NumPy ones, on ridge regression in float64, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from neural import adaptive
from neural.baseline import Baseline
from synthetic import (
    Method,
    RidgeConfig,
    RidgeRegression,
    SimulationConfig,
    adasam,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
    simulate,
    starting_points,
)
from synthetic.sampling import chunk_lengths, common_batches

STEPS = 60
EPSILON = 1e-8
Make = Callable[[list[torch.nn.Parameter]], Baseline]
TWINS: dict[str, tuple[Method, Make]] = {
    "adasam": (
        replace(adasam(0.02, 0.05), epsilon=EPSILON),
        lambda x: adaptive.AdaSAM(x, lr=0.02, rho=0.05, weight_decay=0.0, epsilon=EPSILON),
    ),
    "lightsam_1": (
        replace(lightsam_1(0.5, 0.3), epsilon=EPSILON),
        lambda x: adaptive.LightSAM1(x, lr=0.5, rho=0.3, weight_decay=0.0, epsilon=EPSILON),
    ),
    "lightsam_2": (
        replace(lightsam_2(0.2, 0.1), epsilon=EPSILON),
        lambda x: adaptive.LightSAM2(x, lr=0.2, rho=0.1, weight_decay=0.0, epsilon=EPSILON),
    ),
    "lightsam_3": (
        replace(lightsam_3(0.02, 0.01), epsilon=EPSILON),
        lambda x: adaptive.LightSAM3(x, lr=0.02, rho=0.01, weight_decay=0.0, epsilon=EPSILON),
    ),
    "sa_sam": (sa_sam(0.1), lambda x: adaptive.SASAM(x, lr=0.1, weight_decay=0.0)),
}


def torch_steps(
    problem: RidgeRegression, x0: np.ndarray, batches: np.ndarray, make: Make
) -> tuple[np.ndarray, np.ndarray, int]:
    """Iterates x⁰ … x^T (T + 1, d), step sizes (T,) and the number of gradients."""
    A, b = torch.from_numpy(problem.A), torch.from_numpy(problem.b)
    x = torch.nn.Parameter(torch.from_numpy(x0.copy()))
    optimizer, evaluations = make([x]), 0
    xs, gammas = [x0], []
    for rows in torch.from_numpy(batches):

        def closure(rows: torch.Tensor = rows) -> torch.Tensor:
            nonlocal evaluations
            evaluations += 1
            loss = (A[rows] @ x - b[rows]).square().mean() / 2 + problem.reg / 2 * x.square().sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        assert optimizer.last_step is not None
        gammas.append(optimizer.last_step.gamma)
        xs.append(x.detach().numpy().copy())
    return np.array(xs), np.array(gammas), evaluations


@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize("key", TWINS)
def test_same_steps_as_the_numpy_twin(key: str, batch_size: int | None) -> None:
    problem = RidgeConfig(n=30, d=12, interpolated=False, reg=0.05, design="gaussian", seed=1).build()
    method, make = TWINS[key]
    config = SimulationConfig(STEPS, batch_size, record="all", seed=5)
    x0 = starting_points(problem, config)[0]
    batches = np.tile(np.arange(problem.n), (STEPS, 1))
    if batch_size is not None:
        lengths = chunk_lengths(STEPS, batch_size)
        batches = np.concatenate(list(common_batches(problem.n, batch_size, config, 0, lengths)))
    xs, gammas, evaluations = torch_steps(problem, x0, batches, make)

    track = simulate(problem, [method], config, x0)[key]
    np.testing.assert_allclose(gammas, track.gamma[0, :-1], rtol=1e-8)
    np.testing.assert_allclose(problem.loss(xs), track.loss[0], rtol=1e-8)
    for t in range(1, STEPS + 1):
        short = simulate(problem, [method], SimulationConfig(t, batch_size, seed=5), x0)[key]
        np.testing.assert_allclose(xs[t], short.x_last[0], rtol=1e-8, atol=1e-8)
    assert evaluations == method.evaluations_before(np.array([STEPS]))[0]
    assert np.abs(xs[-1] - xs[0]).max() > 0.1
