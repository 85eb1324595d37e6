"""The recipes at full size, end to end on small archives: interrupted, resumed, precisions, several ranks."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch

from neural import archives, sweep_folder
from neural.__main__ import main
from neural.config import LaneConfig, TrainConfig
from neural.long_run import LongRun
from neural.ranks import Ranks
from neural.recipes import RECIPES
from neural.sweep import SweepConfig
from neural.sweep_runs import configs_of, name_of
from neural.train import TrainingLoop
from neural.train_command import train_config
from tests.neural import standins

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    standins.write(folder, "cifar10_full", 4)  # in five members
    standins.write(folder, "cifar100", 8)
    monkeypatch.setenv("SAM_SPS_DATA", str(folder))
    monkeypatch.setattr(archives, "ARCHIVES", standins.accept(folder))
    monkeypatch.setattr("neural.data._loaded", {})
    torch.set_num_threads(1)
    return folder


def weights(file: Path) -> dict[str, torch.Tensor]:
    lane = torch.load(file, weights_only=True)["loop"]["lanes"][0]
    return lane["network"] | {"evaluations": torch.tensor(lane["grad_evals"])}


def test_200_steps_of_the_resnet32_recipe_interrupted_and_resumed_are_bitwise_equal(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = ["batch_size=4", "weight_decay=0"]
    config = train_config(values, None, "cifar100_resnet32")
    out, again = tmp_path / "out", tmp_path / "again"
    run = LongRun(TrainingLoop(config), out, every=50)
    points = run.run()
    first = list(islice(points, 163))
    shutil.copytree(out, again)  # what a kill after step 163 leaves: the checkpoint of step 150
    first += points
    assert len(first) == 200

    steps = tmp_path / "steps.csv"
    command = ["train", "--recipe", "cifar100_resnet32", *values, "--every", "50", "--csv", str(steps)]
    assert main([*command, "--out", str(again)]) == 0
    capsys.readouterr()
    resumed = list(csv.DictReader(steps.open()))
    assert [row["step"] for row in resumed] == [str(step) for step in range(151, 201)]
    assert [row["gamma"] for row in resumed] == [str(point.gamma) for point in first[150:]]

    name = name_of(config)
    one, other = weights(out / f"{name}.pt"), weights(again / f"{name}.pt")
    assert one.keys() == other.keys()
    assert all(torch.equal(one[key], other[key]) for key in one)
    results = [sweep_folder.read(folder / "runs", {name: config})[name].to_dict() for folder in (out, again)]
    assert results[0] | {"seconds": 0} == results[1] | {"seconds": 0}
    assert results[0]["steps"] == 200
    assert results[0]["capped"] == sum(point.capped for point in first)
    # Once more: nothing is left to do.
    assert main([*command, "--out", str(again)]) == 0
    assert "This run is done" in capsys.readouterr().err


def test_checkpoints_of_another_run_and_damaged_ones_are_refused(data: Path, tmp_path: Path) -> None:
    config = train_config(["batch_size=8", "epochs=1"], None, "cifar10_resnet20")
    list(LongRun(TrainingLoop(config), tmp_path, 1).run())
    file = tmp_path / f"{name_of(config)}.pt"
    other = train_config(["batch_size=8", "epochs=2"], None, "cifar10_resnet20")
    shutil.copy(file, tmp_path / f"{name_of(other)}.pt")
    with pytest.raises(ValueError, match=r"cannot be read .*state must come from the configuration"):
        LongRun(TrainingLoop(other), tmp_path, 1)
    file.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="without it the run begins again"):
        LongRun(TrainingLoop(config), tmp_path, 1)


def test_a_file_of_steps_is_continued_where_the_checkpoint_is(data: Path, tmp_path: Path) -> None:
    command = ["train", "--recipe", "cifar10_resnet20", "batch_size=5", "epochs=2", "--every", "3"]
    whole, steps = tmp_path / "whole.csv", tmp_path / "steps.csv"
    assert main([*command, "--csv", str(whole)]) == 0
    config = train_config(command[3:5], None, "cifar10_resnet20")
    list(islice(LongRun(TrainingLoop(config), tmp_path, 3).run(), 4))
    lines = whole.read_text().splitlines(keepends=True)
    steps.write_text("".join(lines[:6]))  # two more lines than the checkpoint has steps
    assert main([*command, "--csv", str(steps), "--out", str(tmp_path)]) == 0
    one, other = (list(csv.DictReader(file.open())) for file in (whole, steps))
    assert [row | {"seconds": ""} for row in one] == [row | {"seconds": ""} for row in other]


def test_the_result_is_one_of_the_recipes_sweep(data: Path, tmp_path: Path) -> None:
    recipe = RECIPES["cifar10_resnet32"]
    whole = configs_of(recipe.sweep)
    assert len(whole) == 240
    # A run of the command line has the name that the sweep gives it.
    for decay in (5e-4, 0.0):
        values = ["method=usam_sps", "rho=0.2", f"weight_decay={decay}", "seed=1"]
        assert name_of(train_config(values, None, "cifar10_resnet32")) in whole
    assert SweepConfig.from_dict(recipe.sweep.to_dict()) == recipe.sweep


def test_recipes_are_those_of_the_paper() -> None:
    for key, recipe in RECIPES.items():
        config = recipe.config
        assert (config.batch_size, config.epochs, config.train_size, config.augment) == (
            128,
            100,
            50_000,
            True,
        )
        lane = config.lanes[0]
        assert (lane.method, lane.gamma_b, lane.weight_decay) == ("sam_sps", 1.0, 5e-4)
        assert f"{config.dataset.removesuffix('_full')}_{config.network}" == key


@pytest.mark.parametrize(
    ("values", "close"), [(["channels_last=true"], 1e-3), (["precision=bfloat16", "channels_last=true"], 0.1)]
)
def test_other_precisions_stay_near(values: list[str], close: float, data: Path) -> None:
    common = ["batch_size=10", "epochs=1"]

    def losses(*more: str) -> list[float]:
        config = train_config([*common, *more], None, "cifar10_resnet20")
        return [point.loss_x for point in TrainingLoop(config).run()]

    plain, other = losses(), losses(*values)
    assert other != plain
    assert other[0] == pytest.approx(plain[0], rel=close)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"precision": "float16"}, "precision must be one of float32, bfloat16"),
        ({"augment": 1}, "augment must be true or false, got 1"),
        ({"kappa": 10.0}, "kappa and offset must be 1 and 0 for cifar100"),
        ({"network": "small_cnn"}, "network must fit the images of cifar100"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, object], said: str) -> None:
    base = RECIPES["cifar100_resnet20"].config.to_dict()
    with pytest.raises(ValueError, match=said):
        TrainConfig.from_dict(base | values)


def test_offline_the_command_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAM_SPS_DATA", str(tmp_path))
    assert main(["train", "--recipe", "cifar100_resnet32"]) == 1
    assert "error: CIFAR-100 needs the official archive" in capsys.readouterr().err


def test_a_rank_without_images_is_refused(data: Path) -> None:
    config = train_config(["batch_size=19"], None, "cifar10_resnet20")  # 20 images: the last batch has one
    with pytest.raises(ValueError, match="which has 1, got 19 for 2 ranks"):
        TrainingLoop(config, Ranks(0, 2))


def test_two_gloo_ranks_equal_one_process_on_the_joined_batch(data: Path, tmp_path: Path) -> None:
    # 20 images in batches of 13 and 7: shares of 6 and 7, then of 3 and 4.
    lanes = (LaneConfig("sam_sps"), LaneConfig("sam_cosine", lr=0.03), LaneConfig("sgd_constant", lr=0.03))
    recipe = RECIPES["cifar10_resnet20"].config
    config = tmp_path / "config.json"
    config.write_text(json.dumps(replace(recipe, lanes=lanes, batch_size=13, epochs=3).to_dict()))
    alone, together = tmp_path / "alone.csv", tmp_path / "together.csv"
    assert main(["train", "--json", str(config), "--csv", str(alone)]) == 0
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    rank = [str(ROOT / "tests/neural/standins.py"), str(data)]
    command = [*launch, *rank, "train", "--json", str(config), "--csv", str(together)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("lane,step") == 1, "one rank prints"
    one, two = (list(csv.DictReader(file.open())) for file in (alone, together))
    assert len(one) == len(two) == 18
    for name in ("loss_x", "loss_e", "gamma", "grad_x_norm", "grad_e_norm", "perturbation_norm"):
        expected = [float(row[name]) for row in one]
        assert [float(row[name]) for row in two] == pytest.approx(expected, rel=2e-3), name
    for row, other in zip(one[:3], two[:3], strict=True):
        assert float(row["loss_x"]) == pytest.approx(float(other["loss_x"]), rel=1e-5)
        assert row["grad_evals"] == other["grad_evals"]
