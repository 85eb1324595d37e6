"""The loss of a network as a function of its weights, against direct evaluation and dense derivatives."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import vector_to_parameters

from neural.evaluation import evaluate
from neural.landscape import surface as module
from neural.landscape.surface import Surface
from neural.networks import build_network
from tests.neural.landscape.small import data, dense, network, surface


def test_the_loss_is_that_of_an_evaluation_exactly() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(300, 1, 8, 8, generator=generator)  # two chunks
    y = torch.randint(10, (300,), generator=generator)
    built = build_network("small_cnn_bn", (1, 8, 8), 10, seed=1)
    built(x)  # statistics other than those at the beginning
    found = Surface(built, x, y)
    assert built.training
    assert found.loss(found.weights) == evaluate(built, x, y).loss
    moved = found.weights + 0.1
    vector_to_parameters(torch.tensor(moved, dtype=torch.float32), built.parameters())
    assert found.loss(moved) == evaluate(built, x, y).loss


def test_derivatives_are_those_of_the_dense_hessian_and_of_differences() -> None:
    w, rng = surface().weights, np.random.default_rng(0)
    product = surface().hessian(w)
    for _ in range(3):
        v = rng.standard_normal(len(w))
        np.testing.assert_allclose(product(v), dense() @ v, rtol=1e-10, atol=1e-13)
        rise = surface().loss(w + 1e-5 * v) - surface().loss(w - 1e-5 * v)
        assert v @ surface().gradient(w) == pytest.approx(rise / 2e-5, rel=1e-6)


def test_the_product_belongs_to_the_weights_as_they_were() -> None:
    w = surface().weights.copy()
    v = np.random.default_rng(0).standard_normal(len(w))
    product = surface().hessian(w)
    w += 1.0
    np.testing.assert_allclose(product(v), dense() @ v, rtol=1e-10, atol=1e-13)


def test_small_chunks_and_a_graph_that_is_not_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CELLS", 2_000)  # 187 numbers an image: ten at a time
    parts = Surface(network(), *data(), float64=True)
    w, v = parts.weights, np.random.default_rng(0).standard_normal(parts.size)
    assert parts.loss(w) == pytest.approx(surface().loss(w), rel=1e-13)
    np.testing.assert_allclose(parts.gradient(w), surface().gradient(w), rtol=1e-10, atol=1e-14)
    product = parts.hessian(w)
    for _ in range(2):
        np.testing.assert_allclose(product(v), dense() @ v, rtol=1e-9, atol=1e-13)


def test_filters_are_the_rows_of_weights_and_leave_out_what_is_one_dimensional() -> None:
    sizes = [(9, 0), (9, 1), (9, 2), (6, -1), *((12, f) for f in range(3, 7)), (4, -1)]
    sizes += [*((4, f) for f in range(7, 11)), (4, -1)]
    expected = np.concatenate([np.full(count, number) for count, number in sizes])
    np.testing.assert_array_equal(surface().filters, expected)


def test_a_line_between_networks_takes_their_statistics_along() -> None:
    x, y = data()
    other = build_other()
    a, b = Surface(network(), x, y, float64=True), Surface(other, x, y, float64=True)
    along = a.towards(b)
    assert along(0.0) == a.loss(a.weights)
    assert along(1.0) == b.loss(b.weights)
    middle = build_other()
    ends = network().state_dict(), other.state_dict()
    middle.load_state_dict({name: (one + ends[1][name]) / 2 for name, one in ends[0].items()})
    assert along(0.5) == pytest.approx(evaluate(middle.double(), x.double(), y).loss, rel=1e-6)


def build_other() -> nn.Module:
    """The small network with all weights and variances half as large again."""
    built = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 4),
    )  # fmt: skip
    built.load_state_dict({name: value * 1.5 for name, value in network().state_dict().items()})
    return built


def test_bad_arguments() -> None:
    x, y = data()
    for images, labels in ((x, y[:3]), (x[:0], y[:0])):
        with pytest.raises(ValueError, match=r"x and y must be as many images as labels, at least one, got"):
            Surface(network(), images, labels)
    with pytest.raises(ValueError, match=r"vectors must have shape \(105,\), got \(3,\)"):
        surface().loss(np.zeros(3))
    with pytest.raises(ValueError, match=r"vectors must have shape \(105,\), got \(1, 105\)"):
        surface().hessian(surface().weights)(np.zeros((1, 105)))
    with pytest.raises(ValueError, match="other must be a network of the same weights"):
        surface().towards(Surface(nn.Sequential(nn.Flatten(), nn.Linear(16, 4)), x, y))
