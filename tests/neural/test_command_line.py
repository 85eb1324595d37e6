"""`python -m neural`: the numbers of the loop, tables, and a sweep that goes on where it was left."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch

from neural import sweep_folder, train_command
from neural.__main__ import main
from neural.config import LaneConfig, TrainConfig
from neural.long_run import LongRun
from neural.pool import train_all
from neural.ready_sweeps import READY
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.train import TrainingLoop

TINY = SweepConfig(
    (SweepMethod("sam_sps"), SweepMethod("sam_cosine", tuned=(("lr", (0.1, 1.0)),))),
    grid=(("rho", (0.1, 0.4)),),
    seeds=(0, 1),
    fixed=(("network", "small_cnn_bn"), ("epochs", 1), ("train_size", 256)),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.json"
    path.write_text(json.dumps(TINY.to_dict()))
    return path


def expected() -> dict[str, RunResult]:
    torch.set_num_threads(1)
    return {
        name: RunResult.of_points(name, TrainingLoop(config).run())
        for name, config in configs_of(TINY).items()
    }


def numbers(results: dict[str, RunResult]) -> dict[str, dict[str, object]]:
    """All but the clock and the run's id."""
    return {
        name: {key: value for key, value in one.to_dict().items() if key not in ("seconds", "run")}
        for name, one in results.items()
    }


