"""The script of a run gives its numbers again, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from lab.cnn.run_config import of_one_seed
from lab.cnn.script import script
from lab.params import CnnConfig
from lab.uploads import store
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.own_images import OwnImages
from neural.train import TrainingLoop
from runs import Mark
from tests.lab.export.scripts import table_of
from tests.lab.uploads.files import IMAGES, LABELS, npz

SHORT: dict[str, Any] = {"epochs": 1, "eval_every": 3, "train_size": 256}
OWN_COLUMN = {"momo", "prodigy", "dog"}  # their `lr` is a factor of the rate that they find
EVERY = tuple(LaneConfig(key, **dict(method.suggested)) for key, method in METHODS.items())  # type: ignore[arg-type]
MORE = (
    LaneConfig("sam_cosine", momentum=0.9, rho=0.2, lambd=0.5),
    LaneConfig("sam_constant", rho=0.0),
    LaneConfig("adasam", rho=0.0),
)
HARDER: dict[str, Any] = {"label_noise": 0.2, "kappa": 10.0, "offset": 1.0}
NIGHTLY = {
    "every method": TrainConfig((*EVERY, *MORE), **SHORT),
    "BatchNorm": TrainConfig(EVERY, network="small_cnn_bn", **SHORT, **HARDER),
    "LeNet": TrainConfig(
        (LaneConfig("sam_sps"),), dataset="textures", network="lenet", augment=True, **SHORT
    ),
    "1-D CNN": TrainConfig((LaneConfig("usam_sps"),), dataset="mnist1d", network="cnn1d", **SHORT),
    "MLP": TrainConfig((LaneConfig("sps_max"),), dataset="mnist1d", network="mlp", **SHORT),
    "ResNet": TrainConfig((LaneConfig("sa_sam"), LaneConfig("muon")), network="resnet8", **SHORT),
}


@pytest.fixture(autouse=True)
def _one_thread() -> Any:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def assert_repeated(training: TrainConfig, folder: Path, marks: tuple[Mark, ...] = ()) -> None:
    """Every loss, every test and every rate of every lane."""
    rows = table_of(script(training, marks, CnnConfig(), None), folder, sam_sps=True)
    loop, expected = TrainingLoop(training), []
    for point in loop.run():
        expected.append(point)
        for mark in marks:
            if point.lane == len(training.lanes) - 1 and mark.step == point.step + 1:
                loop.set(mark.lane, **{mark.name: mark.value})
    expected.sort(key=lambda point: (point.lane, point.step))
    assert len(rows) == len(expected)
    for row, point in zip(rows, expected, strict=True):
        known = ["loss_x", "loss_e", "test_loss", "test_accuracy"]
        for name in known:
            value = getattr(point, name)
            assert row[name] == ("" if value is None else repr(value)), (point.lane, point.step, name)
        if training.lanes[point.lane].method not in OWN_COLUMN:
            assert float(row["lr"]) == point.gamma, (point.lane, point.step)


def test_the_script_repeats_a_run_with_its_changes(tmp_path: Path) -> None:
    lanes = (
        LaneConfig("sam_sps"),
        LaneConfig("sam_cosine", momentum=0.9),
        LaneConfig("sam_sps", replica=1),
        LaneConfig("sam_cosine", momentum=0.9, replica=1),
    )
    training = TrainConfig(lanes, **SHORT)
    assert of_one_seed(training)[1] == 2
    marks = (Mark(2, 0, "rho", 0.3), Mark(3, 1, "lr", 0.05), Mark(3, 0, "gamma_b", 0.01))
    assert_repeated(training, tmp_path, marks)


def test_the_script_loads_a_visitors_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path / "home"))
    content = npz(images=IMAGES, labels=LABELS)
    (tmp_path / "data.npz").write_bytes(content)
    about = store.bring(content, "mine.npz", "images")
    own = OwnImages((1, 8, 8), 3, about.about["train"], about.about["test"], about.digest)
    lanes = (LaneConfig("sgd_constant"),)
    assert_repeated(
        TrainConfig(lanes, dataset=own.key, batch_size=4, epochs=1, eval_every=3, label_noise=0.3), tmp_path
    )
    missing = TrainConfig(lanes, dataset=replace(own, digest="0" * 64).key)
    with pytest.raises(ValueError, match="reads your images from NPZ"):
        script(missing, (), CnnConfig(), None)


@pytest.mark.nightly
@pytest.mark.parametrize("training", NIGHTLY.values(), ids=NIGHTLY)
def test_the_script_repeats_every_kind_of_run(training: TrainConfig, tmp_path: Path) -> None:
    assert_repeated(training, tmp_path)


def test_a_run_that_the_controls_cannot_make_has_none() -> None:
    large = TrainConfig((LaneConfig("sam_sps"),), dataset="cifar100", network="resnet20")
    for training in (large, replace(NIGHTLY["MLP"], precision="bfloat16")):
        with pytest.raises(ValueError, match="neural train"):
            script(training, (), CnnConfig(), None)


def test_only_what_is_needed_stands_in_it() -> None:
    text = script(TrainConfig((LaneConfig("sgd_constant"),)), (), CnnConfig(), None).as_python()
    assert "torch.optim.SGD(params=network.parameters(), lr=0.1, momentum=0.0, weight_decay=0.0005)" in text
    assert not any(name in text for name in ("sam_sps import", "TwoPoints", "neural", "textures", "dog"))
    assert len(text.splitlines()) < 160


def test_a_downloaded_set_is_named_by_its_number() -> None:
    text = script(TrainConfig((LaneConfig("sam_sps"),), dataset="mnist"), (), CnnConfig(), None).as_python()
    assert "data = downloaded(554, (1, 28, 28), 60000, 10000)" in text
