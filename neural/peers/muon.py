"""Muon, as torch has it, on the matrices inside of a network, with AdamW on the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from neural.baseline import Baseline


class Muon(Baseline):
    """Momentum whose matrix is replaced by a nearly orthogonal one (Jordan et al., 2024); AdamW beside it.

    A filter bank is the matrix with a row for each output. Biases, BatchNorm's factors and the last layer's
    matrix are trained by AdamW, as the authors of Muon advise; `adjust_lr_fn="match_rms_adamw"` gives both
    the same rate and decay (Liu et al., arXiv 2502.16982).

    Parameters
    ----------
    params : iterable of Parameter
        In the order of the network; the last matrix is its last layer's.
    lr : float
        Rate, in (0, inf).
    weight_decay : float
        Decoupled, in [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Parameter], lr: float = 1e-3, weight_decay: float = 5e-4) -> None:
        params = list(params)
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})
        inner = [p for p in params if p.ndim >= 2][:-1]
        # Not views: a filter bank whose channels lie last in memory has no view as a matrix.
        self._matrices = {p: Parameter(p.detach().flatten(1).clone()) for p in inner}
        others = [p for p in params if p not in self._matrices]
        rate: dict[str, Any] = {"lr": lr, "weight_decay": weight_decay}
        self._parts: list[torch.optim.Optimizer] = [torch.optim.AdamW(others, **rate)]
        if inner:
            matrices = list(self._matrices.values())
            self._parts.append(torch.optim.Muon(matrices, **rate, adjust_lr_fn="match_rms_adamw"))

    def _update(self, grad_norm: Tensor) -> None:
        for p, matrix in self._matrices.items():
            matrix.copy_(p.flatten(1))
            matrix.grad = None if p.grad is None else p.grad.flatten(1)
        for part in self._parts:
            part.param_groups[0].update({name: self.param_groups[0][name] for name in ("lr", "weight_decay")})
            part.step()
        for p, matrix in self._matrices.items():
            p.copy_(matrix.view(p.shape))

    def state_dict(self) -> dict[str, Any]:
        """The groups, and the state of both parts."""
        return super().state_dict() | {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Inverse of `state_dict`."""
        super().load_state_dict(state_dict)
        for part, state in zip(self._parts, state_dict["parts"], strict=True):
            part.load_state_dict(state)
