"""LightSAM: radius and step both scaled by what gradients have been so far, in three variants.

Source: Cheng et al., LightSAM, arXiv 2505.24399.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from neural.baseline import Group, TwoPointBaseline, norm_of


class LightSAM1(TwoPointBaseline):
    """LightSAM-I, AdaGrad-Norm.

    u ← u + ‖s‖², e = x + rho s/√u;  v ← v + ‖g‖², x⁺ = x − lr g/√v,  with g = ∇f_S(e) + weight_decay · x.

    The norms are over all parameters together; u and v start at epsilon².

    Parameters
    ----------
    params : iterable of Parameter or of parameter groups
    lr : float
        In (0, inf): about the length of the first step.
    rho : float
        In [0, inf): about ‖e − x‖ in the first step.
    weight_decay : float
        In [0, inf).
    epsilon : float
        In (0, inf).

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
        lr: float = 1.0,
        rho: float = 0.1,
        weight_decay: float = 5e-4,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "rho": rho, "weight_decay": weight_decay, "epsilon": epsilon})

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        root = self._root("u", grad_x_norm)
        for group, p, grad in self._each():
            p.add_(grad / root, alpha=group["rho"])

    def _update(self, grad_norm: Tensor) -> None:
        moved = list(self._each_decayed())
        root = self._root("v", norm_of([grad for _, _, grad in moved]))
        for group, p, grad in moved:
            p.sub_(grad.mul_(group["lr"] / root))

    def _root(self, name: str, norm: Tensor) -> Tensor:
        """The root of an accumulator after the squared norm has been added."""
        shared = self._shared()
        if name not in shared:
            shared[name] = torch.full_like(norm, self.param_groups[0]["epsilon"] ** 2)
        shared[name] += norm.square()
        return shared[name].sqrt()


class LightSAM2(TwoPointBaseline):
    """LightSAM-II, AdaGrad.

    u ← u + s⊙s, e = x + rho s/√u;  v ← v + g⊙g, x⁺ = x − lr g/√v,  with g = ∇f_S(e) + weight_decay · x.

    u and v start at epsilon². In the first step every coordinate moves by about rho and then lr, so both have
    to be far smaller than where norms scale. Parameters as for `LightSAM1`.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.03,
        rho: float = 1e-3,
        weight_decay: float = 5e-4,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(params, {"lr": lr, "rho": rho, "weight_decay": weight_decay, "epsilon": epsilon})

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        for group, p, grad in self._each():
            p.add_(grad / self._root("u", group, p, grad), alpha=group["rho"])

    def _update(self, grad_norm: Tensor) -> None:
        for group, p, grad in self._each_decayed():
            p.sub_(grad / self._root("v", group, p, grad), alpha=group["lr"])

    def _root(self, name: str, group: Group, p: Tensor, grad: Tensor) -> Tensor:
        """The root of an accumulator after the squared gradient has been added."""
        if name not in self.state[p]:
            self.state[p][name] = torch.full_like(p, group["epsilon"] ** 2)
        return self.state[p][name].addcmul_(grad, grad).sqrt()


class LightSAM3(TwoPointBaseline):
    """LightSAM-III, Adam.

    r ← β₁r + (1−β₁)s, u ← β₂u + (1−β₂)s⊙s, e = x + rho r/√u;  m and v likewise with
    g = ∇f_S(e) + weight_decay · x;  x⁺ = x − lr m/√v.  r and m start at 0, u and v at epsilon²;
    there is no correction for that start.

    Parameters
    ----------
    params, lr, rho, weight_decay, epsilon
        As for `LightSAM2`.
    beta1, beta2 : float
        In [0, 1).
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 3e-4,
        rho: float = 1e-4,
        weight_decay: float = 5e-4,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        constants = {"beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        super().__init__(params, {"lr": lr, "rho": rho, "weight_decay": weight_decay, **constants})

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        for group, p, grad in self._each():
            p.add_(self._scaled("r", "u", group, p, grad), alpha=group["rho"])

    def _update(self, grad_norm: Tensor) -> None:
        for group, p, grad in self._each_decayed():
            p.sub_(self._scaled("m", "v", group, p, grad), alpha=group["lr"])

    def _scaled(self, first: str, second: str, group: Group, p: Tensor, grad: Tensor) -> Tensor:
        """The first moment over the root of the second, after the gradient has been taken into both."""
        state, floor = self.state[p], group["epsilon"] ** 2
        if first not in state:
            state[first], state[second] = torch.zeros_like(p), torch.full_like(p, floor)
        state[first].mul_(group["beta1"]).add_(grad, alpha=1 - group["beta1"])
        state[second].mul_(group["beta2"]).addcmul_(grad, grad, value=1 - group["beta2"])
        # Where a weight has no gradient for long, both moments decay to 0: the clamp avoids 0/0.
        return state[first] / state[second].clamp(min=torch.finfo(p.dtype).tiny).sqrt()
