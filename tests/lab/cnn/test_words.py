"""What the page says of devices, images, networks and runs."""

from __future__ import annotations

import pytest

from lab.cnn import words
from lab.cnn.run_config import train_config
from lab.params import CnnConfig
from lab.params.cnn import IMAGES, LaneControls
from neural import known_datasets as datasets
from neural.availability import Availability
from neural.catalog import DATASETS, NETWORKS, networks_for
from runs import Status, Summary
from tests.lab.cnn.engine import OneRun, found


@pytest.mark.parametrize(
    ("devices", "said"),
    [
        (None, words.DEVICES_UNKNOWN),
        (
            {"cpu": ""},
            f"There is no CUDA GPU and no Apple GPU (MPS) where the runs train. {words.GPU_BUILD}",
        ),
        ({"cpu": "", "cuda:1": ""}, "There is no Apple GPU (MPS) where the runs train."),
        ({"cpu": "", "cuda:0": "", "mps": ""}, ""),
    ],
)
def test_kinds_of_devices_that_are_not_there_are_named(devices: dict[str, str] | None, said: str) -> None:
    assert words.devices(found(CnnConfig(), OneRun(devices=devices))) == said


def test_images_that_are_not_simply_there_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict.fromkeys(DATASETS, Availability(True))
    known |= {"mnist": Availability(False, reason="no"), "cifar10": Availability(True, downloads=True)}
    monkeypatch.setattr(datasets.known, "now", lambda: known)
    assert words.remarks(found(CnnConfig())) == {"mnist": " (not here)", "cifar10": " (downloads first)"}


PAIRS = [(dataset, network) for dataset in IMAGES for network in networks_for(dataset)]


@pytest.mark.parametrize(("dataset", "network"), PAIRS)
def test_every_network_on_every_data_set_says_how_large_it_is(dataset: str, network: str) -> None:
    said = words.about(found(CnnConfig(dataset=dataset, network=network)))
    assert f"**{NETWORKS[network].parameters[dataset]:,} parameters**" in said
    assert NETWORKS[network].about in said
    assert DATASETS[dataset].about in said


def test_a_run_in_the_list() -> None:
    training = train_config(CnnConfig(lanes=2, seeds=3, dataset="textures"))
    said = words.in_a_line(Summary("abcdefgh1234", 0.0, training, Status("paused")))
    assert said.endswith(" · SAM-SPS, SAM, constant γ on textures, 3 seeds · paused")


def test_a_run_that_cannot_be_read_is_in_the_list() -> None:
    said = words.in_a_line(Summary("", 0.0, None, Status("failed")))
    assert said.endswith(" · damaged or of another version, cannot be shown")


def test_a_lane_between_usam_and_sam_says_its_lambda() -> None:
    result = found(CnnConfig(lanes=1, a=LaneControls(lambd=0.5)))
    assert [look.label for look in result.looks] == ["A · SAM-SPS, λ = 0.5"]
    said = words.in_a_line(Summary("abcdefgh1234", 0.0, result.training, Status("paused")))
    assert " · SAM-SPS, λ = 0.5 on digits" in said
