"""Accumulation over micro-batches that come one call at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from sam_sps.schedules import checked_count
from sam_sps.wrappers import unwrapped


class Accumulation:
    """Collect `number` micro-batches, then take one step on all of them, as on one big batch.

    A step needs all micro-batches at x and all again at e, so nothing can be computed before the last has
    come: the micro-batches are kept (not their activations), and a step costs two passes over each of them.
    The loss of the step is the mean of theirs, weighted by `size_of`.

    Parameters
    ----------
    optimizer : SAM_SPS, or a wrapper of Accelerate, Fabric or Lightning
        Its `step(closure)` is called.
    number : int >= 1
        Micro-batches a step.
    loss_of : callable
        Returns the mean loss of a micro-batch, without calling backward().
    backward : callable, default Tensor.backward
        Takes a loss: `accelerator.backward`, `fabric.backward`, `self.manual_backward`.
    size_of : callable, optional
        Returns the number of samples in a micro-batch; needed where they differ. Default: all are equal.
    no_sync : callable, optional
        Returns a context in which gradients are not exchanged, entered for all micro-batches of a pass but
        the last: `model.no_sync` of DistributedDataParallel, `lambda: accelerator.no_sync(model)`.
    contexts : iterable of context managers, default ()
        Entered around every pass, like `ReplayRandomness` and `UpdateStatisticsOnce`.

    Raises
    ------
    ValueError
        If `number` is no integer >= 1.
    RuntimeError
        In the first step, if `backward` multiplies the gradients, as a gradient scaler does, and Accelerate
        with its `gradient_accumulation_steps`. In any step that the wrapper did not take.
    """

    def __init__(
        self,
        optimizer: Any,
        number: int,
        loss_of: Callable[[Any], Tensor],
        *,
        backward: Callable[[Tensor], object] = Tensor.backward,
        size_of: Callable[[Any], float] | None = None,
        no_sync: Callable[[], AbstractContextManager[Any]] | None = None,
        contexts: Iterable[AbstractContextManager[Any]] = (),
    ) -> None:
        unwrapped(optimizer)
        self._optimizer = optimizer
        self._number = checked_count("number", number)
        self._loss_of = loss_of
        self._backward = backward
        self._size_of = size_of or (lambda _: 1.0)
        self._no_sync = no_sync or contextlib.nullcontext
        self._contexts = tuple(contexts)
        self._batches: list[Any] = []
        self._is_checked = False  # reading a number is slow on a GPU: the first pass tells

    def __call__(self, batch: Any) -> Tensor | None:
        """Take in a micro-batch; with the last of a step take it and return the loss at e, else None."""
        self._batches.append(batch)
        return self.finish() if len(self._batches) >= self._number else None

    def finish(self) -> Tensor | None:
        """Take a step on what is kept, as at the end of an epoch, and return the loss; None without any."""
        batches, self._batches = self._batches, []
        if not batches:
            return None
        losses: list[Tensor] = []

        def closure() -> Tensor:
            losses.append(self._pass(batches))
            return losses[-1]

        self._optimizer.step(closure)
        if not losses:
            raise RuntimeError(
                "the wrapper of the optimizer did not take the step; do not use Accumulation inside "
                "accelerator.accumulate()"
            )
        return losses[-1]

    def _pass(self, batches: list[Any]) -> Tensor:
        """Give the parameters the gradient of the mean loss, and return it."""
        sizes = [self._size_of(batch) for batch in batches]
        shares: list[Tensor] = []
        with contextlib.ExitStack() as stack:
            for context in self._contexts:
                stack.enter_context(context)
            for number, (batch, size) in enumerate(zip(batches, sizes, strict=True), start=1):
                with contextlib.nullcontext() if number == len(batches) else self._no_sync():
                    share = self._loss_of(batch) * (size / sum(sizes))
                    self._checked_backward(share) if not self._is_checked else self._backward(share)
                shares.append(share.detach())
        self._is_checked = True
        return torch.stack(shares).sum()

    def _checked_backward(self, loss: Tensor) -> None:
        """Call `backward`, and see that what arrives at the loss is 1, its derivative by itself."""
        arrived: list[float] = []
        handle = loss.register_hook(lambda grad: arrived.append(grad.item()))
        self._backward(loss)
        handle.remove()
        if arrived != [1.0]:
            factor = f"multiplied the gradients by {arrived[0]:g}" if arrived else "did nothing"
            raise RuntimeError(
                f"backward {factor}: they must be those of the loss it is given. With Accelerate leave "
                "gradient_accumulation_steps at 1; with a GradScaler write the closure for scaled_step"
            )
