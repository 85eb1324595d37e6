"""AdaSAM: sharpness-aware minimisation with the step of AMSGrad."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from neural.baseline import TwoPointBaseline


class AdaSAM(TwoPointBaseline):
    """AdaSAM: SAM's perturbed point, AMSGrad's step.

    e = x + rho s/‖s‖;  m ← β₁m + (1−β₁)g;  v ← β₂v + (1−β₂)g⊙g;  v̂ ← max(v̂, v);
    x⁺ = x − lr m/√v̂,  with g = ∇f_S(e) + weight_decay · x.  m starts at 0, v and v̂ at epsilon².

    Parameters
    ----------
    params : iterable of Parameter or of parameter groups
    lr : float
        Rate, in (0, inf).
    rho : float
        Sharpness radius, in [0, inf).
    weight_decay : float
        In [0, inf).
    beta1, beta2 : float
        In [0, 1).
    epsilon : float
        In (0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.

    References
    ----------
    Sun, Shen, Chen, Ding, Tao, *AdaSAM: Boosting Sharpness-Aware Minimization with Adaptive Learning Rate and
    Momentum for Training Deep Neural Networks*, 2023.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 3e-4,
        rho: float = 0.05,
        weight_decay: float = 5e-4,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        constants = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon, "lambd": 1.0}
        super().__init__(params, {"lr": lr, "rho": rho, "weight_decay": weight_decay, **constants})

    def _update(self, grad_norm: Tensor) -> None:
        for group, p, grad in self._each_decayed():
            state = self.state[p]
            if not state:
                floor = group["epsilon"] ** 2
                state["m"], state["v"] = torch.zeros_like(p), torch.full_like(p, floor)
                state["v_max"] = torch.full_like(p, floor)
            state["m"].mul_(group["beta1"]).add_(grad, alpha=1 - group["beta1"])
            state["v"].mul_(group["beta2"]).addcmul_(grad, grad, value=1 - group["beta2"])
            torch.maximum(state["v_max"], state["v"], out=state["v_max"])
            p.sub_(state["m"] / state["v_max"].sqrt(), alpha=group["lr"])
