"""The loss of a network as a function of its weights."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812

from neural.devices import chunk_of
from neural.landscape.functions import Field, Vector

CELLS = 20_000_000
"""Numbers that layers give out, at most, for the images that are looked at together."""
GPU_CELLS = 400_000_000


class Surface:
    """The mean cross-entropy on fixed images as a function of all weights, a vector.

    The network is in evaluation mode, with the BatchNorm statistics that it comes with, wherever the weights
    are: this is the function that is tested, one in which images do not see each other. There is no weight
    decay in it.

    Products with the Hessian are two passes back (`torch.autograd.grad`). Forward over reverse, as
    `torch.func` composes it, and `vmap` over several vectors were no faster on the CPU, and `torch.func`
    keeps no graph for the next vector, which halves the time. PyHessian has no releases since 2019 and fixes
    its own sampling; curvlinops (3.0.1) brings nine packages, works on networks alone, and its estimates of a
    trace carry no error: so neither is used.

    Parameters
    ----------
    network : nn.Module
        Copied; not changed.
    x, y : Tensor, shapes (N, channels, height, width) and (N,)
        N ≥ 1 images and labels, on the network's device.
    float64 : bool
        Whether all is computed in float64, which takes some four times as long on a CPU; else in float32,
        with sums over chunks of images in float64.

    Attributes
    ----------
    size : int
        Number of weights.
    weights : Vector, shape (size,)
        Those of the network given.
    filters : NDArray of int, shape (size,)
        Number of the filter that each weight belongs to, for `directions.filter_normalised`: a filter is what
        leads to one output of a layer. −1 for biases and the scales and shifts of normalisation.

    Raises
    ------
    ValueError
        No images, or another number of labels; later, vectors of another shape.
    """

    def __init__(self, network: nn.Module, x: Tensor, y: Tensor, float64: bool = False) -> None:
        if len(x) != len(y) or not len(x):
            raise ValueError(
                f"x and y must be as many images as labels, at least one, got {len(x)} and {len(y)}"
            )
        self._dtype = torch.float64 if float64 else torch.float32
        self._network = copy.deepcopy(network).to(self._dtype).eval().requires_grad_(False)
        params = dict(self._network.named_parameters())
        self._shapes = {name: p.shape for name, p in params.items()}
        self._counts = [p.numel() for p in params.values()]
        self._statistics = dict(self._network.named_buffers())
        self.weights: Vector = _vector(torch.cat([p.flatten() for p in params.values()]))
        self.filters = _filters(list(self._shapes.values()))
        self.size = len(self.weights)
        self._x, self._y = x.to(self._dtype), y
        self._cells = CELLS if x.device.type == "cpu" else GPU_CELLS
        self._per_image = _cells(self._network, self._x[:1])
        self._chunk = max(1, min(chunk_of(x.device), self._cells // self._per_image))

    def loss(self, w: Vector) -> float:
        """f(w): the mean cross-entropy over the images."""
        return self._loss(self._tensor(w), self._statistics)

    def gradient(self, w: Vector) -> Vector:
        """∇f(w), shape (size,)."""
        point = self._tensor(w).requires_grad_()
        return self._mean(torch.autograd.grad(loss, point)[0] for loss in self._losses(point))

    def hessian(self, w: Vector) -> Field:
        """The product v ↦ ∇²f(w) v. The graph is kept from one v to the next where it is small enough."""
        point = self._tensor(w).requires_grad_()
        gradients = self._gradients(point)
        keeps = self._per_image * len(self._y) <= self._cells
        kept = list(gradients) if keeps else []

        def product(v: Vector) -> Vector:
            direction = self._tensor(v)
            found = kept if keeps else self._gradients(point)
            return self._mean(torch.autograd.grad(g, point, direction, retain_graph=keeps)[0] for g in found)

        return product

    def towards(self, other: Surface) -> Callable[[float], float]:
        """The loss along the line from this network to another one: t ↦ f at (1 − t) of this and t of that.

        Weights and BatchNorm statistics go along it together, so that both ends are the networks that were
        trained; the images are this one's. ValueError for a network of other weights.
        """
        if other._shapes != self._shapes or other._statistics.keys() != self._statistics.keys():
            raise ValueError("other must be a network of the same weights, got one of another shape")

        def loss(t: float) -> float:
            w = (1 - t) * self.weights + t * other.weights
            mixed = {
                name: (1 - t) * mine + t * other._statistics[name] if mine.is_floating_point() else mine
                for name, mine in self._statistics.items()
            }
            return self._loss(self._tensor(w), mixed)

        return loss

    def _loss(self, point: Tensor, statistics: dict[str, Tensor]) -> float:
        with torch.no_grad():
            return sum(loss.item() for loss in self._losses(point, statistics)) / len(self._y)

    def _losses(self, point: Tensor, statistics: dict[str, Tensor] | None = None) -> Iterator[Tensor]:
        """The sum of the cross-entropy over each chunk of images."""
        pieces = zip(self._shapes.items(), point.split(self._counts), strict=True)
        values = {name: piece.view(shape) for (name, shape), piece in pieces}
        values |= self._statistics if statistics is None else statistics
        for x, y in zip(self._x.split(self._chunk), self._y.split(self._chunk), strict=True):
            yield F.cross_entropy(functional_call(self._network, values, (x,)), y, reduction="sum")

    def _gradients(self, point: Tensor) -> Iterator[Tensor]:
        for loss in self._losses(point):
            yield torch.autograd.grad(loss, point, create_graph=True)[0]

    def _mean(self, sums: Iterator[Tensor]) -> Vector:
        total = np.zeros(self.size)
        for one in sums:
            total += _vector(one)
        return total / len(self._y)

    def _tensor(self, w: Vector) -> Tensor:
        if np.shape(w) != (self.size,):
            raise ValueError(f"vectors must have shape ({self.size},), got {np.shape(w)}")
        return torch.tensor(w, dtype=self._dtype, device=self._x.device)  # a copy: w may change


def _vector(tensor: Tensor) -> Vector:
    return tensor.detach().cpu().double().numpy().copy()


def _filters(shapes: Sequence[torch.Size]) -> NDArray[np.int64]:
    found: list[NDArray[np.int64]] = []
    first = 0
    for shape in shapes:
        if len(shape) < 2:
            found.append(np.full(shape.numel(), -1))
        else:
            found.append(first + np.repeat(np.arange(shape[0]), shape[1:].numel()))
            first += shape[0]
    return np.concatenate(found)


def _cells(network: nn.Module, image: Tensor) -> int:
    """How many numbers the layers of a network give out for one image."""
    counts: list[int] = []
    leaves = [layer for layer in network.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(lambda _m, _x, out: counts.append(out.numel())) for layer in leaves]
    with torch.no_grad():
        network(image)
    for hook in hooks:
        hook.remove()
    return max(1, sum(counts))
