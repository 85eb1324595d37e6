"""A visitor's images as a data set: the key says what they are, and the networks are as large as it says."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lab.uploads import store
from neural.catalog import DATASETS, NETWORKS, networks_for
from neural.config import LaneConfig, TrainConfig
from neural.data import data_of
from neural.networks import build_network
from neural.openml import DataUnavailableError
from neural.own_data import split
from neural.own_images import OwnImages, parsed
from neural.train import TrainingLoop
from tests.lab.uploads.files import IMAGES, LABELS, npz

FILE = npz(images=IMAGES, labels=LABELS)
OWN = OwnImages((1, 8, 8), 3, 18, 6, hashlib.sha256(FILE).hexdigest())
KINDS = ((1, 4, 4), (1, 8, 8), (3, 13, 9), (3, 64, 64))


@pytest.fixture
def _brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path))
    kept = store.bring(FILE, "images.npz", "images")
    assert (kept.about["train"], kept.about["test"]) == (OWN.train, OWN.test)
    yield
    store._read_about.cache_clear()


def test_a_key_is_read_back() -> None:
    assert parsed(OWN.key) == OWN
    choice = DATASETS[OWN.key]
    assert (choice.shape, choice.classes, choice.train, choice.test) == ((1, 8, 8), 3, 18, 6)
    assert choice.label == "Your own images, 8×8"
    assert OWN.key not in [*DATASETS], "it is not listed"


@pytest.mark.parametrize(
    "key",
    [
        "own", OWN.key + "0", OWN.key.upper(), OWN.key.replace("1x8", "2x8"), OWN.key.replace("8x8", "8x3"),
        OWN.key.replace("8x8", "65x8"), OWN.key.replace("-3-", "-1-"), OWN.key.replace("-3-", "-101-"),
        OWN.key.replace("-18-", "-0-"), OWN.key.replace("8x8", "٨x8"), OWN.key + "\n", "", None, 7,
    ],
)  # fmt: skip
def test_what_is_no_key_is_no_data_set(key: object) -> None:
    assert parsed(key) is None
    assert key not in DATASETS
    assert not any(key in network.parameters for network in NETWORKS.values())
    with pytest.raises(ValueError, match="dataset must be one of"):
        TrainConfig((LaneConfig("sam_sps"),), dataset=key)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", KINDS)
@pytest.mark.parametrize("network", networks_for(OWN.key))
def test_networks_are_as_large_as_is_counted(network: str, shape: tuple[int, int, int]) -> None:
    own = dataclasses.replace(OWN, shape=shape, classes=7)
    built = build_network(network, shape, 7, seed=0)
    assert NETWORKS[network].parameters[own.key] == sum(p.numel() for p in built.parameters())


def test_the_networks_that_take_them() -> None:
    assert networks_for(OWN.key) == ("small_cnn", "small_cnn_bn", "lenet", "resnet8", "resnet20", "mlp")
    with pytest.raises(ValueError, match="network must fit the images"):
        TrainConfig((LaneConfig("sam_sps"),), dataset=OWN.key, network="cnn1d")


def test_a_fifth_of_each_label_is_for_testing_the_same_each_time() -> None:
    labels = np.repeat([0, 1, 2], [2, 10, 50])
    train, test = split(labels)
    assert np.bincount(labels[test]).tolist() == [1, 2, 10]
    assert sorted([*train, *test]) == list(range(62))
    assert np.array_equal(split(labels)[1], test)


@pytest.mark.usefixtures("_brought")
def test_the_images_are_those_of_the_file() -> None:
    config = TrainConfig((LaneConfig("sam_sps"),), dataset=OWN.key, network="mlp", batch_size=6, epochs=2)
    data = data_of(config)
    assert (data.classes, data.shape, len(data.train_y), len(data.test_y)) == (3, (1, 8, 8), 18, 6)
    train, test = split(LABELS - 5)
    assert np.allclose(255 * data.train_x.numpy()[:, 0], IMAGES[train])
    assert data.test_y.tolist() == (LABELS[test] - 5).tolist()
    points = list(TrainingLoop(config).run())
    assert points[-1].test_accuracy is not None


def test_without_the_file_a_run_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path))
    config = TrainConfig((LaneConfig("sam_sps"),), dataset=OWN.key, label_noise=0.5)
    with pytest.raises(DataUnavailableError, match="bring the same file again"):
        data_of(config)


@pytest.mark.usefixtures("_brought")
def test_a_key_that_speaks_of_others_is_refused() -> None:
    other = dataclasses.replace(OWN, train=17, test=7)
    with pytest.raises(DataUnavailableError, match="not those that the link speaks of"):
        data_of(TrainConfig((LaneConfig("sam_sps"),), dataset=other.key))
