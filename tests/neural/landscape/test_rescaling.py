"""The same function with other weights: it looks sharper only where filters are not normalised."""

import numpy as np
import pytest
import torch
from torch import nn

from neural.landscape.directions import filter_normalised, random_directions
from neural.landscape.rescaling import rescaled
from neural.landscape.slices import grid, slices
from neural.landscape.surface import Surface
from neural.landscape.trace import hutchinson
from neural.networks import build_network
from tests.neural.landscape.small import data, network, surface

ALPHA = 8.0
SAME = Surface(rescaled(network(), ALPHA), *data(), float64=True)


def test_it_computes_the_same_and_has_other_weights() -> None:
    assert SAME.loss(SAME.weights) == surface().loss(surface().weights)
    changed = SAME.weights / surface().weights
    assert set(changed.round(6)) == {1.0, ALPHA, 1 / ALPHA}


def test_filter_normalised_slices_are_the_same() -> None:
    raw = random_directions(SAME.size, 3, seed=0)
    found = [
        slices(one.loss, one.weights, filter_normalised(raw, one.weights, one.filters), grid(1.0, 5))
        for one in (surface(), SAME)
    ]
    np.testing.assert_allclose(found[0].losses, found[1].losses, rtol=1e-12)


def test_raw_slices_and_the_trace_are_sharper() -> None:
    raw = random_directions(SAME.size, 3, seed=0)
    rises = [slices(one.loss, one.weights, raw, grid(0.1, 3)).rise().value for one in (surface(), SAME)]
    assert 5 * rises[0] < rises[1]
    traces = [hutchinson(one.hessian(one.weights), one.size).value for one in (surface(), SAME)]
    assert 5 * traces[0] < traces[1]


@pytest.mark.parametrize("key", ["small_cnn", "small_cnn_bn", "lenet", "resnet8", "cnn1d", "mlp"])
def test_every_kind_of_network_computes_the_same(key: str) -> None:
    shape = (1, 1, 40) if key == "cnn1d" else (1, 8, 8)
    built = build_network(key, shape, 10, seed=0).eval()
    before = {name: value.clone() for name, value in built.state_dict().items()}
    x = torch.rand(3, *shape, generator=torch.Generator().manual_seed(0))
    found = rescaled(built, 0.25)
    with torch.no_grad():
        assert torch.equal(found(x), built(x))
    assert all(torch.equal(value, before[name]) for name, value in built.state_dict().items())
    assert any(not torch.equal(value, before[name]) for name, value in found.state_dict().items())


@pytest.mark.parametrize("alpha", [0.0, -2.0, float("inf"), float("nan")])
def test_bad_factors(alpha: float) -> None:
    with pytest.raises(ValueError, match=r"alpha must be a finite number in \(0, inf\), got"):
        rescaled(network(), alpha)


@pytest.mark.parametrize(
    "layers",
    [
        [nn.Flatten(), nn.Linear(4, 2)],
        [nn.ReLU(), nn.Linear(4, 2)],
        [nn.Linear(4, 4), nn.ReLU(), nn.Tanh(), nn.Linear(4, 2)],  # nothing passes through tanh
        [nn.Linear(4, 4), nn.ReLU(), nn.BatchNorm1d(4), nn.Linear(4, 2)],  # its statistics are not scaled
    ],
)
def test_networks_without_such_layers(layers: list[nn.Module]) -> None:
    with pytest.raises(ValueError, match="network must have a ReLU"):
        rescaled(nn.Sequential(*layers), 2.0)
