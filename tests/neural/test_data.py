import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from neural.catalog import DATASETS
from neural.data import LOADERS, digits, epoch_order, load_dataset


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
    with pytest.raises(ValueError, match=r"dataset.*digits.*'mnist'"):
        load_dataset("mnist")


def test_catalogue_and_loaders_agree():
    assert set(LOADERS) == set(DATASETS)


def test_epoch_order():
    order = epoch_order(3, 0, 100)
    assert sorted(order.tolist()) == list(range(100))
    assert torch.equal(order, epoch_order(3, 0, 100))
    assert not torch.equal(order, epoch_order(3, 1, 100))
    assert not torch.equal(epoch_order(3, 1, 100), epoch_order(4, 0, 100))


def test_the_global_random_states_are_left_alone():
    torch_state, numpy_state = torch.get_rng_state(), np.random.get_state()[1].copy()
    digits()
    epoch_order(0, 0, 10)
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert np.array_equal(np.random.get_state()[1], numpy_state)
