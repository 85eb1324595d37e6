"""Where a lane of a run stands or has ended, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from runs.store.history import Array, History


@dataclass(frozen=True)
class Outcome:
    """The end of one lane, as far as it is recorded; None where nothing was measured.

    Attributes
    ----------
    steps : int
    accuracy, best : float or None
        Test accuracy, the last and the highest that was measured, in [0, 1].
    test_loss : float or None
        The last one.
    grad_evals : int
        Gradients computed.
    seconds : float
        Of training, evaluations apart.
    """

    steps: int
    accuracy: float | None
    best: float | None
    test_loss: float | None
    grad_evals: int
    seconds: float


def outcomes(history: History) -> tuple[Outcome, ...]:
    """One for every lane."""
    names = ("test_accuracy", "test_loss", "grad_evals", "seconds")
    columns = [history.column(name) for name in names]
    return tuple(
        _outcome(len(history), *(column[lane] for column in columns)) for lane in range(history.lanes)
    )


def _outcome(steps: int, accuracy: Array, loss: Array, grad_evals: Array, seconds: Array) -> Outcome:
    measured = accuracy[np.isfinite(accuracy)]
    return Outcome(
        steps,
        float(measured[-1]) if len(measured) else None,
        float(measured.max()) if len(measured) else None,
        _last(loss),
        int(_last(grad_evals) or 0),
        _last(seconds) or 0.0,
    )


def _last(column: Array) -> float | None:
    """The last finite value."""
    known = column[np.isfinite(column)]
    return float(known[-1]) if len(known) else None
