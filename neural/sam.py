"""The baselines: SGD, and (unified) SAM with a rate that is given instead of computed.

They tell of each step what `SAM_SPS` tells, including the Polyak step that they did not take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import Optimizer

from neural.config import REAL_RANGES, checked_real
from sam_sps import StepInfo
from sam_sps.functional import TINY, perturb_, perturbation_scale, polyak_numerator
from sam_sps.multi_tensor import inner_product, squared_norm

Closure = Callable[[], Tensor]


class SGD(Optimizer):
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

    Attributes
    ----------
    last_step : StepInfo or None
        The last step: `gamma` is the rate it took, `gamma_raw` the Polyak step N / ‖∇f_S(e)‖² that it did not
        take (ℓ* = 0). Baselines neither cap nor clamp nor skip.

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
        **more: float,
    ) -> None:
        self.last_step: StepInfo | None = None
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, **more})

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; its hyperparameters are validated like those of the constructor."""
        for name, value in {**self.defaults, **param_group}.items():
            if name in REAL_RANGES:
                checked_real(name, value)
        super().add_param_group(param_group)

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """One step; the closure computes a loss, calls backward and returns it; gradients are zeroed here."""
        loss = self._pass(closure)
        grads = _gradients(self._trained())
        norm = squared_norm(grads).sqrt()
        zero = torch.zeros_like(norm)
        self._update()
        self.last_step = self._info(loss, loss, norm, norm, inner=zero, perturbation_norm=zero)
        return loss

    def _trained(self) -> list[Parameter]:
        return [p for group in self.param_groups for p in group["params"] if p.grad is not None]

    def _pass(self, closure: Closure) -> Tensor:
        self.zero_grad()
        with torch.enable_grad():
            loss = closure()
        if not self._trained():
            raise RuntimeError("no gradients: the closure must call backward() on a loss of these parameters")
        return loss.detach()

    def _update(self) -> None:
        """Heavy-ball update of every parameter from its current gradient."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                direction = p.grad.add(p, alpha=group["weight_decay"])
                if group["momentum"] > 0:
                    buffer = self.state[p].get("momentum_buffer")
                    if buffer is not None:
                        direction = buffer.mul_(group["momentum"]).add_(direction)
                    self.state[p]["momentum_buffer"] = direction
                p.add_(direction, alpha=-group["lr"])

    def _info(
        self,
        loss_x: Tensor,
        loss_e: Tensor,
        grad_x_norm: Tensor,
        grad_e_norm: Tensor,
        inner: Tensor,
        perturbation_norm: Tensor,
    ) -> StepInfo:
        rates = tuple(float(group["lr"]) for group in self.param_groups)
        numerator = torch.as_tensor(polyak_numerator(loss_e, 0.0, inner))
        raw = numerator / grad_e_norm.square().clamp(min=TINY)
        scalars = [loss_x, loss_e, grad_x_norm, grad_e_norm, perturbation_norm, numerator, raw]
        # The one place in a step at which the host waits for the device.
        values = torch.stack([scalar.to(loss_e) for scalar in scalars]).tolist()
        return StepInfo(
            loss_x=values[0],
            loss_e=values[1],
            gamma=rates[0],
            gammas=rates,
            gamma_raw=values[6],
            numerator=values[5],
            grad_x_norm=values[2],
            grad_e_norm=values[3],
            perturbation_norm=values[4],
            capped=False,
            clamped=False,
            skipped=False,
        )


def _gradients(params: Iterable[Tensor]) -> list[Tensor]:
    """The gradients; zeros where the last pass left none."""
    return [torch.zeros_like(p) if p.grad is None else p.grad for p in params]


class SAM(SGD):
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
        super().__init__(params, lr, momentum, weight_decay, rho=rho, lambd=lambd)

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """One step, calling the closure twice; returns the loss at e. If it raises, x is as before."""
        loss_x = self._pass(closure)
        params: list[Tensor] = [*self._trained()]
        grad_x_norm = squared_norm(_gradients(params)).sqrt()
        x = [param.clone() for param in params]
        try:
            self._perturb(grad_x_norm, dict(zip(params, x, strict=True)))
            moves = torch._foreach_sub(params, x)
            loss_e = self._pass(closure)
        finally:
            torch._foreach_copy_(params, x)
        grads = _gradients(params)
        self._update()
        self.last_step = self._info(
            loss_x,
            loss_e,
            grad_x_norm,
            squared_norm(grads).sqrt(),
            inner_product(list(moves), grads),
            squared_norm(list(moves)).sqrt(),
        )
        return loss_e

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        """Move from x to e, each group by its own rho and lambd."""
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if params:
                scale = perturbation_scale(grad_x_norm, group["rho"], group["lambd"])
                perturb_(params, [x[p] for p in params], _gradients(params), scale)
