"""Every row of the page at both its ends and every choice: shown, and trained for a step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice

import pytest
import torch

from lab.cnn import figures, words
from lab.cnn.run_config import train_config
from lab.params import CnnConfig
from lab.params.cnn import IMAGES, LaneControls
from lab.ui.figure_json import written
from neural import train
from neural.catalog import DATASETS, networks_for
from neural.config import TrainConfig
from neural.data import Dataset, load_dataset
from neural.methods import METHODS
from tests.lab.cnn.engine import OneRun, found
from tests.lab.params.ends import at_both_ends

BASE = CnnConfig(lanes=1, batch_size=16)
# Series and their network go together.
SERIES = replace(BASE, dataset="mnist1d", network="cnn1d")
ENDS = at_both_ends(BASE)
ENDS |= dict.fromkeys(ENDS.keys() & {"dataset=mnist1d", "network=cnn1d"}, SERIES)
# So do the images of an archive and the networks for them.
LARGE = {key: replace(BASE, dataset=key, network="resnet20") for key in ("cifar10_full", "cifar100")}
ENDS |= {f"dataset={key}": config for key, config in LARGE.items()}
ENDS["network=resnet32"] = replace(BASE, dataset="cifar100", network="resnet32")


@pytest.mark.parametrize("end", ENDS)
def test_every_end_can_be_shown(end: str) -> None:
    config = ENDS[end]
    result = found(config, OneRun(devices={"cpu": "", config.device: ""}))
    assert result.config == config
    for build in (
        figures.gamma,
        figures.accuracy,
        figures.loss,
        figures.decided,
        figures.grad_norms,
        figures.sam_gap,
    ):
        assert "NaN" not in written(build(result))
    assert len(result.looks) == config.lanes
    assert words.about(result)


@cache
def images(dataset: str, label_noise: float, kappa: float, train_size: int, offset: float) -> Dataset:
    """The data set; noise of its shape where it would have to be downloaded, as bytes where it is large."""
    choice = DATASETS[dataset]
    if choice.source not in ("openml", "archive"):
        return load_dataset(dataset, label_noise, kappa, train_size, offset)
    x, y = torch.rand(64, *choice.shape), torch.arange(64) % choice.classes
    if choice.source == "openml":
        return Dataset(x, y, x, y, choice.classes)
    x, normal = (255 * x).byte(), (torch.full((3, 1, 1), 127.0), torch.full((3, 1, 1), 74.0))
    return Dataset(x, y, x, y, choice.classes, span=(0.0, 255.0), normal=normal)


@pytest.fixture(autouse=True)
def _no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    def data_of(config: TrainConfig) -> Dataset:
        return images(config.dataset, config.label_noise, config.kappa, config.train_size, config.offset)

    monkeypatch.setattr(train, "data_of", data_of)


def assert_trains(training: TrainConfig) -> None:
    """Every lane makes a step from a finite loss, and obeys its cap."""
    points = list(islice(train.TrainingLoop(training).run(), len(training.lanes)))
    assert [(point.step, point.lane) for point in points] == [(1, i) for i in range(len(training.lanes))]
    for point in points:
        assert math.isfinite(point.loss_x)
        assert point.gamma >= 0
        assert not point.gamma > point.gamma_b * (1 + 1e-6)  # nan without a cap; γ is a float32


def trained() -> Iterator[tuple[str, TrainConfig]]:
    """What differs to the engine: a row of a chart, or of a lane not shown, trains the same as `BASE`."""
    found: set[TrainConfig] = set()
    pairs = [*ENDS.items(), ("all", CnnConfig(lanes=6, seeds=5, batch_size=16))]
    for method in METHODS:
        lane = LaneControls.suggested(method)
        pairs += [
            (f"{method}, {end}", CnnConfig(lanes=1, batch_size=16, a=controls))
            for end, controls in at_both_ends(lane).items()
            if end.partition("=")[0] in METHODS[method].parameters
        ]
    for end, config in pairs:
        training = train_config(config)
        if training.device == "cpu" and training not in found:
            found.add(training)
            yield end, training


TRAINED = dict(trained())


@pytest.mark.parametrize("end", TRAINED)
def test_every_end_can_be_trained(end: str) -> None:
    assert_trains(TRAINED[end])


PAIRS = [(network, dataset) for dataset in IMAGES for network in networks_for(dataset)]


@pytest.mark.parametrize(("network", "dataset"), PAIRS)
def test_every_network_trains_on_every_data_set_that_it_fits(network: str, dataset: str) -> None:
    assert_trains(train_config(CnnConfig(lanes=1, batch_size=8, network=network, dataset=dataset)))
