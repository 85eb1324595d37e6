import csv
import io
import math

import pyarrow.parquet
import pytest

from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_result import RunResult
from neural.sweep_runs import runs_of
from neural.sweep_table import run_rows, table, write_parquet, written_csv

SWEEP = SweepConfig(
    (SweepMethod("sam_sps"), SweepMethod("sam_cosine", tuned=(("lr", (0.1, 1.0)),))),
    grid=(("rho", (0.1, 0.4)),),
    seeds=(0, 1),
    fixed=(("epochs", 1),),
)
# Accuracies of seeds 0 and 1: at ρ = 0.1 rate 0.1 is better, at 0.4 rate 1.
ACCURACIES = {
    ("sam_sps", 0.1, None): (0.9, 0.8), ("sam_sps", 0.4, None): (0.7, 0.6),
    ("sam_cosine", 0.1, 0.1): (0.9, 0.9), ("sam_cosine", 0.1, 1.0): (0.8, 0.8),
    ("sam_cosine", 0.4, 0.1): (0.2, 0.4), ("sam_cosine", 0.4, 1.0): (0.5, 0.5),
}  # fmt: skip


def result(run, anew=None):
    key = (run.method.method, dict(run.point)["rho"], dict(run.tuned).get("lr"))
    accuracy = ACCURACIES[key][run.config.seed]
    return RunResult(run.name, 20, 40, 1.0, 0.5, accuracy, anew, capped=5, clamped=2, skipped=0)


DONE = {run.name: result(run) for run in runs_of(SWEEP)}


def chosen(rows, what):
    return [row[what] for row in rows]


def test_table_by_hand():
    rows = table(SWEEP, DONE)
    assert chosen(rows, "label") == ["SAM-SPS"] * 2 + ["SAM, cosine"] * 2
    assert chosen(rows, "rho") == [0.1, 0.4, 0.1, 0.4]
    assert chosen(rows, "test_accuracy") == pytest.approx([0.85, 0.65, 0.9, 0.5])
    # Of two values a and b the standard deviation with n − 1 is |a − b| / √2.
    assert chosen(rows, "test_accuracy_std") == pytest.approx([0.1 / math.sqrt(2)] * 2 + [0.0, 0.0])
    assert chosen(rows, "recomputed") == chosen(rows, "test_accuracy"), "networks without BatchNorm"
    assert chosen(rows, "tuned") == [{}, {}, {"lr": 0.1}, {"lr": 1.0}]
    assert [rows[0][name] for name in ("capped", "clamped", "skipped")] == [0.25, 0.1, 0.0]
    assert chosen(rows, "grad_evals") == [40] * 4
    assert chosen(rows, "grad_evals_tuned") == [40, 40, 80, 80]
    assert [(row["seeds"], row["done"], row["runs"]) for row in rows] == [(2, 2, 2)] * 2 + [(2, 4, 4)] * 2


def test_tuning_once_pays_once_and_keeps_the_rate():
    rows = table(SWEEP, DONE, tune_once=True)[2:]
    assert chosen(rows, "tuned") == [{"lr": 0.1}, {"lr": 0.1}]
    assert chosen(rows, "test_accuracy") == pytest.approx([0.9, 0.3])
    assert chosen(rows, "grad_evals_tuned") == [80, 40]


def test_the_best_may_be_chosen_with_recomputed_statistics():
    anew = DONE | {run.name: result(run, 0.99) for run in runs_of(SWEEP) if run.tuned == (("lr", 1.0),)}
    rows = table(SWEEP, anew, measure="recomputed")[2:]
    assert chosen(rows, "tuned") == [{"lr": 1.0}] * 2
    assert chosen(rows, "recomputed") == pytest.approx([0.99, 0.99])
    assert chosen(rows, "test_accuracy") == pytest.approx([0.8, 0.5])
    assert chosen(table(SWEEP, anew)[2:], "tuned") == [{"lr": 0.1}, {"lr": 1.0}]


def test_a_sweep_half_done():
    first = runs_of(SWEEP)[0]
    rows = table(SWEEP, {first.name: DONE[first.name]})
    assert (rows[0]["test_accuracy"], rows[0]["test_accuracy_std"], rows[0]["seeds"]) == (0.9, None, 1)
    assert (rows[1]["test_accuracy"], rows[1]["grad_evals_tuned"], rows[1]["done"]) == (None, None, 0)
    assert table(SWEEP, {})[3]["tuned"] == {"lr": 0.1}


def test_csv_and_parquet_hold_the_same(tmp_path):
    for rows in (table(SWEEP, DONE), run_rows(SWEEP, DONE)):
        write_parquet(rows, tmp_path / "rows.parquet")
        kept = pyarrow.parquet.read_table(tmp_path / "rows.parquet").to_pylist()
        read = list(csv.DictReader(io.StringIO(written_csv(rows))))
        assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in kept] == read
    assert len(read) == 12
    assert read[1]["lr"] == "0.1"
    assert read[0]["test_accuracy"] == "0.9"
