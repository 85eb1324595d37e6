"""SA-SAM: sharpness-aware minimisation that takes step and radius from the local smoothness."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from neural.baseline import Closure, TwoPointBaseline, gradients, norm_of
from sam_sps.functional import TINY, perturb_


class SASAM(TwoPointBaseline):
    """Smoothness-adaptive SAM.

    η_t = min{‖x^t − x^(t−1)‖ / (2‖∇f_S(x^t) − ∇f_S(x^(t−1))‖), √(1 + θ_(t−1)) η_(t−1)},  θ_t = η_t/η_(t−1);
    e = x + √η_t s/‖s‖;  x⁺ = x − η_t (∇f_S(e) + weight_decay · x).

    η₀ = lr, θ₀ = +∞, a zero denominator gives +∞. Both gradients are those of the step's own batch, so every
    step but the first calls the closure three times: at x^(t−1), at x^t and at e. BatchNorm's running
    statistics see all three.

    Parameters
    ----------
    params : iterable of Parameter or of parameter groups
    lr : float
        η₀, in (0, inf); it has no effect after the first step.
    weight_decay : float
        In [0, inf). Not part of the gradients from which η_t is found.

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.

    References
    ----------
    Smoothness-adaptive SAM, as cited by Oikonomou and Loizou, arXiv 2606.01827.
    """

    def __init__(self, params: Iterable[Any], lr: float = 0.1, weight_decay: float = 5e-4) -> None:
        self._before: dict[Tensor, Tensor] = {}
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """One step, calling the closure three times (the first: twice); returns the loss at e."""
        self._before = self._gradients_before(closure)
        return super().step(closure)

    def _gradients_before(self, closure: Closure) -> dict[Tensor, Tensor]:
        """∇f_S(x^(t−1)) on the batch of this step; empty in the first step."""
        held = [p for group in self.param_groups for p in group["params"] if "x_before" in self.state[p]]
        if not held:
            return {}
        x = [p.clone() for p in held]
        try:
            torch._foreach_copy_(held, [self.state[p]["x_before"] for p in held])
            self._pass(closure)
            return dict(zip(held, gradients(held), strict=True))
        finally:
            torch._foreach_copy_(held, x)

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        shared = self._shared()
        shared["eta"], shared["theta"] = self._next(grad_x_norm, x)
        scale = shared["eta"].sqrt() / grad_x_norm.clamp(min=TINY)
        params = list(x)
        perturb_(params, list(x.values()), gradients(params), scale)
        for p, value in x.items():
            self.state[p]["x_before"] = value

    def _next(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        """η_t and θ_t."""
        known = [p for p in x if p in self._before]
        if not known:
            eta = torch.full_like(grad_x_norm, self.param_groups[0]["lr"])
            return eta, torch.full_like(eta, math.inf)
        shared = self._shared()
        change_x = norm_of([x[p] - self.state[p]["x_before"] for p in known])
        change_grad = norm_of([s - self._before[p] for p, s in zip(known, gradients(known), strict=True)])
        ratio = torch.where(change_grad > 0, change_x / (2 * change_grad), math.inf)
        eta = torch.minimum(ratio, (1 + shared["theta"]).sqrt() * shared["eta"])
        return eta, eta / shared["eta"]

    def _update(self, grad_norm: Tensor) -> None:
        eta = self._shared()["eta"]
        for _, p, direction in self._each_decayed():
            p.sub_(direction.mul_(eta))

    def _step_size(self) -> Tensor:
        return self._shared()["eta"]
