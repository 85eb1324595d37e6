import copy

import pytest
import torch

from neural.data import digits
from neural.evaluation import evaluate, evaluate_recomputed
from neural.networks import build_network


@pytest.fixture(scope="module")
def data():
    return digits()


@pytest.fixture
def network(data):
    network = build_network("small_cnn_bn", data.shape, data.classes, seed=0)
    network(data.train_x[:64])  # moves the running statistics away from their initial values
    return network


def test_evaluation_by_hand(network, data):
    result = evaluate(network, data.test_x, data.test_y)
    with torch.no_grad():
        p = torch.softmax(network.eval()(data.test_x).double(), dim=1)
    right = [row.argmax().item() == label for row, label in zip(p, data.test_y.tolist(), strict=True)]
    assert result.accuracy == sum(right) / 360
    assert result.loss == pytest.approx(-p[torch.arange(360), data.test_y].log().mean().item(), rel=1e-5)


def test_evaluation_does_not_depend_on_its_chunks(network, data):
    whole, parts = (evaluate(network, data.test_x, data.test_y, chunk) for chunk in (360, 77))
    assert parts.accuracy == whole.accuracy
    assert parts.loss == pytest.approx(whole.loss, rel=1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_leaves_no_trace(network, data, training):
    network.train(training)
    before, random = copy.deepcopy(network.state_dict()), torch.get_rng_state()
    evaluate(network, data.test_x, data.test_y)
    after = network.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())
    assert torch.equal(torch.get_rng_state(), random)
    assert all(module.training is training for module in network.modules())
    assert all(p.grad is None for p in network.parameters())


def test_statistics_are_computed_anew_by_hand(network, data):
    """The first BatchNorm's by hand: averages over the five whole parts of 256 training images."""
    before = copy.deepcopy(network.state_dict())
    found = evaluate_recomputed(network, data.train_x, data.test_x, data.test_y)
    assert all(torch.equal(network.state_dict()[name], value) for name, value in before.items())
    assert all(module.training for module in network.modules())
    twin = copy.deepcopy(network).eval()
    with torch.no_grad():
        for index in (1, 5):  # convolution 0, its BatchNorm 1, ...; the later ones see the former by batch
            parts = [part for part in data.train_x.split(256) if len(part) == 256]
            seen = [up_to(twin, index, part) for part in parts]
            twin[index].running_mean.copy_(torch.stack([s.mean((0, 2, 3)) for s in seen]).mean(0))
            twin[index].running_var.copy_(torch.stack([s.var((0, 2, 3)) for s in seen]).mean(0))
    assert len(parts) == 5
    expected = evaluate(twin, data.test_x, data.test_y)
    assert found.loss == pytest.approx(expected.loss, rel=1e-4)
    assert found.accuracy == expected.accuracy
    assert found.loss != pytest.approx(evaluate(network, data.test_x, data.test_y).loss, rel=1e-2)


def up_to(network, index, images):
    """What layer `index` sees, BatchNorm before it working with each part's own statistics."""
    for layer in list(network)[:index]:
        if isinstance(layer, torch.nn.BatchNorm2d):
            images = torch.nn.functional.batch_norm(images, None, None, layer.weight, layer.bias, True)
        else:
            images = layer(images)
    return images


def test_without_running_statistics_there_is_nothing_to_recompute(data):
    network = build_network("small_cnn", data.shape, data.classes, seed=0)
    assert evaluate_recomputed(network, data.train_x, data.test_x, data.test_y) is None


def test_a_training_set_smaller_than_a_part_is_one_part(network, data):
    few = evaluate_recomputed(network, data.train_x[:100], data.test_x, data.test_y)
    exact = evaluate_recomputed(network, data.train_x[:100], data.test_x, data.test_y, chunk=100)
    assert few.loss == pytest.approx(exact.loss, rel=1e-6)
