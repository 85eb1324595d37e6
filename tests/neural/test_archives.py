"""Archives: records read as published, and nothing else accepted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from neural import archives
from neural import availability as module
from neural.availability import archive_file, availability
from neural.data import load_dataset
from neural.openml import DataUnavailableError
from tests.neural import standins

KEYS = ("cifar10_full", "cifar100")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_DATA", str(tmp_path))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "empty"))


def accepted(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(archives, "ARCHIVES", standins.accept(folder))


@pytest.mark.parametrize("key", KEYS)
def test_images_and_labels_are_those_of_the_records(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *members, tested = standins.write(tmp_path, key, 3)
    accepted(monkeypatch, tmp_path)
    train_x, train_y, test_x, test_y = archives.read(key)
    labels = archives.ARCHIVES[key].labels
    everything = np.concatenate(members)
    assert train_x.shape == (3 * len(members), 3, 32, 32)
    assert train_x.dtype == np.uint8
    # Red, then green, then blue, each row by row.
    assert train_x[1, 2, 5, 7] == everything[1, labels + 2 * 1024 + 5 * 32 + 7]
    np.testing.assert_array_equal(train_y, everything[:, labels - 1])
    np.testing.assert_array_equal(test_y, tested[:, labels - 1])
    np.testing.assert_array_equal(test_x.reshape(10, -1), tested[:, labels:])


@pytest.mark.parametrize("key", KEYS)
def test_a_data_set_keeps_bytes_and_knows_their_mean(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    standins.write(tmp_path, key, 4)
    accepted(monkeypatch, tmp_path)
    data = load_dataset(key)
    assert data.train_x.dtype == data.test_x.dtype == torch.uint8
    assert data.classes == archives.ARCHIVES[key].classes
    assert data.normal is not None
    mean, deviation = data.normal
    x = data.train_x.double()
    torch.testing.assert_close(mean.flatten().double(), x.mean((0, 2, 3)), rtol=1e-6, atol=0)
    torch.testing.assert_close(
        deviation.flatten().double(), x.std((0, 2, 3), correction=0), rtol=1e-6, atol=0
    )
    assert torch.equal(data.pixels(data.test_x), data.test_x / 255)


def test_another_file_of_that_name_is_refused_with_both_sums(tmp_path: Path) -> None:
    standins.write(tmp_path, "cifar100", 3)
    with pytest.raises(
        DataUnavailableError, match=r"not the published archive.*03b5dce01913d631647c71ecec9e9cb8"
    ):
        archives.read("cifar100")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda key: standins.records(key, 3, 0)[:, :-1], "records of 3074 bytes"),
        (lambda key: np.full((3, 3074), 255, np.uint8), "labels must be below 100, got 255"),
        (lambda key: np.zeros((0, 3074), np.uint8), "got 0 bytes"),
    ],
)
def test_damaged_records_are_named(change, said, tmp_path, monkeypatch) -> None:
    content = change("cifar100")
    monkeypatch.setattr(standins, "records", lambda *_: content)
    standins.write(tmp_path, "cifar100", 3)
    accepted(monkeypatch, tmp_path)
    with pytest.raises(DataUnavailableError, match=said):
        archives.read("cifar100")


def test_a_member_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standins.write(tmp_path, "cifar100", 3)
    accepted(monkeypatch, tmp_path)
    monkeypatch.setattr(archives, "MOST", 2)
    with pytest.raises(DataUnavailableError, match="at most 2 records"):
        archives.read("cifar100")


def test_what_is_no_archive_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive_file("cifar100").write_bytes(b"no archive")
    accepted(monkeypatch, tmp_path)
    with pytest.raises(DataUnavailableError, match="cannot be read"):
        archives.read("cifar100")


def test_without_the_archive_it_is_said_where_it_belongs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "reachable", lambda: False)
    for key in KEYS:
        found = availability(key, lambda: False)
        assert not found.available
        for part in (str(tmp_path), archive_file(key).name, "SAM_SPS_DATA", module.CIFAR):
            assert part in found.reason
    with pytest.raises(DataUnavailableError, match=r"CIFAR-100 needs .*cifar-100-binary\.tar\.gz"):
        load_dataset("cifar100")
    assert availability("cifar10_full", lambda: True).downloads
    assert not availability("cifar100", lambda: True).available, "openml.org is not asked for it"
    archive_file("cifar100").touch()
    assert availability("cifar100", lambda: False).available


def test_cifar10_is_had_from_openml_where_there_is_no_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(0).integers(0, 256, (50_007, 3, 32, 32), dtype=np.uint8)
    labels = (np.arange(50_007) % 10).astype(np.uint8)
    monkeypatch.setattr("neural.data.fetch", lambda key: (images, labels))
    monkeypatch.setattr("neural.data.availability", lambda key: module.Availability(True))
    data = load_dataset("cifar10_full", train_size=20)
    assert (len(data.train_y), len(data.test_y)) == (20, 7)
    np.testing.assert_array_equal(data.test_x.numpy(), images[50_000:])
