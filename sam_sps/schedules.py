"""Hyperparameters as functions of the step: what a learning-rate scheduler is to other optimizers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sam_sps.hyperparameters import RANGES, checked
from sam_sps.sam_sps import SAM_SPS


def inverse(t: int) -> float:
    """Return λ_t = 1/t, from SAM (t = 1) to USAM.

    Source: Oikonomou, Loizou, *Sharpness-Aware Minimization: General Analysis and Improved Rates*, ICLR 2025.
    """
    return 1.0 / t


def one_minus_inverse(t: int) -> float:
    """Return λ_t = 1 − 1/t, from USAM (t = 1) to SAM. Source: as for `inverse`."""
    return 1.0 - 1.0 / t


def schedule(optimizer: SAM_SPS, **functions: Callable[[int], float]) -> Any:
    """Set hyperparameters of all groups before every `step(closure)`, and return a handle with `remove()`.

    Parameters
    ----------
    optimizer : SAM_SPS
        t is its count of steps plus one, so a run that is saved and resumed goes on where it was; call
        `schedule` again after resuming, functions are not saved.
    **functions : callable
        Name of a hyperparameter (rho, lambd, gamma_b, …) and a function from t = 1, 2, … to its value, for
        example ``schedule(optimizer, lambd=inverse, rho=lambda t: 0.1 / t**0.5)``.

    Raises
    ------
    ValueError
        If a name is not that of a hyperparameter; at a step, if a value is out of range.
    """
    unknown = set(functions) - set(RANGES)
    if unknown:
        raise ValueError(f"schedule knows {', '.join(RANGES)}, got {', '.join(sorted(unknown))}")

    def before_step(*_: Any) -> None:
        t = optimizer.counts.steps + 1
        for name, function in functions.items():
            value = checked(name, function(t))
            for group in optimizer.param_groups:
                group[name] = value

    return optimizer.register_step_pre_hook(before_step)
