"""What the baselines share: passes over the batch, and the account of a step that `SAM_SPS` gives too.

A method adds its `_update`, and its `_perturb` where it looks at a second point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.optim import Optimizer

from neural.ranges import RANGES
from sam_sps import StepInfo
from sam_sps.functional import TINY, perturb_, perturbation_scale, polyak_numerator
from sam_sps.sums import product, squared_norm

Closure = Callable[[], Tensor]
Group = dict[str, Any]


def gradients(params: Iterable[Tensor]) -> list[Tensor]:
    """The gradients; zeros where the last pass left none."""
    return [torch.zeros_like(p) if p.grad is None else p.grad for p in params]


def norm_of(tensors: list[Tensor]) -> Tensor:
    """The Euclidean norm of all tensors together."""
    return torch.as_tensor(squared_norm(tensors, on_host=False)).sqrt()


@contextmanager
def kept(optimizer: Optimizer) -> Iterator[list[Tensor]]:
    """Inside, the parameters may be changed in place; afterwards they are, bit for bit, what they were."""
    params = [p for group in optimizer.param_groups for p in group["params"]]
    before = [p.detach().clone() for p in params]
    try:
        with torch.no_grad():
            yield params
    finally:
        with torch.no_grad():
            torch._foreach_copy_(params, before)


class Baseline(Optimizer):
    """An optimizer of one pass per step.

    A method that is to be tested at another point than x has a context manager `answering`, in which its
    parameters are that point.

    Attributes
    ----------
    last_step : StepInfo or None
        The last step: `gamma` is the rate it took, `gamma_raw` the Polyak step N / ‖∇f_S(e)‖² that it did not
        take (ℓ* = 0). Baselines neither cap nor clamp nor skip.
    """

    last_step: StepInfo | None = None
    _n_passes = 0  # of the step that goes on

    def add_param_group(self, param_group: Group) -> None:
        """Add a group; its hyperparameters are validated like those of the constructor."""
        for name, value in {**self.defaults, **param_group}.items():
            if name in RANGES:
                RANGES[name].check(name, value)
        super().add_param_group(param_group)

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """One step; the closure computes a loss, calls backward and returns it; gradients are zeroed here."""
        loss = self._pass(closure)
        norm = norm_of(gradients(self._trained()))
        zero = torch.zeros_like(norm)
        self._update(norm)
        self.last_step = self._info(loss, loss, norm, norm, inner=zero, perturbation_norm=zero)
        return loss

    def _update(self, grad_norm: Tensor) -> None:
        """Move every parameter, which holds x, by its gradient; `grad_norm` is that of all together."""
        raise NotImplementedError

    def _step_size(self) -> Tensor | None:
        """The step size where the method finds it by itself; None where it is the groups' `lr`."""
        return None

    def _each(self) -> Iterator[tuple[Group, Parameter, Tensor]]:
        """The parameters that have a gradient: group, parameter, gradient."""
        for group in self.param_groups:
            yield from ((group, p, p.grad) for p in group["params"] if p.grad is not None)

    def _each_decayed(self) -> Iterator[tuple[Group, Parameter, Tensor]]:
        """The same, each gradient with weight_decay · x added to it; a new tensor."""
        for group, p, grad in self._each():
            yield group, p, grad.add(p, alpha=group["weight_decay"])

    def _trained(self) -> list[Tensor]:
        return [p for _, p, _ in self._each()]

    def _shared(self) -> dict[str, Any]:
        """State that belongs to all parameters together; it is kept, and saved, with the first one."""
        return self.state[self.param_groups[0]["params"][0]]

    def _pass(self, closure: Closure) -> Tensor:
        self.zero_grad()
        self._n_passes += 1
        with torch.enable_grad():
            loss = closure()
        if not self._trained():
            raise RuntimeError("no gradients: the closure must call backward() on a loss of these parameters")
        return loss.detach()

    def _info(
        self,
        loss_x: Tensor,
        loss_e: Tensor,
        grad_x_norm: Tensor,
        grad_e_norm: Tensor,
        inner: Tensor,
        perturbation_norm: Tensor,
    ) -> StepInfo:
        own = self._step_size()
        numerator = torch.as_tensor(polyak_numerator(loss_e, 0.0, inner))
        raw = numerator / grad_e_norm.square().clamp(min=TINY)
        scalars = [loss_x, loss_e, grad_x_norm, grad_e_norm, perturbation_norm, numerator, raw]
        scalars += [] if own is None else [own]
        # The one place in a step at which the host waits for the device.
        values = torch.stack([scalar.to(loss_e) for scalar in scalars]).tolist()
        evaluations, self._n_passes = self._n_passes, 0
        rates = tuple(float(group["lr"]) if own is None else values[7] for group in self.param_groups)
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
            evaluations=evaluations,
        )


class TwoPointBaseline(Baseline):
    """A baseline that takes its gradient at a perturbed point e.

    Unless a method has a perturbation of its own, e = x + rho (1 − lambd + lambd / ‖∇f_S(x)‖) ∇f_S(x), the
    norm over all parameters together, rho and lambd those of each group.
    """

    @torch.no_grad()
    def step(self, closure: Closure) -> Tensor:  # type: ignore[override]
        """One step, calling the closure twice; returns the loss at e. If it raises, x is as before.

        Where every rho is 0, e is x, and the closure is called once.
        """
        if all(group.get("rho") == 0.0 for group in self.param_groups):
            return super().step(closure)
        loss_x = self._pass(closure)
        params = self._trained()
        grad_x_norm = norm_of(gradients(params))
        x = [param.clone() for param in params]
        try:
            self._perturb(grad_x_norm, dict(zip(params, x, strict=True)))
            moves = list(torch._foreach_sub(params, x))
            loss_e = self._pass(closure)
        finally:
            torch._foreach_copy_(params, x)
        grads = gradients(params)
        grad_e_norm = norm_of(grads)
        self._update(grad_e_norm)
        inner = torch.as_tensor(product(moves, grads, on_host=False))
        self.last_step = self._info(loss_x, loss_e, grad_x_norm, grad_e_norm, inner, norm_of(moves))
        return loss_e

    def _perturb(self, grad_x_norm: Tensor, x: dict[Tensor, Tensor]) -> None:
        """Move the parameters, which hold x and its gradient, to e; `x` has a copy of each."""
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if params:
                scale = perturbation_scale(grad_x_norm, group["rho"], group["lambd"])
                perturb_(params, [x[p] for p in params], gradients(params), scale)
