"""float16 training with a gradient scaler."""

from __future__ import annotations

from collections.abc import Callable

import torch

from sam_sps.sam_sps import SAM_SPS
from sam_sps.scalars import Loss
from sam_sps.wrappers import unwrapped


def scaled_step(
    optimizer: SAM_SPS,
    scaler: torch.amp.GradScaler,
    closure: Callable[[], Loss | None],
    clip: Callable[[], object] | None = None,
) -> Loss | None:
    """Take one step with scaled gradients and return the (unscaled) loss at e.

    The gradients of both passes are unscaled before they are used, and the loss is the true one: with scaled
    gradients N / ‖∇f(e)‖² would be wrong by powers of the scale. An overflow in either pass makes the step
    a skipped one (parameters unchanged, γ = 0, counted), and the scaler lowers its scale. The scaler is
    updated after every pass, hence twice a step: its `growth_interval` counts passes. Call no other method of
    the scaler than `scale`.

    Parameters
    ----------
    optimizer : SAM_SPS
        Or a wrapper of a framework with one inside, which takes the step itself: what the wrapper would do
        besides, like leaving out steps inside `accelerator.accumulate()`, is not done.
    scaler : torch.amp.GradScaler
    closure : callable
        Computes the loss (under autocast), calls `scaler.scale(loss).backward()` and returns the loss as it
        is, not scaled; to leave a batch out, None before backward().
    clip : callable, optional
        Called in both passes once the gradients are unscaled: the place to clip them.
    """

    optimizer = unwrapped(optimizer)

    def unscaled() -> Loss | None:
        loss = closure()
        if loss is None:
            return None
        scaler.unscale_(optimizer)
        scaler.update()
        if clip is not None:
            clip()
        return loss

    return optimizer.step(unscaled)
