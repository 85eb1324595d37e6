"""The slow, obvious twin: one step of the formula, in plain Python loops over plain Python numbers.

Nothing here is shared with the package: no tensors, and the gradient is a function of a list of numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Vector = list[float]


@dataclass
class Group:
    """Indices of the parameters of a group and its hyperparameters."""

    indices: list[int]
    rho: float = 0.1
    lambd: float = 1.0
    weight_decay: float = 5e-4
    gamma_b: float = 1.0
    eta: float | None = None
    factor: float = 1.0


def dot(left: Vector, right: Vector) -> float:
    return math.fsum(a * b for a, b in zip(left, right, strict=True))


def reference_step(
    x: Vector,
    function: Callable[[Vector], tuple[float, Vector]],
    groups: list[Group],
    f_star: float = 0.0,
    clipped: bool = False,
) -> tuple[Vector, list[float]]:
    """Return x⁺ and the step size of every group. `function` maps a point to its loss and its gradient."""
    _, grad_x = function(x)
    scales = [1.0] * len(x)
    for group in groups:
        for i in group.indices:
            scales[i] = 1.0 if group.eta is None else abs(x[i]) + group.eta
    length = math.sqrt(math.fsum((t * g) ** 2 for t, g in zip(scales, grad_x, strict=True)))
    e = list(x)
    for group in groups:
        blend = 1 - group.lambd + group.lambd / max(length, 1e-12)
        for i in group.indices:
            factor = min(1.0, 1.0 / length) if clipped else blend
            e[i] = x[i] + group.rho * factor * scales[i] ** 2 * grad_x[i]
    loss_e, grad_e = function(e)
    difference = [e_i - x_i for e_i, x_i in zip(e, x, strict=True)]
    square = math.fsum(group.factor * grad_e[i] ** 2 for group in groups for i in group.indices)
    raw = (loss_e - f_star - dot(grad_e, difference)) / max(square, 1e-12)
    gammas = [group.factor * min(max(raw, 0.0), group.gamma_b) for group in groups]
    new = list(x)
    for group, gamma in zip(groups, gammas, strict=True):
        for i in group.indices:
            new[i] = x[i] - gamma * (grad_e[i] + group.weight_decay * x[i])
    return new, gammas
