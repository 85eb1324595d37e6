"""Schedule-free AdamW, from its authors' package schedulefree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import schedulefree
from torch import Tensor
from torch.nn import Parameter

from neural.baseline import Baseline, kept


class ScheduleFree(Baseline, schedulefree.AdamWScheduleFree):
    """AdamW without a schedule: gradients are taken between iterates and their average (arXiv 2405.15682).

    The average is what is tested.

    Parameters
    ----------
    params : iterable of Parameter
    lr : float
        Rate, in (0, inf).
    weight_decay : float
        Decoupled, in [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Parameter], lr: float = 2.5e-3, weight_decay: float = 5e-4) -> None:
        group = {"params": list(params), "lr": lr, "weight_decay": weight_decay}
        schedulefree.AdamWScheduleFree.__init__(self, [group])
        self.train()

    def _update(self, grad_norm: Tensor) -> None:
        schedulefree.AdamWScheduleFree.step(self)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """The parameters are the average; afterwards bit for bit what they were."""
        with kept(self):
            self.eval()
            yield
        for group in self.param_groups:
            group["train_mode"] = True
