"""The grids hold the published choices, and the search takes the lowest end."""

import numpy as np
import pytest

from synthetic import FIGURES, RidgeConfig, SimulationConfig, simulate
from synthetic.tuning import GRIDS, tune


def test_published_choices_are_in_the_grids() -> None:
    for name in ("ada_comparison_det", "ada_comparison_stoch"):
        figure = FIGURES[name]
        for method in figure.methods(figure.problem()[0])[:-1]:
            assert method in GRIDS[method.key]


def test_best_is_the_lowest_end() -> None:
    problem = RidgeConfig(n=20, d=10, seed=1).build()
    config = SimulationConfig(200, 5, trials=2, seed=3)
    tuned = tune(problem, "lightsam_1", config)
    assert tuned.scores.shape == (len(GRIDS["lightsam_1"]),)
    assert tuned.best == tuned.candidates[int(np.argmin(tuned.scores))]
    alone = simulate(problem, [tuned.best], config)[tuned.best.key]
    assert alone.loss[:, -1].mean() == tuned.scores.min()


def test_diverged_candidates_are_last() -> None:
    problem = RidgeConfig(n=4, d=4, design="gaussian", seed=1).build()
    tuned = tune(problem, "sa_sam", SimulationConfig(50), x0=np.full(4, 1e200))
    assert np.all(np.isinf(tuned.scores))


def test_unknown_key_is_refused() -> None:
    with pytest.raises(ValueError, match="key must be one of 'adasam'"):
        tune(RidgeConfig(n=2, d=2).build(), "sgd", SimulationConfig(5))
