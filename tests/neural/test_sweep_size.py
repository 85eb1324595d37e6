"""How large a sweep is, held against what runs were measured to compute."""

from __future__ import annotations

import pytest

from neural.catalog import DATASETS, NETWORKS
from neural.config import LaneConfig, TrainConfig
from neural.ready_sweeps import READY
from neural.sweep_parts import recipe
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.sweep_size import gradients_of, pace, size_of
from neural.train import TrainingLoop


@pytest.mark.parametrize(("method", "rho"), [("sam_sps", 0.1), ("usam_cosine", 0.0), ("sgd_constant", 0.1)])
def test_the_gradients_are_those_that_a_run_computes(method: str, rho: float) -> None:
    config = TrainConfig((LaneConfig(method, rho=rho),), network="mlp", epochs=2, train_size=130)
    done = RunResult.of_points("run", TrainingLoop(config).run())
    assert gradients_of(config) == done.grad_evals


def test_a_ready_sweep_by_hand() -> None:
    configs = configs_of(READY["mlp"].sweep).values()
    steps = 15 * 63
    size = size_of(configs, 2)
    assert (size.runs, size.gradients) == (72, 4 * 3 * steps * (2 * 5 + 1))
    assert size.seconds == pytest.approx(size.gradients * pace("mnist1d", "mlp") / 2)
    assert size_of(configs, 4).seconds == pytest.approx(size.seconds / 2)
    assert size_of([], 2).seconds == 0


def test_the_pace_of_runs_that_are_done_counts_instead_of_the_table() -> None:
    known = [RunResult("a", 10, 20, 4.0, 1.0, 0.5, None, 0, 0, 0)]
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1)
    assert size_of([config], 8, known).seconds == pytest.approx(2 * 23 * 0.2)


def test_every_network_has_a_pace_on_all_its_data() -> None:
    for key, network in NETWORKS.items():
        assert all(pace(name, key) > 0 for name in DATASETS if network.takes(name))


def test_what_is_the_default_is_not_written_down() -> None:
    assert recipe("digits", "mlp", 40, label_noise=0.0, gamma_b=1.0, device="cpu", weight_decay=0.0) == (
        ("dataset", "digits"), ("network", "mlp"), ("epochs", 40), ("eval_every", 115), ("weight_decay", 0.0),
    )  # fmt: skip
