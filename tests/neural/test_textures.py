import numpy as np
import pytest

from neural import textures as module
from neural.catalog import DATASETS
from neural.textures import CLASSES, JITTER, SIDE, textures


def test_shapes_ranges_and_shares():
    images, labels = textures(1005)
    assert images.shape == (1005, 1, SIDE, SIDE)
    assert images.dtype == np.float32
    assert images.min() >= 0
    assert images.max() <= 1
    assert labels.dtype == np.int64
    assert sorted(np.bincount(labels)) == [100] * 5 + [101] * 5


def test_the_seed_gives_the_images():
    images, labels = textures(50, seed=3)
    again, same = textures(50, seed=3)
    assert np.array_equal(images, again)
    assert np.array_equal(labels, same)
    assert not np.array_equal(textures(50, seed=4)[0], images)


def test_the_images_are_those_of_every_machine():
    # The figures of the first image of the set that runs train on, to four digits.
    image = textures(5000)[0][0, 0]
    assert image.mean() == pytest.approx(0.4948, abs=5e-5)
    assert image[[0, 7, 15], [0, 8, 15]] == pytest.approx([0.4404, 0.1286, 0.4942], abs=6e-5)


def test_the_label_is_the_direction_of_the_stripes(monkeypatch):
    # Without clutter and noise the direction can be measured: that of the largest coefficient of Fourier.
    monkeypatch.setattr(module, "CLUTTER", 0)
    monkeypatch.setattr(module, "NOISE", 0.0)
    images, labels = textures(500)
    size = 128
    power = np.abs(np.fft.fft2(images[:, 0] - 0.5, s=(size, size)))
    frequency = np.fft.fftfreq(size)
    power[:, np.hypot(frequency[:, None], frequency) < 0.12] = 0  # slow changes of light are no stripes
    row, column = np.divmod(power.reshape(500, -1).argmax(axis=1), size)
    across = np.arctan2(-frequency[row], frequency[column])  # rows count downwards
    names = np.radians([float(name.removesuffix("°")) for name in DATASETS["textures"].names])
    off = (across + np.pi / 2 - names[labels] + np.pi / 2) % np.pi - np.pi / 2
    assert np.mean(np.abs(off) < np.pi / CLASSES / 2) > 0.95  # nearer to its class than to any other
    assert np.abs(off.mean()) < JITTER / 10


def test_every_class_differs_from_the_mean_image_alike():
    # Phases are random: the mean over a class says nothing, so no template solves the set.
    images, labels = textures(5000)
    means = np.array([images[labels == k].mean(axis=0) for k in range(CLASSES)])
    assert np.abs(means - images.mean(axis=0)).max() < 0.1
