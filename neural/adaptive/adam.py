"""Adam, as torch has it, with the account of a step that the other baselines give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from neural.baseline import Baseline
from neural.ranges import RANGES


class Adam(Baseline, torch.optim.AdamW):  # type: ignore[misc]
    """Adam: m, v moving averages of g and g⊙g; x⁺ = x − lr (m̂ / (√v̂ + epsilon) + weight_decay · x).

    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) are corrected for their start at 0. With weight_decay = 0 this is Adam
    (Kingma and Ba, arXiv 1412.6980), otherwise AdamW (Loshchilov and Hutter, arXiv 1711.05101). β₁ = 0.9,
    β₂ = 0.999, epsilon = 1e-8, torch's defaults.

    Parameters
    ----------
    params : iterable of Parameter or of parameter groups
    lr : float
        Rate, in (0, inf).
    weight_decay : float
        In [0, inf).

    Raises
    ------
    ValueError
        Naming the argument, its value and the range.
    RuntimeError
        In a step: if the closure leaves no gradient.
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, weight_decay: float = 5e-4) -> None:
        RANGES["lr"].check("lr", lr)
        RANGES["weight_decay"].check("weight_decay", weight_decay)
        super().__init__(params, lr=lr, weight_decay=weight_decay)

    def _update(self, grad_norm: Tensor) -> None:
        torch.optim.AdamW.step(self)
