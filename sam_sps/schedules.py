"""Hyperparameters as functions of the step: what a learning-rate scheduler is to other optimizers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from sam_sps.hyperparameters import RANGES, checked
from sam_sps.sam_sps import SAM_SPS
from sam_sps.wrappers import unwrapped


def inverse(t: int) -> float:
    """Return λ_t = 1/t, from SAM (t = 1) to USAM.

    Source: Oikonomou, Loizou, *Sharpness-Aware Minimization: General Analysis and Improved Rates*, ICLR 2025.
    """
    return 1.0 / t


def one_minus_inverse(t: int) -> float:
    """Return λ_t = 1 − 1/t, from USAM (t = 1) to SAM. Source: as for `inverse`."""
    return 1.0 - 1.0 / t


def half_cosine(start: float, steps: int, end: float = 0.0) -> Callable[[int], float]:
    """Return the function end + (start − end) (1 + cos(π (t − 1) / steps)) / 2 of t = 1, 2, …

    It is `start` at t = 1 and `end` from t = steps + 1 on. Source: cosine annealing without restarts,
    Loshchilov, Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, ICLR 2017, there for the
    learning rate. Raises a ValueError if `steps` is no integer >= 1, or a value is not finite.
    """
    checked_count("steps", steps)
    for name, value in (("start", start), ("end", end)):
        if not math.isfinite(value):
            raise ValueError(f"{name} must be a finite number, got {value!r}")

    def value_at(t: int) -> float:
        share = min(t - 1, steps) / steps
        return end + (start - end) * (1.0 + math.cos(math.pi * share)) / 2.0

    return value_at


def checked_count(name: str, value: Any) -> int:
    """Return `value`, or raise a ValueError if it is no integer >= 1."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise ValueError(f"{name} must be an integer >= 1, got {value!r}")


def schedule(
    optimizer: SAM_SPS,
    *,
    groups: Iterable[int] | None = None,
    steps_per_epoch: int = 1,
    **functions: Callable[[int], float],
) -> Any:
    """Set hyperparameters before every step, and return a handle with `remove()`.

    Parameters
    ----------
    optimizer : SAM_SPS, or a wrapper of a framework with one inside
        t is its count of steps plus one, so a run that is saved and resumed goes on where it was; call
        `schedule` again after resuming, functions are not saved.
    groups : iterable of int, optional
        Numbers of the parameter groups that are meant, for example of those with another ρ; default: all.
    steps_per_epoch : int >= 1, default 1
        With it t is not the step but the epoch of so many steps: it stays the same in all of them.
    **functions : callable
        Name of a hyperparameter (rho, lambd, gamma_b, …) and a function from t = 1, 2, … to its value, for
        example ``schedule(optimizer, lambd=inverse, rho=lambda t: 0.1 / t**0.5)``.

    Raises
    ------
    ValueError
        If a name is not that of a hyperparameter, or a number not that of a group; at a step, if a value is
        out of range.
    TypeError
        If there is no SAM_SPS inside.
    """
    optimizer = unwrapped(optimizer)
    unknown = set(functions) - set(RANGES)
    if unknown:
        raise ValueError(f"schedule knows {', '.join(RANGES)}, got {', '.join(sorted(unknown))}")
    checked_count("steps_per_epoch", steps_per_epoch)
    chosen = None if groups is None else frozenset(groups)
    if chosen is not None and not chosen <= set(range(len(optimizer.param_groups))):
        n = len(optimizer.param_groups)
        raise ValueError(f"groups must be numbers from 0 to {n - 1}, got {sorted(chosen)}")

    def before_step(*_: Any) -> None:
        t = optimizer.counts.steps // steps_per_epoch + 1
        for name, function in functions.items():
            value = checked(name, function(t))
            for number, group in enumerate(optimizer.param_groups):
                if chosen is None or number in chosen:
                    group[name] = value

    return optimizer.register_step_pre_hook(before_step)
