import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.data import LOADERS, data_of, digits, epoch_order, load_dataset


@pytest.fixture(scope="module")
def data():
    return digits()


def test_shapes_and_ranges(data):
    assert data.train_x.shape == (1437, 1, 8, 8)
    assert data.test_x.shape == (360, 1, 8, 8)
    assert data.shape == (1, 8, 8)
    assert data.classes == 10
    assert data.train_x.dtype == torch.float32
    assert data.train_y.dtype == torch.int64
    assert data.train_x.min() == 0
    assert data.train_x.max() == 1


def test_the_split_is_a_partition_of_the_real_images(data):
    def rows(x, y):
        return [(*image, label) for image, label in zip(x.tolist(), y.tolist(), strict=True)]

    pixels, labels = load_digits(return_X_y=True)
    split_x = torch.cat([data.train_x, data.test_x]).reshape(-1, 64) * 16
    split_y = torch.cat([data.train_y, data.test_y])
    assert sorted(rows(split_x, split_y)) == sorted(rows(pixels, labels))


def test_the_split_is_stratified(data):
    share = torch.bincount(data.test_y) / (torch.bincount(data.train_y) + torch.bincount(data.test_y))
    assert torch.all((share - 360 / 1797).abs() < 0.005)


def test_the_split_follows_its_seed(data):
    assert torch.equal(digits().test_x, data.test_x)
    assert not torch.equal(digits(split_seed=1).test_x, data.test_x)


def test_unknown_data_set_is_named():
    with pytest.raises(ValueError, match=r"dataset.*digits.*'imagenet'"):
        load_dataset("imagenet")


def test_catalogue_and_loaders_agree():
    assert set(LOADERS) == set(DATASETS)
    for key in ("digits", "textures", "mnist1d"):
        data, choice = load_dataset(key), DATASETS[key]
        assert (len(data.train_y), len(data.test_y)) == (choice.train, choice.test)
        assert (data.shape, data.classes) == (choice.shape, choice.classes)


@pytest.mark.parametrize("key", ["digits", "textures", "mnist1d"])
def test_a_smaller_training_set_is_part_of_a_larger_one(key):
    def images(size):
        data = load_dataset(key, train_size=size)
        pairs = zip(data.train_x.flatten(1).tolist(), data.train_y.tolist(), strict=True)
        return {(*image, label) for image, label in pairs}, data

    whole, everything = images(None)
    some, cut = images(500)
    few, _ = images(100)
    assert (len(few), len(some)) == (100, 500)
    assert few < some < whole
    assert torch.equal(cut.test_x, everything.test_x)
    assert torch.equal(load_dataset(key, train_size=10_000).train_x, everything.train_x)


@pytest.mark.parametrize("share", [0.1, 0.437, 1.0])
def test_label_noise_changes_exactly_its_share_of_the_training_labels(data, share):
    noisy = load_dataset("digits", label_noise=share)
    assert (noisy.train_y != data.train_y).sum() == round(share * 1437)
    assert set(noisy.train_y.tolist()) <= set(range(10))
    assert torch.equal(noisy.train_x, data.train_x)
    assert torch.equal(noisy.test_y, data.test_y)
    assert torch.equal(load_dataset("digits", label_noise=share).train_y, noisy.train_y)


def test_conditioned_inputs_are_scaled_one_by_one_in_training_and_test(data):
    scaled = load_dataset("digits", kappa=1000.0)
    expected = 1000.0 ** -(np.arange(64) / 63)
    np.testing.assert_allclose(sorted(scaled.scales.flatten().tolist(), reverse=True), expected, rtol=1e-6)
    assert torch.equal(scaled.train_x, data.train_x * scaled.scales)
    assert torch.equal(scaled.test_x, data.test_x * scaled.scales)
    assert torch.equal(scaled.train_y, data.train_y)


def test_an_offset_is_added_to_every_pixel_and_to_nothing_else(data):
    moved = load_dataset("digits", kappa=1000.0, offset=10.0)
    scaled = load_dataset("digits", kappa=1000.0)
    assert torch.equal(moved.train_x, scaled.train_x + 10)
    assert torch.equal(moved.test_x, scaled.test_x + 10)
    assert torch.equal(moved.train_y, data.train_y)
    assert moved.to(torch.device("cpu")).offset == 10
    torch.testing.assert_close(load_dataset("digits", offset=10.0).pixels(data.test_x + 10), data.test_x)


def test_without_noise_and_conditioning_nothing_is_touched(data):
    plain = load_dataset("digits", label_noise=0.0, kappa=1.0)
    assert plain.scales is None
    assert torch.equal(plain.train_x, data.train_x)
    assert torch.equal(plain.train_y, data.train_y)


def test_a_configuration_speaks_of_its_data(data):
    lanes = (LaneConfig("sam_sps"),)
    config = TrainConfig(lanes, "textures", label_noise=0.2, kappa=10.0, offset=3, train_size=300, seed=7)
    found, expected = data_of(config), load_dataset("textures", 0.2, 10.0, 300, 3.0)
    for name in ("train_x", "train_y", "test_x", "test_y", "scales"):
        assert torch.equal(getattr(found, name), getattr(expected, name))
    assert torch.equal(data_of(TrainConfig(lanes, seed=7)).train_x, data.train_x)


def test_epoch_order():
    order = epoch_order(3, 0, 100)
    assert sorted(order.tolist()) == list(range(100))
    assert torch.equal(order, epoch_order(3, 0, 100))
    assert not torch.equal(order, epoch_order(3, 1, 100))
    assert not torch.equal(epoch_order(3, 1, 100), epoch_order(4, 0, 100))


def test_the_global_random_states_are_left_alone():
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    load_dataset("digits", label_noise=0.5, kappa=10.0, train_size=100)
    load_dataset("textures")
    epoch_order(0, 0, 10)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)
