"""Downloads are tested without a network: with scikit-learn's own cache, laid out by hand, and with fakes."""

import gzip
import hashlib
import json
import urllib.error
from dataclasses import replace

import numpy as np
import pytest
import torch

from neural import openml
from neural.availability import is_cached, kept_file
from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.data import load_dataset
from neural.openml import DataUnavailableError, fetch
from neural.train import TrainingLoop

IMAGES = np.arange(12 * 4).reshape(12, 4) % 256
LABELS = np.arange(12) % 10
BROKEN = gzip.compress(b"{}" * 99)[:10] + b"\xff" * 30
ARFF_PATH = "data/v1/download/52667/mnist_784.arff"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty data home, and an MNIST of twelve images of 2×2."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    small = replace(DATASETS["mnist"], shape=(1, 2, 2), train=8, test=3)
    monkeypatch.setitem(DATASETS, "mnist", small)
    return tmp_path


def scikit_learn_cache(home, quote=""):
    """What scikit-learn leaves behind after it has downloaded the data set with the number 554."""
    root = home / "openml" / "openml.org"
    names = [f"pixel{k + 1}" for k in range(4)]
    header = ["@RELATION mnist_784", *(f"@ATTRIBUTE {name} INTEGER" for name in names)]
    header += ["@ATTRIBUTE class {0,1,2,3,4,5,6,7,8,9}", "@DATA"]
    rows = [
        ",".join(map(str, [*image, f"{quote}{label}{quote}"]))
        for image, label in zip(IMAGES, LABELS, strict=True)
    ]
    arff = "\n".join([*header, *rows]).encode()

    def feature(index, name, kind):
        return {
            "index": str(index), "name": name, "data_type": kind, "is_ignore": "false",
            "is_target": "true" if name == "class" else "false", "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }  # fmt: skip

    features = [feature(k, name, "numeric") for k, name in enumerate(names)]
    description = {
        "id": "554", "name": "mnist_784", "version": "1", "format": "ARFF", "status": "active",
        "url": f"https://www.openml.org/{ARFF_PATH}", "description": "",
        "md5_checksum": hashlib.md5(arff).hexdigest(),
    }  # fmt: skip
    api = "api/v1/json/data"
    content = {
        f"{api}/554": {"data_set_description": description},
        f"{api}/features/554": {"data_features": {"feature": [*features, feature(4, "class", "nominal")]}},
        f"{api}/qualities/554": {
            "data_qualities": {"quality": [{"name": "NumberOfInstances", "value": "12"}]}
        },
    }
    for path, value in content.items():
        write(root / f"{path}.gz", json.dumps(value).encode())
    write(root / f"{ARFF_PATH}.gz", arff)
    return root


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data))


def sent(images=IMAGES, labels=LABELS):
    """A stand-in for fetch_openml that answers as the real one does: floats and strings."""
    calls = []

    def fetch_openml(**arguments):
        calls.append(arguments)
        return images.astype(float), labels.astype(str).astype(object)

    return fetch_openml, calls


def broken(**arguments):
    raise urllib.error.URLError("Name or service not known")


@pytest.mark.parametrize("quote", ["", "'"])
def test_what_scikit_learn_has_is_found_read_and_kept(home, quote, monkeypatch):
    assert not is_cached("mnist")
    scikit_learn_cache(home, quote)
    assert is_cached("mnist")
    data = load_dataset("mnist")
    assert torch.equal(data.train_x, torch.from_numpy(IMAGES[:8].reshape(8, 1, 2, 2) / 255).float())
    assert data.train_y.tolist() == LABELS[:8].tolist()
    assert len(data.test_y) == 3
    assert set(data.test_y.tolist()) <= set(LABELS[8:])
    # From now on neither scikit-learn's cache nor the network is needed.
    monkeypatch.setattr(openml, "fetch_openml", broken)
    assert kept_file("mnist").is_file()
    assert torch.equal(load_dataset("mnist").test_x, data.test_x)


@pytest.mark.parametrize("missing", [f"{ARFF_PATH}.gz", "api/v1/json/data/554.gz"])
def test_half_a_cache_is_none(home, missing):
    (scikit_learn_cache(home) / missing).unlink()
    assert not is_cached("mnist")


@pytest.mark.parametrize(
    "content",
    [b"", b"no gzip", gzip.compress(b"[1]"), gzip.compress(b"{}")[:9], BROKEN],
    ids=["empty", "no gzip", "no mapping", "cut short", "broken"],
)
def test_a_damaged_cache_is_none(home, content):
    root = scikit_learn_cache(home)
    (root / "api/v1/json/data/554.gz").write_bytes(content)
    assert not is_cached("mnist")


def test_a_download_asks_for_the_right_set_and_is_kept(monkeypatch):
    fake, calls = sent()
    monkeypatch.setattr(openml, "fetch_openml", fake)
    images, labels = fetch("mnist")
    assert (images.dtype, images.shape) == (np.uint8, (12, 1, 2, 2))
    assert np.array_equal(images.reshape(12, 4), IMAGES)
    assert labels.tolist() == LABELS.tolist()
    again, _ = fetch("mnist")
    assert np.array_equal(again, images)
    assert [call["data_id"] for call in calls] == [554]


def test_a_damaged_kept_file_is_fetched_anew(monkeypatch):
    fake, calls = sent()
    monkeypatch.setattr(openml, "fetch_openml", fake)
    fetch("mnist")
    kept_file("mnist").write_bytes(b"PK\x03\x04 cut off")
    images, _ = fetch("mnist")
    assert np.array_equal(images.reshape(12, 4), IMAGES)
    assert len(calls) == 2


def test_a_kept_file_is_never_unpickled(home, monkeypatch):
    path = kept_file("mnist")
    path.parent.mkdir(parents=True)
    np.savez(path, images=np.array([print], dtype=object), labels=np.zeros(1, np.uint8))
    fake, calls = sent()
    monkeypatch.setattr(openml, "fetch_openml", fake)
    fetch("mnist")
    assert len(calls) == 1


def test_no_room_to_keep_it_is_no_reason_to_fail(home, monkeypatch):
    fake, _ = sent()
    monkeypatch.setattr(openml, "fetch_openml", fake)

    def full(file, **arrays):
        file.write(b"some")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", full)
    images, _ = fetch("mnist")
    assert len(images) == 12
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_a_failed_download_is_said_in_plain_words(monkeypatch):
    monkeypatch.setattr(openml, "fetch_openml", broken)
    config = TrainConfig((LaneConfig("sam_sps"),), dataset="mnist")
    with pytest.raises(
        DataUnavailableError, match=r"MNIST.*could not be downloaded from openml.org.*not known"
    ):
        TrainingLoop(config)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (IMAGES[:, :3], LABELS),
        (IMAGES[:5], LABELS[:5]),
        (IMAGES, LABELS[:5]),
        (IMAGES, LABELS + 1),
        (IMAGES, np.array(["cat"] * 12)),
    ],
)
def test_what_is_no_mnist_is_refused_and_not_kept(images, labels, monkeypatch):
    fake, _ = sent(images, labels)
    monkeypatch.setattr(openml, "fetch_openml", fake)
    with pytest.raises(DataUnavailableError, match=r"What openml.org sent for MNIST.* is not usable"):
        fetch("mnist")
    assert not kept_file("mnist").exists()
