"""The optimizer: it keeps the state between the passes, the mathematics is in `functional` and `options`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch

from sam_sps.advice import Advice
from sam_sps.bucket import Bucket
from sam_sps.decision import Outcome, counted, decide, written
from sam_sps.distributed import checked_process_group
from sam_sps.hyperparameters import CARRIED, RANGES, check_groups, check_switches, checked_values
from sam_sps.losses import Loss
from sam_sps.measure import Ascent, measure_first, measure_second
from sam_sps.multi_tensor import adopt_x, bucket_gradients
from sam_sps.saving import SavingOptimizer, plain
from sam_sps.scalars import choose
from sam_sps.step_info import StepCounts, StepInfo


class SAM_SPS(SavingOptimizer):
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
    c : float, > 0, default 1.0
        Constant of SPS_max: N / (c ‖∇f(e)‖²).
    gamma_growth : float >= 1, or None (default)
        Smoothing: γ is at most `gamma_growth` times the last step size that was not 0.
    proximal : bool, default False
        Weight decay as a part of the Polyak model (ProxSPS) instead of a part of the update.
    online_lower_bound : bool, default False
        Estimate ℓ* from the run (MoMo*), never below `f_star`.

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
        since groups may be changed at any time, at the next step. If a switch is not True or False.
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
    second pass alone (e = x for it) counts in ‖∇f(e)‖ and is updated.

    Between `first_step` and `second_step` the parameters hold e, so saving and loading are refused there.
    A copy of the parameters is kept from the first step on, and room for the short ones among them.

    References
    ----------
    D. Oikonomou, N. Loizou, *Adaptive Sharpness-Aware Minimization with a Polyak-type Step Size: A
    Theory-Grounded Scheduler*, arXiv 2606.01827, Section 2.
    SPS_max and smoothing: Loizou, Vaswani, Laradji, Lacoste-Julien, AISTATS 2021. ProxSPS: Schaipp, Gower,
    Ulbrich, TMLR 2023. MoMo*: Schaipp, Ohana, Eickenberg, Defazio, Gower, ICML 2024. See `sam_sps.options`.

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
        process_group: Any = "auto",
        capturable: bool = False,
        c: float = 1.0,
        gamma_growth: float | None = None,
        proximal: bool = False,
        online_lower_bound: bool = False,
    ) -> None:
        values = checked_values(
            {
                "weight_decay": weight_decay,
                "rho": rho,
                "lambd": lambd,
                "f_star": f_star,
                "gamma_b": gamma_b,
                "c": c,
                "gamma_growth": gamma_growth,
            }
        )
        check_switches(
            error_if_nonfinite=error_if_nonfinite,
            capturable=capturable,
            proximal=proximal,
            online_lower_bound=online_lower_bound,
        )
        if capturable and error_if_nonfinite:
            raise ValueError("error_if_nonfinite must be False with capturable=True: raising needs the host")
        self.error_if_nonfinite = error_if_nonfinite
        self.process_group = checked_process_group(process_group)
        self.capturable = capturable
        self.proximal = proximal
        self.online_lower_bound = online_lower_bound
        self._ascent: Ascent | None = None
        self._buckets: list[Bucket] = []
        self._outcome: Outcome | None = None
        self._advice = Advice()
        # What is carried stands in every group, so that whatever stores groups stores it; the first is read.
        carried = {name: initial for name, (initial, _) in CARRIED.items()}
        super().__init__(params, {"lr": values["gamma_b"], **values, **carried})

    def __setattr__(self, name: str, value: Any) -> None:
        if name in RANGES:  # with the official package that is how it is done; here it would do nothing
            raise AttributeError(
                f"{name} is set in the parameter groups: "
                f"for group in optimizer.param_groups: group[{name!r}] = {value!r}"
            )
        super().__setattr__(name, value)

    @property
    def last_step(self) -> StepInfo | None:
        """What happened in the last step; None before the first and after loading a state."""
        if self._outcome is None:
            return None
        return (self._outcome.on_host() if self.capturable else self._outcome).info()

    @property
    def counts(self) -> StepCounts:
        """Steps taken, capped, clamped, skipped."""
        return StepCounts(*plain(self.param_groups[0]["counts"]))

    @property
    def is_perturbed(self) -> bool:
        """Whether the parameters hold e: from `first_step` to `second_step`, in the second pass of `step`."""
        return self._ascent is not None

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add a group; values it does not name are the defaults of the optimizer.

        Raises
        ------
        ValueError
            If a hyperparameter is out of range, `f_star` differs from that of the other groups, or a
            parameter is named twice.
        """
        self._require_at_x("add_param_group")
        values = checked_values({**self.defaults, **param_group})
        check_groups([*self.param_groups, {**values}], self.proximal)
        super().add_param_group({"lr": values["gamma_b"], **param_group, **values})
        params = self.param_groups[-1]["params"]
        if len(set(params)) != len(params):
            self.param_groups.pop()
            raise ValueError(
                "params must not name a parameter twice in one group, it would be perturbed twice"
            )
        for param in params:
            self.state[param] = {}  # torch.distributed.checkpoint would step an optimizer without state
        self._advice.note_new_group(values["gamma_b"])

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
        buckets = bucket_gradients(self.param_groups, self._buckets, in_step=False)
        device = self._scalar_device(buckets)
        ascent = measure_first(buckets, self.param_groups, loss, device)
        for bucket in buckets:
            bucket.save()
        self._buckets, self._ascent = buckets, ascent
        try:
            for bucket in buckets:
                bucket.perturb(bucket.local(ascent.scales[bucket.group]))
                bucket.release()
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
            buckets = bucket_gradients(self.param_groups, ascent.buckets, in_step=True)
            if buckets is not ascent.buckets:
                adopt_x(buckets, ascent.buckets)
                ascent.second = buckets
            outcome = self._decide(ascent, buckets, loss)
            if ascent.second:
                ascent.restore()  # for parameters that have no gradient any more
            for bucket in buckets:
                self._update(bucket, outcome)
        except BaseException:
            self._restore()
            raise
        self._ascent = None
        self._record(outcome)
        if not self.capturable:
            self._advice.on_standstill(outcome)
        if zero_grad:
            self.zero_grad()

    def _decide(self, ascent: Ascent, buckets: list[Bucket], loss: Loss) -> Outcome:
        measured = measure_second(
            ascent,
            buckets,
            len(self.param_groups),
            loss,
            self._scalar_device(buckets),
            self.process_group,
            with_x=self.proximal,
        )
        outcome = decide(measured, self.param_groups, self.proximal, self.online_lower_bound)
        if self.capturable:
            return outcome
        outcome = outcome.on_host()
        if self.error_if_nonfinite and outcome.info().skipped:
            raise RuntimeError(f"a loss, a gradient or N is not finite, x is unchanged: {outcome.info()}")
        return outcome

    def _update(self, bucket: Bucket, outcome: Outcome) -> None:
        gamma = bucket.local(outcome.gammas[bucket.group])
        shrink = bucket.local(outcome.shrinks[bucket.group]) if self.proximal else 1.0
        weight_decay = 0.0 if self.proximal else self.param_groups[bucket.group]["weight_decay"]
        bucket.update(gamma, weight_decay, shrink)
        bucket.release()

    def _record(self, outcome: Outcome) -> None:
        """Write what is read or carried into the groups, with `capturable` always into the same tensors."""
        self._outcome = outcome
        counts = counted(self.param_groups[0]["counts"], outcome)
        for group, gamma in zip(self.param_groups, outcome.gammas, strict=True):
            last = group["gamma_last"]
            group["lr"] = written(group["lr"], gamma)
            group["gamma_last"] = written(last, choose(gamma > 0.0, gamma, last))
            group["counts"] = counts
            if self.online_lower_bound:
                group["lower_bound"] = written(group["lower_bound"], outcome.lower_bound)
        self._advice.note_lrs(self.param_groups)

    def _drop_gradients(self) -> None:
        """What zero_grad() does, without its bookkeeping."""
        for group in self.param_groups:
            for param in group["params"]:
                param.grad = None

    def _restore(self) -> None:
        """Put x back into the parameters and end the step."""
        if self._ascent is not None:
            self._ascent.restore()
            for bucket in [*self._ascent.buckets, *self._ascent.second]:
                bucket.release()
        self._ascent = None

    def _scalar_device(self, buckets: list[Bucket]) -> torch.device | None:
        """Return where scalars live; None (the host) if reading them costs nothing."""
        device = buckets[0].params[0].device
        return None if device.type == "cpu" and not self.capturable else device

    def _require_at_x(self, action: str) -> None:
        if self._ascent is not None:
            raise RuntimeError(
                f"{action} between first_step() and second_step(): the parameters hold e, not x"
            )

    def _forget(self) -> None:
        self._ascent = None
        self._buckets = []
        self._outcome = None
        self._advice = Advice()
        self._advice.note_lrs(self.param_groups)
