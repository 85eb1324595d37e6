"""MoMo, from its authors' package momo-opt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import momo
import torch
from torch import Tensor
from torch.nn import Parameter

from neural.baseline import Baseline, Closure, norm_of
from sam_sps.functional import TINY
from sam_sps.sums import product


class Momo(Baseline, momo.Momo):
    """A Polyak step along a momentum direction, with lower bound 0 (Schaipp et al., arXiv 2305.07583).

    x⁺ = (x − τ d) / (1 + lr · weight_decay), d a moving average of gradients (β = 0.9), τ ≤ lr the step at
    which the averaged linear models of the loss reach 0.

    Parameters
    ----------
    params : iterable of Parameter
    lr : float
        Cap on τ, in (0, inf).
    weight_decay : float
        In [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Parameter], lr: float = 1.0, weight_decay: float = 5e-4) -> None:
        # As values of the group, like those of the other peers: there they are checked.
        momo.Momo.__init__(self, [{"params": list(params), "lr": lr, "weight_decay": weight_decay}])

    def _pass(self, closure: Closure) -> Tensor:
        self._loss = super()._pass(closure)
        return self._loss

    def _update(self, grad_norm: Tensor) -> None:
        params = self._trained()
        before = [p.clone() for p in params]
        momo.Momo.step(self, loss=self._loss)
        # The package does not say how long its step was.
        group = self.param_groups[0]
        grown = torch._foreach_mul(params, 1 + group["lr"] * group["weight_decay"])
        moved = list(torch._foreach_sub(before, grown))
        direction = [self.state[p]["grad_avg"] for p in params]
        along = torch.as_tensor(product(moved, direction, on_host=False))
        self._tau = along / norm_of(direction).square().clamp(min=TINY)

    def _step_size(self) -> Tensor:
        return self._tau

    def state_dict(self) -> dict[str, Any]:
        """What the package saves, and what it forgets: the number of steps and the averaged loss."""
        begun = {"loss_avg": self.loss_avg} if self._number_steps else {}
        return super().state_dict() | {"begun": begun | {"_number_steps": self._number_steps}}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Inverse of `state_dict`."""
        super().load_state_dict(state_dict)
        for name, value in state_dict["begun"].items():
            setattr(self, name, value)
