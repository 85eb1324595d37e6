import copy

import pytest
import torch

from neural.data import digits
from neural.evaluation import evaluate
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
