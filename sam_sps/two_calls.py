"""A step in two calls: what a training loop without a closure uses, with the hooks that `step` runs too."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks

from sam_sps.decision import Outcome, left_out, record
from sam_sps.groups import GroupOptimizer
from sam_sps.scalars import Loss, Scalar
from sam_sps.step_info import StepInfo


class TwoCalls(GroupOptimizer):
    """Begins, ends and cancels steps; what moves the parameters is left to `_ascend` and `_descend`."""

    def _ascend(self, loss: Loss | None) -> None:
        """Move from x to e, using the gradients at x that the parameters hold."""
        raise NotImplementedError

    def _descend(self, loss: Loss | None) -> None:
        """Move from x (restored) to x⁺, using the gradients at e that the parameters hold, and finish."""
        raise NotImplementedError

    @property
    def last_step(self) -> StepInfo | None:
        """What happened in the last step; None before the first and after loading a state."""
        if self._outcome is None:
            return None
        return (self._outcome.on_host() if self.capturable else self._outcome).info()

    @torch.no_grad()
    def first_step(self, zero_grad: bool = False, *, loss: Loss | None = None) -> None:
        """Move from x to e, using the gradients at x that the parameters hold.

        Hooks that were registered to be called before a step are called first, and may change the arguments.

        Parameters
        ----------
        zero_grad : bool, default False
            Zero the gradients afterwards (those of `also_zero` too). The second pass needs them zeroed; a
            step of one pass (see `needs_second_pass`) needs them kept.
        loss : Tensor or float, optional
            Loss at x; a value that is not finite makes the step a skipped one.
        """
        self._require_at_x("first_step")
        args: tuple[Any, ...] = (self,)
        kwargs: dict[str, Any] = {"zero_grad": zero_grad, "loss": loss}
        for hook in [*_global_optimizer_pre_hooks.values(), *self._optimizer_step_pre_hooks.values()]:
            args, kwargs = hook(self, args, kwargs) or (args, kwargs)
        self._advice.on_lrs(self.param_groups)
        try:
            self._ascend(kwargs["loss"])
        except BaseException:
            self._abort()
            raise
        if kwargs["zero_grad"]:
            self._drop_gradients()

    @torch.no_grad()
    def second_step(self, loss: Loss, zero_grad: bool = False) -> None:
        """Move from x (restored) to x⁺, using the gradients at e that the parameters hold.

        Hooks that were registered to be called after a step are called last.

        Parameters
        ----------
        loss : Tensor or float
            Mini-batch loss at e; in a step of one pass that at x.
        zero_grad : bool, default False
            Zero the gradients afterwards.
        """
        try:
            self._descend(loss)
        except BaseException:
            self._abort()
            raise
        if zero_grad:
            self.zero_grad()
        self._after_step({"loss": loss, "zero_grad": zero_grad})

    def cancel_step(self) -> None:
        """Put x back, bit for bit, and end the step that `first_step` began; for a second pass that failed.

        The step counts as a skipped one, and the hooks after a step are called. Without an open step nothing
        is done, so that it can stand in an `except` whatever has failed: `first_step`, `second_step` and
        `step` put x back themselves when they raise (such a step is not counted).
        """
        if self._ascent is not None:
            self._leave_out()
            self._after_step({})

    def _leave_out(self) -> None:
        """End a step as a skipped one, with x restored."""
        outcome = left_out(self._ascent, self)
        self._restore()
        self._finish(outcome)

    def _restore(self) -> None:
        """Put x back into the parameters and end the step."""
        if self._ascent is not None:
            self._ascent.restore()
        self._ascent = None

    def _abort(self) -> None:
        """Put x back and forget the step."""
        self._restore()
        self._put_back(1.0)
        self._advice.note_gradients(self.param_groups)

    def _finish(self, outcome: Outcome) -> None:
        """End a step whose parameters are in place."""
        self._ascent = None
        self._outcome = outcome
        record(outcome, self)
        if self._kept:
            self._put_back(outcome.flags[2])
        self._advice.note_lrs(self.param_groups)
        self._advice.note_gradients(self.param_groups)
        if not self.capturable:
            self._advice.on_standstill(*outcome.flags[1:3])
            self._agreement.on_step(outcome.info(), outcome.rise, outcome.is_sharded)

    @torch.no_grad()
    def _put_back(self, skipped: Scalar) -> None:
        """Give other tensors that were kept their values from before the step, if it was skipped."""
        for tensor, before in self._kept.values():
            if isinstance(skipped, Tensor):
                tensor.copy_(torch.where(skipped.to(tensor.device) != 0.0, before, tensor))
            elif skipped:
                tensor.copy_(before)
        self._kept = {}

    def _after_step(self, kwargs: dict[str, Any]) -> None:
        """Do what PyTorch does after `step`: call the hooks, and let schedulers know that there was one."""
        self._opt_called = True
        for hook in [*self._optimizer_step_post_hooks.values(), *_global_optimizer_post_hooks.values()]:
            hook(self, (self,), kwargs)
