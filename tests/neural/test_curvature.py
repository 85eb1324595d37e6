"""The Gauss-Newton spectrum against dense second derivatives and by hand."""

import pytest
import torch
from torch import nn
from torch.func import functional_call, hessian
from torch.nn import functional as F  # noqa: N812

from neural.curvature import condition_number, gauss_newton_spectrum
from neural.networks import build_network


def test_of_a_linear_network_it_is_the_dense_hessian() -> None:
    torch.manual_seed(0)
    network, images = nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).double(), torch.rand(5, 1, 2, 2).double()
    weights = {name: weight.detach() for name, weight in network.named_parameters()}
    labels = torch.tensor([0, 1, 2, 1, 0])
    blocks = hessian(lambda w: F.cross_entropy(functional_call(network, w, (images,)), labels))(weights)
    sizes = {name: weight.numel() for name, weight in weights.items()}
    dense = torch.cat(
        [torch.cat([blocks[a][b].reshape(sizes[a], sizes[b]) for b in sizes], 1) for a in sizes]
    )
    eigenvalues = torch.linalg.eigvalsh(dense).flip(0)
    found = gauss_newton_spectrum(network, images)
    assert found.shape == (10,)
    assert found.tolist() == pytest.approx(eigenvalues[:10].tolist(), rel=1e-9, abs=1e-15)


def test_by_hand() -> None:
    # Two classes, weights 0: p = (1/2, 1/2), H = [[1, −1], [−1, 1]] / 4, whose eigenvalue is 1/2; ‖x‖² = 4.
    network = nn.Sequential(nn.Flatten(), nn.Linear(1, 2, bias=False))
    nn.init.zeros_(network[1].weight)
    assert gauss_newton_spectrum(network, torch.tensor([[[[2.0]]]])).tolist() == pytest.approx([2.0])


def test_neither_weights_nor_statistics_change() -> None:
    network = build_network("small_cnn_bn", (1, 8, 8), 10, seed=1)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    found = gauss_newton_spectrum(network, torch.rand(4, 1, 8, 8))
    assert network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert condition_number(found) == float(found[0] / found[18])
