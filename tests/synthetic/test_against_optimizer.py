"""Two independent implementations, NumPy here and PyTorch in sam_sps, on the same problem, step by step."""

import numpy as np
import pytest
import torch

from sam_sps import SAM_SPS
from synthetic import PolyakStep, RidgeConfig, RidgeRegression, SimulationConfig, simulate, starting_points
from synthetic.sampling import chunk_lengths, common_batches

STEPS = 200


def torch_steps(
    problem: RidgeRegression, x0: np.ndarray, batches: np.ndarray, rho: float, lambd: float, gamma_b: float
) -> tuple[np.ndarray, np.ndarray]:
    """Iterates x⁰ … x^T (T + 1, d) and step sizes (T,) of SAM_SPS in float64."""
    A, b = torch.from_numpy(problem.A), torch.from_numpy(problem.b)
    x = torch.nn.Parameter(torch.from_numpy(x0.copy()))
    optimizer = SAM_SPS([x], weight_decay=0.0, rho=rho, lambd=lambd, gamma_b=gamma_b)
    xs, gammas = [x0], []
    for rows in torch.from_numpy(batches):

        def closure(rows: torch.Tensor = rows) -> torch.Tensor:
            optimizer.zero_grad()
            residual = A[rows] @ x - b[rows]
            loss = residual.square().mean() / 2 + problem.reg / 2 * x.square().sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        assert optimizer.last_step is not None
        gammas.append(optimizer.last_step.gamma)
        xs.append(x.detach().numpy().copy())
    return np.array(xs), np.array(gammas)


@pytest.mark.parametrize("lambd", [0.0, 0.35, 1.0])
@pytest.mark.parametrize("batch_size", [None, 8])
@pytest.mark.parametrize(
    "recipe",
    [
        RidgeConfig(n=40, d=20, interpolated=False, reg=0.05, design="gaussian", seed=1),
        RidgeConfig(n=30, d=30, kappa=5.0, interpolated=False, noise=0.1, seed=2),
    ],
    ids=["gaussian", "conditioned"],
)
def test_same_steps_as_the_optimizer(recipe: RidgeConfig, batch_size: int | None, lambd: float) -> None:
    problem, rho, gamma_b = recipe.build(), 0.05, 0.5
    method = PolyakStep("sps", "SPS", rho, lambd, 0.0, gamma_b)
    config = SimulationConfig(STEPS, batch_size, record="all", seed=5)
    x0 = starting_points(problem, config)[0]
    batches = np.tile(np.arange(problem.n), (STEPS, 1))
    if batch_size is not None:
        lengths = chunk_lengths(STEPS, batch_size)
        batches = np.concatenate(list(common_batches(problem.n, batch_size, config, 0, lengths)))
    xs, gammas = torch_steps(problem, x0, batches, rho, lambd, gamma_b)

    track = simulate(problem, [method], config, x0)["sps"]
    np.testing.assert_allclose(track.gamma[0, :-1], gammas, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(track.loss[0], problem.loss(xs), rtol=1e-8)
    for t in range(1, STEPS + 1, 7):
        short = simulate(problem, [method], SimulationConfig(t, batch_size, seed=5), x0)["sps"]
        np.testing.assert_allclose(short.x_last[0], xs[t], rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(track.x_last[0], xs[-1], rtol=1e-8, atol=1e-8)
    assert 0 < track.capped_share[0, -1] <= 1