def test_a_sweep_that_was_killed_goes_on_with_nothing_lost_and_nothing_twice(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "neural", "sweep", str(file), "--out", str(out), "--workers", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(list(out.glob("runs/*.json"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("runs/*.json")}
    assert 2 <= len(before) < 12
    assert main(["sweep", str(file), "--out", str(out), "--workers", "1"]) == 0
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("runs/*.json")}
    assert before.items() <= after.items()
    assert len(after) == 12
    assert numbers(sweep_folder.read(out / "runs", configs_of(TINY))) == numbers(expected())
    said = capsys.readouterr()
    assert f"12 runs, {12 - len(before)} to do" in said.err
    assert f"{12 - len(before)} of {12 - len(before)} runs, 0:00 left" in said.err
    rows = list(csv.DictReader((out / "table.csv").open()))
    assert said.out == (out / "table.csv").read_text()
    assert [row["seeds"] for row in rows] == ["2"] * 4
    assert SweepConfig.from_dict(json.loads((out / "sweep.json").read_text())) == TINY
    assert len(list(csv.DictReader((out / "runs.csv").open()))) == 12
    assert {path.suffix for path in out.glob("*.parquet")} == {".parquet"}


def test_a_run_that_was_cut_short_goes_on_from_its_checkpoint_and_closing_waits_for_none(
    tmp_path: Path,
) -> None:
    torch.set_num_threads(1)
    name, config = next(iter(configs_of(TINY).items()))
    run = LongRun(TrainingLoop(config), tmp_path, every=1)
    deque(islice(run.run(), 3), maxlen=0)  # of four steps
    state = torch.load(run.file, weights_only=True)
    state["loop"]["lanes"][0]["seconds"] = 1e6  # by which the steps before are known again
    torch.save(state, run.file)
    endless = replace(config, epochs=1_000_000)
    with closing(train_all({name: config, "endless": endless}, 1, tmp_path)) as results:
        found = dict([next(results)])
    assert found == sweep_folder.read(tmp_path / "runs", {name: config})
    assert numbers(found) == numbers({name: RunResult.of_points(name, TrainingLoop(config).run())})
    assert found[name].seconds >= 1e6
    assert not run.file.exists(), "what is done needs no checkpoint"


def test_a_checkpoint_of_the_end_without_its_result_is_named(tmp_path: Path) -> None:
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1, train_size=64)
    run = LongRun(TrainingLoop(config), tmp_path, every=1)
    deque(run.run(), maxlen=0)
    next(tmp_path.glob("runs/*.json")).unlink()
    with pytest.raises(ValueError, match=r"of the last step, and its result is not in .*begins again"):
        LongRun(TrainingLoop(config), tmp_path, every=1).to_the_end()


def test_damaged_and_foreign_results_do_not_count(tmp_path: Path) -> None:
    configs = dict(list(configs_of(TINY).items())[:3])
    for name, config in configs.items():
        result = RunResult(name, 4, 8, 0.1, 1.0, 0.5, None, 0, 0, 0)
        sweep_folder.write(tmp_path, config, result)
    one, two, three = configs
    (tmp_path / f"{one}.json").write_text("{")
    os.replace(tmp_path / f"{two}.json", tmp_path / f"{one}.json.part")
    os.replace(tmp_path / f"{three}.json", tmp_path / f"{two}.json")
    assert sweep_folder.read(tmp_path, configs) == {}


def test_a_run_that_fails_is_named_and_the_others_are_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep = SweepConfig(
        (SweepMethod("sam_sps"),),
        (("device", ("cpu", "cuda:99")),),
        (0, 1, 2),
        (("epochs", 1), ("train_size", 64)),
    )
    file = tmp_path / "sweep.json"
    file.write_text(json.dumps(sweep.to_dict()))
    assert main(["sweep", str(file), "--out", str(tmp_path), "--workers", "1"]) == 1
    said, why = capsys.readouterr().err, "ValueError: device 'cuda:99' is not available here"
    assert said.count(f"failed: {why}") == 1, "the reason is said once"
    assert f"3 runs failed like this: {why}" in said
    assert len(list(tmp_path.glob("runs/*.json"))) == 3


def test_train_prints_what_the_loop_measures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = tmp_path / "steps.csv"
    values = ["method=usam_sps", "rho=0.2", "network=small_cnn_bn", "epochs=1", "train_size=256"]
    assert main(["train", *values, "--csv", str(steps)]) == 0
    config = TrainConfig((LaneConfig("usam_sps", rho=0.2),), network="small_cnn_bn", epochs=1, train_size=256)
    points = list(TrainingLoop(config).run())
    last = points[-1]
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == "4 of 4 steps, 0:00 left"
    assert said.out.splitlines() == [
        "lane,step,grad_evals,test_loss,test_accuracy,test_accuracy_recomputed",
        f"0,4,8,{last.test_loss:.6g},{last.test_accuracy:.6g},{last.test_accuracy_recomputed:.6g}",
    ]
    assert [float(row["loss_x"]) for row in csv.DictReader(steps.open())] == [p.loss_x for p in points]


def test_values_are_added_to_a_file(tmp_path: Path) -> None:
    config = TrainConfig((LaneConfig("sam_sps"), LaneConfig("usam_sps")), epochs=7)
    file = tmp_path / "run.json"
    file.write_text(json.dumps(config.to_dict()))
    found = train_command.train_config(["rho=0.5", "seed=3"], file)
    lanes = (LaneConfig("sam_sps", rho=0.5), LaneConfig("usam_sps", rho=0.5))
    assert found == TrainConfig(lanes, epochs=7, seed=3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "rho=-1"], "rho must be a finite number in [0, inf), got -1"),
        (["train", "rho=0.1", "rho=0.2"], "each NAME must be given once, got rho twice"),
        (["sweep", "mpl"], "FILE must be a file or one of mlp, "),
        (["train", "rho"], "NAME=VALUE, got 'rho'"),
        (["train", "rate=1"], "unknown keys 'rate'"),
        (["train", "network=cnn1d"], "network must fit"),
    ],
)
def test_wrong_usage_is_said_in_a_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", str(tmp_path)]) == 1
    assert "Is a directory" in capsys.readouterr().err
    (tmp_path / "no.json").write_text("{")
    assert main(["sweep", str(tmp_path / "no.json")]) == 2
    assert "no.json is not JSON" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["sweep", "mlp", "--workers", "0"])


def test_ready_sweeps_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    assert all(f"{key}: {ready.label}" in said for key, ready in READY.items())
