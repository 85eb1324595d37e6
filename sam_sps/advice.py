"""Warnings, each given once, about what a user probably did not mean."""

from __future__ import annotations

import warnings
from typing import Any

#: Steps of size 0 in a row before something is said.
STILL_STEPS = 50


class Advice:
    """Looks at the groups before a step and at the outcome after it."""

    def __init__(self) -> None:
        self._own_lrs: list[Any] = []
        self._has_warned_of_lr = False
        self._n_still = 0
        self._has_warned_of_standstill = False

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
