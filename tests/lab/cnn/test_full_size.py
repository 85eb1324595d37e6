"""CIFAR from official archives through the app's own engine: started as the page does, killed, resumed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.cnn.run_config import train_config
from lab.params import CnnConfig, RobustnessConfig
from lab.params.cnn import LaneControls
from lab.robustness.sweep import sweep_of
from neural import archives, sweep_folder
from neural.__main__ import main
from neural.home import sweeps
from neural.recipes import RECIPES
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_parts import recipe
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.train import TrainingLoop
from runs.backend import Command
from runs.fleets.local import LocalFleet
from runs.service import Service
from tests.neural import standins
from tests.runs.helpers import (
    ME,
    assert_equal_to_bare,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[3]
ACCEPT = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from neural import archives
from tests.neural import standins
archives.ARCHIVES.update(standins.accept(Path({data!r})))
"""
"""What a worker does before anything else: the sums of the small archives are the published ones to it."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The app's folder, where CIFAR-10 is here and CIFAR-100 is not; for this process and its workers."""
    folder = tmp_path_factory.mktemp("home")
    standins.write(folder / "data", "cifar10_full", 4)  # in five members
    (folder / "site").mkdir()
    text = ACCEPT.format(root=str(ROOT), data=str(folder / "data"))
    (folder / "site" / "sitecustomize.py").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder / "site"))
        patch.setenv("SAM_SPS_DATA", str(folder / "data"))
        patch.setenv("SAM_SPS_HOME", str(folder))
        patch.setattr(archives, "ARCHIVES", standins.accept(folder / "data"))
        patch.setattr("neural.data._loaded", {})
        yield folder


@pytest.fixture(scope="module")
def fleet() -> LocalFleet:
    return LocalFleet(1)


@pytest.fixture(scope="module")
def service(home: Path, fleet: LocalFleet) -> Iterator[Service]:
    made = Service(fleet, home)
    yield made
    made.close()


def test_a_run_of_the_page_is_killed_and_resumed_bit_for_bit(
    service: Service, fleet: LocalFleet, home: Path
) -> None:
    lanes = {"a": LaneControls("sam_sps"), "b": LaneControls("sam_cosine", momentum=0.9)}
    config = CnnConfig(
        dataset="cifar10_full", network="resnet20", augment=True, batch_size=8, epochs=6, lanes=2, **lanes
    )
    training = train_config(config)
    assert (training.train_size, training.eval_every, training.augment) == (50_000, 6_250, True)
    run = service.submit(training, owner=ME)
    wait_for(service, run, lambda s: s.step > 3)
    kept = pause_at_checkpoint(service, home, run)
    assert 0 < kept < 18
    os.kill(fleet.workers[0].process.pid, signal.SIGKILL)
    status = wait_for(service, run, state("interrupted"))
    assert status.message.endswith(f"Resume continues from step {kept}.")
    service.send(run, Command("resume"), owner=ME)
    assert wait_for(service, run, over).message == "Finished: all 18 steps"
    assert_equal_to_bare(columns(service, run), training)
    assert service.pictures(run), "what the network sees of images that are bytes"
    (listed,) = service.shelf.runs(ME)
    assert listed.summary.config == training
    assert listed.outcomes[0].accuracy is not None


def test_a_sweep_keeps_its_results_in_the_store_and_takes_those_of_the_command_line(
    service: Service, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed = (*recipe("cifar10_full", "resnet20", 1, augment=True), ("label_noise", 0.2))
    sweep = SweepConfig((SweepMethod("sam_sps"), SweepMethod("usam_sps")), seeds=(0,), fixed=fixed)
    name, other = configs_of(sweep)
    done = RunResult.of_points(name, TrainingLoop(configs_of(sweep)[name]).run())
    sweep_folder.write(sweeps(home) / "runs", configs_of(sweep)[name], done)
    assert service.sweeps.progress(sweep).done == 1, "that of the command line"
    service.sweeps.start(sweep, owner=ME)
    wait_until(lambda: not service.sweeps.progress(sweep).going, 120)
    found = service.sweeps.results(sweep)
    assert found[name] == done
    expected = RunResult.of_points(other, TrainingLoop(configs_of(sweep)[other]).run())
    mine = found[other].to_dict() | {"seconds": 0, "run": ""}
    assert mine == expected.to_dict() | {"seconds": 0}
    service._store.sync()
    kept = {entry.name: entry.result for entry in service._store.sweep_runs([name, other])}
    assert kept == {key: one.to_dict() for key, one in found.items()}


def test_runs_of_the_page_are_those_of_the_recipes() -> None:
    config = RobustnessConfig(
        dataset="cifar10_full", network="resnet32", epochs=100, augment=True, rhos=(0.1, 0.2, 0.3, 0.4),
        baselines=("sam_constant", "usam_constant"), rates=(0.01, 0.1, 1.0), heavy=(),
    )  # fmt: skip
    of_the_recipe = configs_of(RECIPES["cifar10_resnet32"].sweep)
    assert len(configs_of(sweep_of(config))) == 96
    assert configs_of(sweep_of(config)).items() <= of_the_recipe.items()


def test_without_its_archive_a_run_says_what_to_do(service: Service) -> None:
    config = CnnConfig(dataset="cifar100", network="resnet32", lanes=1)
    status = wait_for(service, service.submit(train_config(config), owner=ME), over)
    assert status.state == "failed"
    assert status.message.startswith("CIFAR-100 needs the official archive cifar-100-binary.tar.gz")
    assert "SAM_SPS_DATA" in status.message


def test_the_command_line_leaves_its_runs_where_the_app_looks(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = ["epochs=1", "batch_size=16", "dataset=cifar10_full", "network=resnet20"]
    assert main(["train", *values, "--app"]) == 0
    capsys.readouterr()
    assert len(list((sweeps(home) / "runs").glob("*.json"))) >= 1
    assert main(["train", *values, "--app"]) == 0
    assert "This run is done" in capsys.readouterr().err
