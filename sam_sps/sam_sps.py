"""The optimizer: it takes the steps of the method, whose formulas are in `functional`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Unpack

import torch

from sam_sps.decision import decide
from sam_sps.functional import perturb_, update_
from sam_sps.options import Options
from sam_sps.parts import parts_with_gradients
from sam_sps.perturbations import directions, plan
from sam_sps.scalars import Loss, loss_scalar
from sam_sps.two_calls import TwoCalls


class SAM_SPS(TwoCalls):
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
    also_zero : list of optimizers or modules, default ()
        What the loss gives gradients to besides: theirs are zeroed where `step` and `first_step` zero ours,
        so that a second optimizer on the same loss finds the gradient at e, not the sum of both passes.
    capturable : bool, default False
        Never wait for the device: γ stays there, `lr` and the counts in the groups become tensors, and a step
        can be captured in a CUDA graph (take one before). Values in the groups are fixed by the capture.
    **options
        Variants beyond the paper, all off by default: see `sam_sps.options.Options`.

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
        also_zero: Iterable[Any] = (),
        capturable: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(
            params,
            {"weight_decay": weight_decay, "rho": rho, "lambd": lambd, "f_star": f_star, "gamma_b": gamma_b},
            options,
            process_group,
            also_zero,
            error_if_nonfinite=error_if_nonfinite,
            capturable=capturable,
        )

    def step(self, closure: Callable[[], Loss | None] | None = None) -> Loss | None:  # type: ignore[override]
        """Take one step and return the loss at e; None if the closure left its batch out.

        Parameters
        ----------
        closure : callable
            Computes the mini-batch loss, calls backward() on it and returns it. It is called exactly twice,
            on the same mini-batch (once where `sam_every` says so); gradients are zeroed before each call.
            Afterwards they are those at e. To leave a batch out it returns None without calling backward(): a
            skipped step.
        """
        if not callable(closure):
            raise ValueError(
                "closure must be a callable that computes the loss, calls backward() on it and returns it, "
                f"got {closure!r}; without one use first_step and second_step, with a GradScaler scaled_step"
            )
        self._require_at_x("step")
        self._advice.on_lrs(self.param_groups)
        loss: Loss | None = None
        try:
            for move in (self._ascend, self._descend):
                if not self.is_perturbed or self.needs_second_pass:
                    self._drop_gradients()
                    with torch.enable_grad():
                        loss = closure()
                    if self._is_left_out(loss):
                        self._leave_out()
                        return None
                move(loss)
        except BaseException:
            self._abort()
            raise
        return loss

    @torch.compiler.disable
    @torch.no_grad()
    def _ascend(self, loss: Loss | None) -> None:
        self._check(self.param_groups)
        parts = parts_with_gradients(self.param_groups)
        ascent, scales = plan(parts, loss, self)
        ascent.give_x(parts)
        self._ascent = ascent
        for part in parts:
            perturb_(part.params, part.x, directions(part, self.param_groups), part.local(scales))
        torch.clear_autocast_cache()  # it holds casts of x

    @torch.compiler.disable
    @torch.no_grad()
    def _descend(self, loss: Loss | None) -> None:
        if (ascent := self._ascent) is None:
            raise RuntimeError("second_step() needs first_step() before it")
        self._check(self.param_groups)
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
        torch.clear_autocast_cache()
        self._finish(outcome)
