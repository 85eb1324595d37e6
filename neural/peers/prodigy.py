"""Prodigy, from its authors' package prodigyopt."""

from __future__ import annotations

from collections.abc import Iterable

import prodigyopt
import torch
from torch import Tensor
from torch.nn import Parameter

from neural.baseline import Baseline


class Prodigy(Baseline, prodigyopt.Prodigy):
    """Adam whose rate is lr · d, d an estimate of the distance to a solution (arXiv 2306.06101).

    Parameters
    ----------
    params : iterable of Parameter
    lr : float
        Factor of the rate found, in (0, inf); its authors leave it at 1.
    weight_decay : float
        Decoupled, in [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Parameter], lr: float = 1.0, weight_decay: float = 5e-4) -> None:
        # As values of the group: given as an argument, the package prints a line about the decay.
        group = {"params": list(params), "lr": lr, "weight_decay": weight_decay}
        prodigyopt.Prodigy.__init__(self, [group])

    def _update(self, grad_norm: Tensor) -> None:
        group = self.param_groups[0]
        self._rate = torch.tensor(group["d"] * group["lr"])
        prodigyopt.Prodigy.step(self)

    def _step_size(self) -> Tensor:
        return self._rate
