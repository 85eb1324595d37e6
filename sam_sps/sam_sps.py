"""The optimizer: it keeps the state between the passes, the mathematics is in `functional`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from sam_sps.functional import perturb_, perturbation_scale, polyak_step_size, update_
from sam_sps.hyperparameters import RANGES, check_groups, checked_counts, checked_values
from sam_sps.multi_tensor import (
    Bucket,
    accumulation_dtype,
    bucket_gradients,
    copies,
    inner_product,
    squared_norm,
)
from sam_sps.step_info import StepCounts, StepInfo

Loss = Tensor | float


@dataclass
class _Ascent:
    """What is kept while the parameters hold e: the saved x, and the measurements of the first pass."""

    x: dict[Tensor, Tensor]
    loss_x: Tensor
    is_loss_x_known: bool
    grad_x_norm: Tensor
    perturbation_norm: Tensor


class SAM_SPS(Optimizer):
    r"""Sharpness-aware minimisation (SAM, USAM) with the stochastic Polyak step size.

    With the mini-batch loss f, its gradients ∇f and the norm over all parameters together, one step is ::

        e  = x + rho (1 − lambd + lambd / ‖∇f(x)‖) ∇f(x)
        N  = f(e) − f_star − ⟨∇f(e), e − x⟩
        γ  = min{ max(N, 0) / ‖∇f(e)‖², gamma_b }
        x⁺ = x − γ (∇f(e) + weight_decay · x)

    Parameters
    ----------
    params : iterable of Tensor, of named parameters, or of dicts
        Parameters or parameter groups.
    weight_decay : float, >= 0, default 5e-4
        Factor of x in the update. Not part of N or of the norms; not applied to parameters without gradient.
    rho : float, >= 0, default 0.1
        Sharpness radius ρ. 0 gives SGD with the step size SPS_max (without its constant c).
    lambd : float in [0, 1], default 1.0
        λ: 0 is USAM (not normalised), 1 is SAM (normalised), between them a blend.
    f_star : float, default 0.0
        Lower bound ℓ* on the mini-batch loss, the same in every group.
    gamma_b : float, >= 0, default 1.0
        Cap γ_b on the step size.
    error_if_nonfinite : bool, default False
        Raise instead of skipping a step in which a loss, a gradient or N is not finite.

    Attributes
    ----------
    last_step : StepInfo or None
        What happened in the last step; None before the first and after loading a state.
    counts : StepCounts
        Steps taken, capped, clamped, skipped; part of the state_dict.

    Raises
    ------
    ValueError
        If a hyperparameter is out of range: at construction, in `add_param_group`, in `load_state_dict` or,
        since groups may be changed at any time, at the next step.
    RuntimeError
        In a step: if no parameter has a gradient, if a gradient is sparse or complex, if the order of
        `first_step` and `second_step` is wrong, or something is not finite and `error_if_nonfinite` is set.

    Notes
    -----
    Every hyperparameter but `f_star` may differ between groups, and all may be changed between steps in
    `param_groups`. After a step every group's `lr` holds the γ it used; what was there before has no effect.

    x is restored from a copy, so γ = 0, a skipped step and an exception in a closure leave every parameter as
    it was, bit for bit. ⟨∇f(e), e − x⟩ uses the e − x really made, after rounding to the parameters' type.
    Norms and products accumulate in float32, in float64 for float64 parameters.

    A parameter with a gradient in the first pass alone is perturbed and restored; one with a gradient in the
    second pass alone (e = x for it) counts in ‖∇f(e)‖ and is updated.

    Between `first_step` and `second_step` the parameters hold e, so saving and loading are refused there.

    References
    ----------
    D. Oikonomou, N. Loizou, *Adaptive Sharpness-Aware Minimization with a Polyak-type Step Size: A
    Theory-Grounded Scheduler*, arXiv 2606.01827, Section 2.
    SPS_max: Loizou, Vaswani, Laradji, Lacoste-Julien, AISTATS 2021.

    Examples
    --------
    >>> model = torch.nn.Linear(2, 1)
    >>> optimizer = SAM_SPS(model.parameters(), rho=0.05)
    >>> def closure():
    ...     loss = model(torch.ones(4, 2)).square().mean()
    ...     loss.backward()
    ...     return loss
    >>> loss = optimizer.step(closure)
    >>> optimizer.last_step.skipped
    False
    """

    def __init__(
        self,
        params: Iterable[Any],
        weight_decay: float = 5e-4,
        rho: float = 0.1,
        lambd: float = 1.0,
        f_star: float = 0.0,
        gamma_b: float = 1.0,
        *,
        error_if_nonfinite: bool = False,
    ) -> None:
        values = checked_values(
            {"weight_decay": weight_decay, "rho": rho, "lambd": lambd, "f_star": f_star, "gamma_b": gamma_b}
        )
        self.error_if_nonfinite = error_if_nonfinite
        self._ascent: _Ascent | None = None
        self.last_step: StepInfo | None = None
        # The counts stand in every group, so that whatever stores groups stores them; the first's are read.
        super().__init__(params, {"lr": values["gamma_b"], **values, "counts": (0, 0, 0, 0)})

    @property
    def counts(self) -> StepCounts:
        """Steps taken, capped, clamped, skipped."""
        return StepCounts(*self.param_groups[0]["counts"])

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; values it does not name are the defaults of the optimizer.

        Raises
        ------
        ValueError
            If a hyperparameter is out of range, `f_star` differs from that of the other groups, or a
            parameter is named twice.
        """
        self._require_ascent(False, "add_param_group")
        values = checked_values({**self.defaults, **param_group})
        check_groups([*self.param_groups, {**values}])
        super().add_param_group({"lr": values["gamma_b"], **param_group, **values})
        params = self.param_groups[-1]["params"]
        if len(set(params)) != len(params):
            self.param_groups.pop()
            raise ValueError(
                "params must not name a parameter twice in one group, it would be perturbed twice"
            )

    def step(self, closure: Callable[[], Loss]) -> Loss:  # type: ignore[override]
        """Take one step and return the loss at e.

        Parameters
        ----------
        closure : callable
            Computes the mini-batch loss, calls backward() on it and returns it. It is called exactly twice,
            on the same mini-batch; gradients are zeroed before each call. Afterwards they are those at e.
        """
        if closure is None:
            raise ValueError("closure must be a callable that returns the loss, got None")
        self._require_ascent(False, "step")
        with torch.enable_grad():
            self.zero_grad()
            loss_x = closure()
        if loss_x is None:
            raise ValueError("loss must be one real number, the closure returned None")
        self.first_step(zero_grad=True, loss=loss_x)
        try:
            with torch.enable_grad():
                loss_e = closure()
        except BaseException:
            self._restore()
            raise
        self.second_step(loss=loss_e)
        return loss_e

    @torch.no_grad()
    def first_step(self, zero_grad: bool = False, *, loss: Loss | None = None) -> None:
        """Move from x to e, using the gradients at x that the parameters hold.

        Parameters
        ----------
        zero_grad : bool, default False
            Zero the gradients afterwards. The second backward pass needs them zeroed.
        loss : Tensor or float, optional
            Loss at x; a value that is not finite makes the step a skipped one.
        """
        self._require_ascent(False, "first_step")
        check_groups(self.param_groups)
        buckets = bucket_gradients(self.param_groups)
        loss_x = self._scalar(math.nan if loss is None else loss, buckets)
        group_sq = self._sum_by_group(buckets, [squared_norm(bucket.grads) for bucket in buckets])
        grad_x_norm = torch.stack(list(group_sq.values())).sum().sqrt()
        # NaN tells perturb_ to stay at x.
        norm = torch.where(torch.isfinite(grad_x_norm), grad_x_norm, math.nan)
        scales = {
            number: perturbation_scale(norm, group["rho"], group["lambd"])
            for number, group in enumerate(self.param_groups)
            if number in group_sq
        }
        moved_sq = [scales[number].square() * square for number, square in group_sq.items()]
        x: dict[Tensor, Tensor] = {}
        self._ascent = _Ascent(x, loss_x, loss is not None, grad_x_norm, torch.stack(moved_sq).sum().sqrt())
        on_host = {number: self._for_host(scale) for number, scale in scales.items()}
        try:
            for bucket in buckets:
                x.update(zip(bucket.params, copies(bucket.params), strict=True))
                perturb_(bucket.params, bucket.grads, self._on(bucket, on_host[bucket.group]))
        except BaseException:
            self._restore()
            raise
        if zero_grad:
            self.zero_grad()

    @torch.no_grad()
    def second_step(self, loss: Loss, zero_grad: bool = False) -> None:
        """Move from x (restored) to x⁺, using the gradients at e that the parameters hold.

        Parameters
        ----------
        loss : Tensor or float
            Mini-batch loss at e.
        zero_grad : bool, default False
            Zero the gradients afterwards.
        """
        ascent = self._require_ascent(True, "second_step")
        try:
            check_groups(self.param_groups)
            buckets = bucket_gradients(self.param_groups)
            info = self._measure(ascent, self._scalar(loss, buckets), buckets)
            if info.skipped and self.error_if_nonfinite:
                raise RuntimeError(
                    f"a loss, a gradient or N is not finite, the parameters are unchanged: {info}"
                )
            for bucket in buckets:
                weight_decay = self.param_groups[bucket.group]["weight_decay"]
                saved = [ascent.x[param] for param in bucket.params]
                update_(bucket.params, saved, bucket.grads, info.gammas[bucket.group], weight_decay)
        except BaseException:
            self._restore()
            raise
        for param in (param for bucket in buckets for param in bucket.params):
            del ascent.x[param]
        self._restore()
        self._record(info)
        if zero_grad:
            self.zero_grad()

    def _measure(self, ascent: _Ascent, loss_e: Tensor, buckets: list[Bucket]) -> StepInfo:
        """Compute the step sizes. Afterwards the parameters hold e − x."""
        grad_e_sq = self._total([squared_norm(bucket.grads) for bucket in buckets], loss_e)
        products = []
        for bucket in buckets:
            for param in bucket.params:
                if param not in ascent.x:
                    ascent.x[param] = param.clone()
            torch._foreach_sub_(bucket.params, [ascent.x[param] for param in bucket.params])
            products.append(inner_product(bucket.params, bucket.grads))
        inner = self._total(products, loss_e)
        f_star = self.param_groups[0]["f_star"]
        polyak = [polyak_step_size(loss_e, f_star, inner, grad_e_sq, g["gamma_b"]) for g in self.param_groups]
        scalars = [ascent.loss_x, loss_e, ascent.grad_x_norm, grad_e_sq.sqrt(), ascent.perturbation_norm]
        scalars += [polyak[0].numerator, polyak[0].raw, *(step.gamma for step in polyak)]
        # The one place in a step at which the host waits for the device.
        values = torch.stack([value.to(loss_e) for value in scalars]).tolist()
        loss_x, loss, grad_x_norm, grad_e_norm, perturbation_norm, numerator, raw, *gammas = values
        must_be_finite = [loss, grad_x_norm, grad_e_norm, numerator] + [loss_x] * ascent.is_loss_x_known
        skipped = not all(map(math.isfinite, must_be_finite))
        if skipped:
            gammas = [0.0] * len(gammas)
        return StepInfo(
            loss_x=loss_x,
            loss_e=loss,
            gamma=gammas[0],
            gammas=tuple(gammas),
            gamma_raw=raw,
            numerator=numerator,
            grad_x_norm=grad_x_norm,
            grad_e_norm=grad_e_norm,
            perturbation_norm=perturbation_norm,
            capped=not skipped and any(raw > group["gamma_b"] for group in self.param_groups),
            clamped=not skipped and numerator < 0.0,
            skipped=skipped,
        )

    def _record(self, info: StepInfo) -> None:
        self.last_step = info
        steps, capped, clamped, skipped = self.param_groups[0]["counts"]
        counts = (steps + 1, capped + info.capped, clamped + info.clamped, skipped + info.skipped)
        for group, gamma in zip(self.param_groups, info.gammas, strict=True):
            group["lr"] = gamma
            group["counts"] = counts

    def _restore(self) -> None:
        """Put every x that is still saved back into its parameter and end the step."""
        if self._ascent is not None and self._ascent.x:
            with torch.no_grad():
                torch._foreach_copy_(list(self._ascent.x.keys()), list(self._ascent.x.values()))
        self._ascent = None

    def _require_ascent(self, expected: bool, action: str) -> Any:
        if (self._ascent is not None) is expected:
            return self._ascent
        if expected:
            raise RuntimeError(f"{action}() needs first_step() before it")
        raise RuntimeError(f"{action}() between first_step() and second_step(): the parameters hold e, not x")

    @staticmethod
    def _scalar(loss: Loss, buckets: list[Bucket]) -> Tensor:
        """Return the loss in the accumulation type on the first parameter's device."""
        if isinstance(loss, Tensor):
            if loss.numel() != 1 or loss.is_complex() or loss.dtype == torch.bool:
                raise ValueError(
                    f"loss must be one real number, got a tensor of shape {tuple(loss.shape)}, {loss.dtype}"
                )
            value = loss.detach().reshape(())
        elif isinstance(loss, (int, float)) and not isinstance(loss, bool):
            value = torch.tensor(loss, dtype=torch.float64)
        else:
            raise ValueError(f"loss must be one real number, got {loss!r}")
        return value.to(buckets[0].params[0].device, accumulation_dtype(buckets))

    @staticmethod
    def _total(values: list[Tensor], like: Tensor) -> Tensor:
        return torch.stack([value.to(like) for value in values]).sum()

    @classmethod
    def _sum_by_group(cls, buckets: list[Bucket], values: list[Tensor]) -> dict[int, Tensor]:
        like = torch.empty((), dtype=accumulation_dtype(buckets), device=buckets[0].params[0].device)
        parts: dict[int, list[Tensor]] = {}
        for bucket, value in zip(buckets, values, strict=True):
            parts.setdefault(bucket.group, []).append(value)
        return {number: cls._total(part, like) for number, part in parts.items()}

    @staticmethod
    def _for_host(scalar: Tensor) -> float | Tensor:
        """Read a scalar that lives on the CPU; leave it where it is on an accelerator."""
        return scalar.item() if scalar.is_cpu else scalar

    @staticmethod
    def _on(bucket: Bucket, scalar: float | Tensor) -> float | Tensor:
        return scalar if isinstance(scalar, float) else scalar.to(bucket.params[0].device)

    def state_dict(self) -> dict[str, Any]:
        """Return the state. Refused between `first_step` and `second_step` (RuntimeError)."""
        self._require_ascent(False, "state_dict")
        return super().state_dict()

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load a state. Hyperparameters that it lacks (those of the official package do) keep their values.

        Raises
        ------
        RuntimeError
            Between `first_step` and `second_step`.
        ValueError
            If a hyperparameter is out of range or the groups do not match; nothing is loaded then.
        """
        self._require_ascent(False, "load_state_dict")
        kept = (*RANGES, "counts")
        groups = []
        for own, loaded in zip(self.param_groups, state_dict["param_groups"], strict=False):
            merged = {**{name: own[name] for name in kept}, **loaded}
            groups.append({**merged, **checked_values(merged), "counts": checked_counts(merged["counts"])})
        check_groups(groups)
        groups += state_dict["param_groups"][len(groups) :]
        super().load_state_dict({**state_dict, "param_groups": groups})
        self.last_step = None

    def __getstate__(self) -> dict[str, Any]:
        self._require_ascent(False, "copying or pickling")
        return {**super().__getstate__(), "error_if_nonfinite": self.error_if_nonfinite}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._ascent = None
        self.last_step = None
