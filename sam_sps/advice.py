"""Warnings, each given once, about what a user probably did not mean."""

from __future__ import annotations

import warnings
import weakref
from typing import Any

import torch

from sam_sps.distributed import local_part

#: How often gradients that somebody changed between steps are looked at: on a GPU a look waits for it.
MOST_LOOKS = 3

#: Steps of size 0 in a row before something is said.
STILL_STEPS = 50

DROPPED = (
    "step(closure) drops gradients that were made since the last step. A loop that calls backward() in "
    "several micro-batches before a step (accumulate_grad_batches of Lightning, accumulate() of Accelerate) "
    "so leaves out all but the last: accumulate in the closure, for example with sam_sps.Accumulation. If "
    "they are meant to be dropped, call zero_grad() before the step."
)


class Advice:
    """Looks at the groups before a step and at the outcome after it."""

    def __init__(self) -> None:
        self._own_lrs: list[Any] = []
        self._has_warned_of_lr = False
        self._n_still = 0
        self._has_warned_of_standstill = False
        self._left: tuple[Any, Any, int] | None = None
        self._looks_left = MOST_LOOKS

    def note_new_group(self, lr: Any) -> None:
        """Note what `lr` of a group that is added would be if nobody had set it."""
        self._own_lrs.append(lr)

    def note_lrs(self, groups: list[dict[str, Any]]) -> None:
        """Note the values of `lr` that the optimizer wrote itself."""
        self._own_lrs = [group["lr"] for group in groups]

    def on_lrs(self, groups: list[dict[str, Any]]) -> None:
        """Warn if somebody expects `lr` to have an effect."""
        if self._has_warned_of_lr:
            return
        if len(self._own_lrs) != len(groups):  # groups were removed by hand
            self.note_lrs(groups)
        for group, own in zip(groups, self._own_lrs, strict=True):
            is_own = group["lr"] is own or (isinstance(own, float) and group["lr"] == own)
            if "initial_lr" in group or not is_own:
                self._has_warned_of_lr = True
                warnings.warn(
                    "SAM_SPS computes its step size anew in every step: an lr given by hand or by a "
                    "learning-rate scheduler has no effect. Schedule gamma_b, rho or lambd instead.",
                    UserWarning,
                    stacklevel=4,
                )
                return

    def note_gradients(self, groups: list[dict[str, Any]]) -> None:
        """Note the gradients that a step leaves: the first stands for all."""
        params = (param for group in groups for param in group["params"])
        if (param := next((param for param in params if param.grad is not None), None)) is not None:
            self._left = weakref.ref(param), weakref.ref(param.grad), param.grad._version

    @torch.compiler.disable
    def on_gradients(self) -> None:
        """Warn if a step with a closure drops gradients that somebody made since the last step."""
        if self._left is None or self._looks_left == 0:
            return
        param, left, version = self._left[0](), self._left[1](), self._left[2]
        grad = None if param is None else param.grad
        if grad is None or (grad is left and grad._version == version):
            return
        self._looks_left -= 1
        if bool(local_part(grad).any()):  # else they are zeroed in place
            self._looks_left = 0
            warnings.warn(DROPPED, UserWarning, stacklevel=5)

    def on_standstill(self, clamped: bool, skipped: bool) -> None:
        """Warn after many steps that were all skipped or clamped."""
        self._n_still = self._n_still + 1 if clamped or skipped else 0
        if self._n_still < STILL_STEPS or self._has_warned_of_standstill:
            return
        self._has_warned_of_standstill = True
        reason = (
            "a loss, a gradient or N was not finite (skipped): look at the data and at the parameters"
            if skipped
            else "N = f(e) - f_star - <grad_e, e - x> was negative (clamped): is f_star above the loss, the "
            "loss negative, rho too large, or are gradients scaled (with a GradScaler use scaled_step)? Near "
            "a minimum it is to be expected"
        )
        warnings.warn(
            f"The step size of SAM_SPS has been 0 for {STILL_STEPS} steps in a row. "
            f"In the last one {reason}. See last_step and counts.",
            UserWarning,
            stacklevel=4,
        )
