import copy
import json
import math
from dataclasses import asdict
from itertools import islice

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix

from neural.config import LaneConfig, TrainConfig
from neural.data import load_dataset
from neural.networks import build_network
from neural.pictures import pictures
from neural.train import TrainingLoop


@pytest.fixture(
    scope="module", params=[(1.0, 0.0), (1000.0, 0.0), (1.0, 10.0)], ids=["plain", "faded", "moved"]
)
def data(request):
    kappa, offset = request.param
    return load_dataset("digits", kappa=kappa, offset=offset)


@pytest.fixture
def network(data):
    network = build_network("small_cnn_bn", data.shape, data.classes, seed=0)
    network(data.train_x[:64])
    return network


def test_confusion_by_hand(network, data):
    result = pictures(network, data)
    with torch.no_grad():
        predicted = network.eval()(data.test_x).argmax(dim=1)
    expected = confusion_matrix(data.test_y.numpy(), predicted.numpy(), labels=range(10))
    assert result.confusion == expected.tolist()
    assert np.sum(result.confusion) == 360


def test_mistakes_are_the_first_ones_with_the_pixels_of_the_data_set(network, data):
    result = pictures(network, data)
    with torch.no_grad():
        predicted = network.eval()(data.test_x).argmax(dim=1).tolist()
    wrong = [i for i, (p, y) in enumerate(zip(predicted, data.test_y.tolist(), strict=True)) if p != y]
    assert len(wrong) > 16
    assert [mistake.index for mistake in result.mistakes] == wrong[:16]
    real = {
        tuple(image.astype(int)): label for image, label in zip(*load_digits(return_X_y=True), strict=True)
    }
    for mistake in result.mistakes:
        assert mistake.predicted == predicted[mistake.index] != mistake.true
        levels = tuple(round(value / 255 * 16) for value in np.ravel(mistake.image))  # also under scales
        assert real[levels] == mistake.true
        assert np.shape(mistake.image) == data.shape


def test_filters_are_the_weights_of_the_first_layer(network, data):
    filters = pictures(network, data).filters
    assert np.shape(filters) == (16, 1, 3, 3)
    np.testing.assert_allclose(filters, network[0].weight.detach(), rtol=5e-4)


def test_a_perfect_network_makes_no_mistakes(data):
    class Knowing(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.unused = torch.nn.Conv2d(1, 1, 1)
            self.answers = data.test_y

        def forward(self, x):
            answers, self.answers = self.answers[: len(x)], self.answers[len(x) :]
            return torch.nn.functional.one_hot(answers, 10).float()

    result = pictures(Knowing(), data)
    assert result.mistakes == ()
    assert np.array_equal(result.confusion, np.diag(torch.bincount(data.test_y)))


def test_filters_of_a_linear_layer_have_the_shape_of_an_image(data):
    network = build_network("mlp", data.shape, data.classes, seed=0)
    filters = pictures(network, data).filters
    assert np.shape(filters) == (32, 1, 8, 8)
    np.testing.assert_allclose(filters[31][0], network[1].weight.detach()[31].reshape(8, 8), rtol=5e-4)


def test_without_a_layer_of_the_pixels_there_are_no_filters(data):
    class Constant(torch.nn.Module):
        def forward(self, x):
            return torch.zeros(len(x), 10)

    with pytest.raises(ValueError, match="convolution"):
        pictures(Constant(), data)


def test_pictures_of_series():
    data = load_dataset("mnist1d", kappa=10.0, offset=2.0)
    network = build_network("cnn1d", data.shape, data.classes, seed=0)
    found = pictures(network, data)
    assert np.shape(found.filters) == (25, 1, 1, 5)
    np.testing.assert_allclose(np.squeeze(found.filters), network[1].weight.detach()[:, 0], rtol=5e-4)
    mistake, plain = found.mistakes[0], load_dataset("mnist1d")
    grey = (plain.test_x[mistake.index].numpy() + 4) / 8 * 255
    np.testing.assert_allclose(mistake.image, grey.clip(0, 255), atol=0.51)


def test_what_is_not_finite_is_none(network, data):
    with torch.no_grad():
        network[0].weight[0, 0, 0] = torch.tensor([math.nan, math.inf, -math.inf])
    assert pictures(network, data).filters[0][0][0] == [None, None, None]


def test_pictures_of_a_run_are_plain_and_leave_no_trace():
    config = TrainConfig(
        (LaneConfig("sam_sps"), LaneConfig("sgd_constant")), network="resnet8", train_size=64
    )
    loop, undisturbed = TrainingLoop(config), TrainingLoop(config)
    list(islice(loop.run(), 1))
    list(islice(undisturbed.run(), 1))
    before = copy.deepcopy(loop.lanes[0].network.state_dict())
    first, second = loop.pictures(0), loop.pictures(1)
    assert json.loads(json.dumps(asdict(first), allow_nan=False))["confusion"] == first.confusion
    assert first.filters != second.filters  # lane 0 has made a step, lane 1 has not
    after = loop.lanes[0].network.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert all(module.training for module in loop.lanes[0].network.modules())
    (one,), (two,) = islice(loop.run(), 1), islice(undisturbed.run(), 1)
    assert one.loss_x == two.loss_x
    for lane in (-1, 2, "0"):
        with pytest.raises(ValueError, match="lane"):
            loop.pictures(lane)
