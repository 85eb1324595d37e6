"""What the benchmarks time can be computed; README quotes what they measured as it is."""

import json

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.options import Row, on_textures, train, variants
from benchmarks.plain_loop import plain_loop
from benchmarks.synthetic import ridge_lab
from neural.data import load_dataset
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_result import RunResult
from neural.sweep_runs import runs_of
from synthetic import RidgeConfig, SimulationConfig, simulate


def test_the_timed_ridge_lab_and_its_plain_loop_can_be_computed() -> None:
    problem = RidgeConfig().build()
    config = SimulationConfig(20, record="all")
    x0 = np.random.default_rng(0).standard_normal(problem.d)
    for method in ridge_lab(problem):
        gammas = [gamma for _, gamma in plain_loop(problem, method, x0, iter([np.arange(problem.n)] * 20))]
        assert len(gammas) == 21
        assert np.isfinite(gammas[:-1]).all(), method.key
    assert len(simulate(problem, ridge_lab(problem), config).tracks) == 6


ROWS = {row.name: row for row in (*variants(0.1), *on_textures(0.1))}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_every_variant_of_the_table_of_options_trains(row: Row) -> None:
    measured, recomputed, *shares, evaluations = train(
        row, "small_cnn_bn", load_dataset("digits", train_size=320), 0, 1
    )
    assert min(measured, recomputed, *shares) >= 0
    assert max(measured, recomputed, *shares) <= 1
    assert evaluations == {"sam_every=2": 1.6, "sam_every=5": 1.2, "rho=0, one pass": 1.0}.get(row.name, 2.0)


def test_readme_quotes_the_comparison_with_peers_as_it_was_measured() -> None:
    data = json.loads(peers.FILE.read_text(encoding="utf-8"))
    text = peers.README.read_text(encoding="utf-8")
    assert peers.written(text, data) == text
    assert list(data["tasks"]) == list(peers.TASKS)
    for task, rows in data["tasks"].items():
        assert [row["label"] for row in rows] == [method.label for method in peers.METHODS], task
        for row in rows:
            assert len(row["default_accuracy"]) == len(row["best_accuracy"]) == 3
            assert sum(row["best_accuracy"]) >= sum(row["default_accuracy"])
            assert row["grad_evals_of_grid"] > row["grad_evals"]


def test_rows_of_the_comparison_are_the_default_and_the_best_of_the_grid() -> None:
    sweep = SweepConfig((SweepMethod("adam", (), (("lr", (0.1, 0.2, 0.3)),)),), grid=(), seeds=(0, 1))
    accuracy = {(0.1, 0): 0.5, (0.1, 1): 0.7, (0.2, 0): 0.9, (0.2, 1): 0.8, (0.3, 0): 0.9, (0.3, 1): 0.1}
    results = {
        run.name: RunResult(
            run.name, 4, 40, 1.0, 0.1, accuracy[run.tuned[0][1], run.config.seed], None, 0, 0, 0
        )
        for run in runs_of(sweep)
    }
    (row,) = peers.rows_of(sweep, results)
    assert row == {
        "label": "Adam",
        "default": {"lr": 0.1},
        "default_accuracy": [0.5, 0.7],
        "best": {"lr": 0.2},
        "best_accuracy": [0.9, 0.8],
        "grad_evals": 40,
        "grad_evals_of_grid": 120,
    }
    other = row | {"label": "Other", "default_accuracy": [0.8, 0.8], "best_accuracy": [0.8, 0.8]}
    said = peers.table({"tasks": {"t": [row, other]}, "commit": "c", "torch": "2", "absent": []})
    assert "| Adam | 60.0 ± 14.1 | **85.0 ± 7.1** (lr 0.2) | 40 | 120 |" in said
    assert "t, default: ahead of 0, behind 1; t, best: ahead of 1, behind 0." in said
