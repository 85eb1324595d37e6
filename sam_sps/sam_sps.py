"""The optimizer: it takes the steps of the method, whose formulas are in `functional`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Unpack

import torch

from sam_sps.decision import decide, record
from sam_sps.functional import perturb_, perturbation_scale, update_
from sam_sps.groups import GroupOptimizer
from sam_sps.hyperparameters import check_groups
from sam_sps.options import Options
from sam_sps.parts import Ascent, Part, group_sums, parts_with_gradients
from sam_sps.scalars import Loss, choose, is_finite, loss_scalar, root, total
from sam_sps.step_info import StepInfo


class SAM_SPS(GroupOptimizer):
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
    process_group : "auto", None or ProcessGroup, default "auto"
        Ranks that share a step: losses are averaged over them, as DistributedDataParallel averages gradients.
        "auto" is the default group if torch.distributed is initialised. None: every rank by itself.
    capturable : bool, default False
        Never wait for the device: γ stays there, `lr` and the counts in the groups become tensors, and a step
        can be captured in a CUDA graph (take one before). Values in the groups are fixed by the capture.
    **options
        Variants of the step size beyond the paper, all off by default: see `sam_sps.options.Options`.

    Raises
    ------
    ValueError
        If a hyperparameter is out of range, when it is given or, since groups may be changed at any time, at
        the next step. If a switch is not True or False.
    AttributeError
        If a hyperparameter is set as an attribute; it stands in the parameter groups.
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
    second pass alone (e = x for it) counts in ‖∇f(e)‖ and is updated. Between the two calls the parameters
    hold e, so saving and loading are refused there.

    References
    ----------
    D. Oikonomou, N. Loizou, *Adaptive Sharpness-Aware Minimization with a Polyak-type Step Size: A
    Theory-Grounded Scheduler*, arXiv 2606.01827, Section 2.
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
        process_group: Any = "auto",
        capturable: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            params,
            {"weight_decay": weight_decay, "rho": rho, "lambd": lambd, "f_star": f_star, "gamma_b": gamma_b},
            options,
            process_group,
            error_if_nonfinite=error_if_nonfinite,
            capturable=capturable,
        )

    @property
    def last_step(self) -> StepInfo | None:
        """What happened in the last step; None before the first and after loading a state."""
        if self._outcome is None:
            return None
        return (self._outcome.on_host() if self.capturable else self._outcome).info()

    def step(self, closure: Callable[[], Loss] | None = None) -> Loss:  # type: ignore[override]
        """Take one step and return the loss at e.

        Parameters
        ----------
        closure : callable
            Computes the mini-batch loss, calls backward() on it and returns it. It is called exactly twice,
            on the same mini-batch; gradients are zeroed before each call. Afterwards they are those at e.
        """
        if not callable(closure):
            raise ValueError(
                "closure must be a callable that computes the loss, calls backward() on it and returns it, "
                f"got {closure!r}; without one use first_step and second_step, with a GradScaler scaled_step"
            )
        self._require_at_x("step")
        self._advice.on_lrs(self.param_groups)
        self._drop_gradients()
        with torch.enable_grad():
            loss_x = closure()
        if loss_x is None:
            raise ValueError("loss must be one real number, the closure returned None")
        try:
            self.first_step(loss=loss_x)
            self._drop_gradients()
            with torch.enable_grad():
                loss_e = closure()
            self.second_step(loss=loss_e)
        except BaseException:
            self._restore()
            raise
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
        self._require_at_x("first_step")
        check_groups(self.param_groups, self.proximal)
        self._advice.on_lrs(self.param_groups)
        groups, parts = self.param_groups, parts_with_gradients(self.param_groups)
        device = self.scalar_device(parts[0].device)
        loss_x = loss_scalar(math.nan if loss is None else loss, device)
        (grad_sq,) = group_sums(parts, len(groups), device, Part.grad_sq)
        norm = root(total(grad_sq))
        finite_norm = choose(is_finite(norm), norm, math.nan)
        scales = [perturbation_scale(finite_norm, group["rho"], group["lambd"]) for group in groups]
        moved = root(total([scale * scale * square for scale, square in zip(scales, grad_sq, strict=True)]))
        ascent = Ascent(loss_x, loss is not None, norm, choose(is_finite(norm), moved, 0.0))
        ascent.give_x(parts)
        self._ascent = ascent
        try:
            for part in parts:
                perturb_(part.params, part.x, part.grads, part.local(scales))
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
        if self._ascent is None:
            raise RuntimeError("second_step() needs first_step() before it")
        ascent = self._ascent
        try:
            check_groups(self.param_groups, self.proximal)
            parts = parts_with_gradients(self.param_groups)
            ascent.give_x(parts)
            loss_e = loss_scalar(loss, self.scalar_device(parts[0].device))
            outcome = decide(ascent, parts, loss_e, self)
            outcome = outcome if self.capturable else outcome.on_host()
            if self.error_if_nonfinite and outcome.info().skipped:
                raise RuntimeError(f"a loss, a gradient or N is not finite, x is unchanged: {outcome.info()}")
            if len(ascent.saved) > sum(len(part.owners) for part in parts):
                ascent.restore()  # for parameters that have no gradient any more
            for part in parts:
                gamma, shrink = part.local(outcome.gammas), part.local(outcome.shrinks)
                weight_decay = outcome.weight_decays[part.group]
                update_(part.params, part.x, part.grads, gamma, weight_decay, shrink)
        except BaseException:
            self._restore()
            raise
        self._ascent = None
        self._outcome = outcome
        record(outcome, self)
        self._advice.note_lrs(self.param_groups)
        if not self.capturable:
            self._advice.on_standstill(*outcome.values[-2:])
        if zero_grad:
            self.zero_grad()

    def _restore(self) -> None:
        """Put x back into the parameters and end the step."""
        if self._ascent is not None:
            self._ascent.restore()
        self._ascent = None
