"""The baselines with a given rate: SGD, and (unified) SAM.

They tell of each step what `SAM_SPS` tells, including the Polyak step that they did not take.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from torch import Tensor
from torch.optim import Optimizer

from neural.baseline import Baseline, TwoPointBaseline


class SGD(Baseline):
    """Stochastic gradient descent: m ← momentum · m + ∇f_S(x) + weight_decay · x; x ← x − lr · m.

    Parameters
    ----------
    params : iterable of Parameter or of parameter groups
    lr : float
        Rate, in (0, inf).
    momentum : float
        In [0, 1).
    weight_decay : float
        In [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.1,
        momentum: float = 0.0,
        weight_decay: float = 5e-4,
    ) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    def _update(self, grad_norm: Tensor) -> None:
        heavy_ball(self)


class SAM(TwoPointBaseline):
    """Sharpness-aware minimisation with a given rate: `SGD` with the gradient at the perturbed point.

    e = x + rho (1 − lambd + lambd / ‖∇f_S(x)‖) ∇f_S(x), the norm taken over all parameters together;
    then m ← momentum · m + ∇f_S(e) + weight_decay · x; x ← x − lr · m.

    Parameters
    ----------
    params, lr, momentum, weight_decay
        As for `SGD`.
    rho : float
        Sharpness radius, in [0, inf); 0 gives SGD.
    lambd : float
        In [0, 1]: 1 is SAM (Foret et al., arXiv 2010.01412), 0 is USAM, between is Unified SAM
        (Oikonomou and Loizou, arXiv 2503.02225).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.1,
        momentum: float = 0.0,
        weight_decay: float = 5e-4,
        rho: float = 0.1,
        lambd: float = 1.0,
    ) -> None:
        rate = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay}
        super().__init__(params, {**rate, "rho": rho, "lambd": lambd})

    def _update(self, grad_norm: Tensor) -> None:
        heavy_ball(self)


def heavy_ball(optimizer: Optimizer) -> None:
    """Heavy-ball update of every parameter that has a gradient, from that gradient."""
    for group in optimizer.param_groups:
        for p in group["params"]:
            if p.grad is None:
                continue
            direction = p.grad.add(p, alpha=group["weight_decay"])
            if group["momentum"] > 0:
                buffer = optimizer.state[p].get("momentum_buffer")
                if buffer is not None:
                    direction = buffer.mul_(group["momentum"]).add_(direction)
                optimizer.state[p]["momentum_buffer"] = direction
            p.add_(direction, alpha=-group["lr"])
