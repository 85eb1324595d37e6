"""A network small enough to write its Hessian down, with BatchNorm statistics of its own."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, hessian
from torch.nn import functional as F  # noqa: N812

from neural.landscape.functions import Vector
from neural.landscape.quadratic import Quadratic
from neural.landscape.surface import Surface

IMAGES = 40


@cache
def network() -> nn.Module:
    """A convolution, BatchNorm, ReLU and pooling, two linear layers: 105 weights; in training mode."""
    generator = torch.Generator().manual_seed(1)
    built = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 4),
    )  # fmt: skip
    with torch.no_grad():
        for p in built.parameters():
            p.copy_(torch.randn(p.shape, generator=generator) / 2)
        built[1].running_mean.copy_(torch.randn(3, generator=generator))
        built[1].running_var.copy_(0.5 + torch.rand(3, generator=generator))
    return built


@cache
def data() -> tuple[Tensor, Tensor]:
    """Random images, shape (40, 1, 4, 4), and labels."""
    generator = torch.Generator().manual_seed(2)
    images = torch.randn(IMAGES, 1, 4, 4, generator=generator)
    return images, torch.randint(4, (IMAGES,), generator=generator)


@cache
def surface() -> Surface:
    """The network's, in float64."""
    return Surface(network(), *data(), float64=True)


@cache
def dense() -> Vector:
    """The Hessian at the network's weights, by `torch.func`, one block after the other."""
    x, y = data()
    plain = {name: value.detach().double() for name, value in network().state_dict().items()}
    weights = {name: plain.pop(name) for name, _ in network().named_parameters()}
    evaluated = nn.Sequential(*network()).eval()  # a container of its own: the mode is put back below

    def loss(values: dict[str, Tensor]) -> Tensor:
        return F.cross_entropy(functional_call(evaluated, values | plain, (x.double(),)), y)

    blocks = hessian(loss)(weights)
    evaluated.train()
    sizes = {name: value.numel() for name, value in weights.items()}
    rows = [torch.cat([blocks[a][b].reshape(sizes[a], sizes[b]) for b in sizes], 1) for a in sizes]
    return torch.cat(rows).numpy()


def quadratic(size: int = 12, seed: int = 0, positive: bool = True) -> Quadratic:
    """A random one, whose curvature is positive on request."""
    rng = np.random.default_rng(seed)
    root = rng.standard_normal((size, size))
    matrix = root @ root.T / size if positive else (root + root.T) / 2
    return Quadratic(matrix, rng.standard_normal(size), 1.5)
