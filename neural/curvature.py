"""The curvature of the training loss at given weights, by its Gauss-Newton matrix."""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn
from torch.func import functional_call, jacrev


def gauss_newton_spectrum(network: nn.Module, images: Tensor) -> Tensor:
    """Nonzero eigenvalues of the Gauss-Newton matrix of the cross-entropy, in float64, in decreasing order.

    With the logits z_i of image i, their Jacobian J_i in all weights and H_i = diag(p_i) − p_i p_iᵀ,
    p_i = softmax(z_i), the matrix is G = (1/n) Σ_i J_iᵀ H_i J_i. It is the Hessian without the curvature of
    the network itself, does not depend on the labels and is positive semidefinite; its nonzero eigenvalues
    are those of the Gram matrix of the rows H_i^{1/2} J_i / √n.

    Parameters
    ----------
    network : nn.Module
        Not changed. BatchNorm normalises by the statistics of all the images.
    images : Tensor, shape (n, channels, height, width)
        Time and memory grow with n · classes · weights.

    Returns
    -------
    Tensor, shape (n (classes − 1),)
        As many as can be above 0: p_iᵀ 1 = 1 makes one eigenvalue of every H_i zero.

    References
    ----------
    J. Martens, *New Insights and Perspectives on the Natural Gradient Method*, JMLR 2020, section 8.
    """
    network = _with_statistics_of(network, images)
    weights = {name: weight.detach() for name, weight in network.named_parameters()}
    buffers = dict(network.named_buffers())

    def logits(values: dict[str, Tensor], image: Tensor) -> Tensor:
        return functional_call(network, (values, buffers), (image[None],))[0]

    def rows(image: Tensor) -> Tensor:
        jacobian = torch.cat(
            [part.flatten(1) for part in jacrev(logits)(weights, image).values()], 1
        ).double()
        p = torch.softmax(logits(weights, image), 0).double()
        eigenvalues, vectors = torch.linalg.eigh(torch.diag(p) - torch.outer(p, p))
        return ((eigenvalues.clamp(min=0).sqrt() * vectors).T @ jacobian)[1:]

    found = torch.cat([rows(image) for image in images])
    return torch.linalg.eigvalsh(found @ found.T / len(images)).flip(0)


def condition_number(spectrum: Tensor) -> float:
    """The largest eigenvalue over the median one: the smallest would be a matter of rounding."""
    return float(spectrum[0] / spectrum[len(spectrum) // 2])


def _with_statistics_of(network: nn.Module, images: Tensor) -> nn.Module:
    """A copy in evaluation mode whose BatchNorm layers have the statistics of these images."""
    network = copy.deepcopy(network)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 1.0
    network.train()
    with torch.no_grad():
        network(images)
    return network.eval()
