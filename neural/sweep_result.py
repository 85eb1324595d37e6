"""What a sweep keeps of a run: where it ended and what it cost. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from neural.point import Point, plain


@dataclass(frozen=True)
class RunResult:
    """The end of a run of one lane; numbers have the six digits that a stored run has.

    Attributes
    ----------
    name : str
        See `neural.sweep_runs.name_of`.
    steps, grad_evals : int
        Steps made, gradients computed.
    seconds : float
        Of training, evaluations apart.
    test_loss, test_accuracy : float or None
        After the last step; None where not finite.
    test_accuracy_recomputed : float or None
        With BatchNorm's statistics computed anew over the training set; None for networks without it.
    capped, clamped, skipped : int
        Steps in which that happened.
    run : str
        Its id in the store of runs; empty where it was trained without one.
    """

    name: str
    steps: int
    grad_evals: int
    seconds: float
    test_loss: float | None
    test_accuracy: float | None
    test_accuracy_recomputed: float | None
    capped: int
    clamped: int
    skipped: int
    run: str = ""

    @property
    def recomputed(self) -> float | None:
        """The accuracy with recomputed statistics; without BatchNorm simply the accuracy."""
        return self.test_accuracy if self.test_accuracy_recomputed is None else self.test_accuracy_recomputed

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(**data)

    @classmethod
    def of_points(cls, name: str, points: Iterable[Point]) -> Self:
        """From all points of a run, in order; ValueError where there is none."""
        counts, last = dict.fromkeys(COUNTED, 0), None
        for last in points:
            for what in COUNTED:
                counts[what] += bool(getattr(last, what))
        if last is None:
            raise ValueError(f"points must be those of a run, got none of {name}")
        return cls.of_last(name, last, counts)

    @classmethod
    def of_last(cls, name: str, last: Point, counts: Mapping[str, int]) -> Self:
        """From the last point, and in how many steps there was each of `COUNTED`."""
        return cls(name, last.step, **{key: plain(getattr(last, key)) for key in _LAST}, **counts)  # type: ignore[arg-type]

    @classmethod
    def of_columns(cls, name: str, columns: Mapping[str, Sequence[Any]], run: str) -> Self:
        """From the recorded columns of a run's one lane, of which the last row is enough."""
        last = {key: values[-1] for key, values in columns.items() if values}
        counts = {what: last[f"{what}_count"] for what in COUNTED}
        return cls(name, last["step"], **{key: last.get(key) for key in _LAST}, **counts, run=run)  # type: ignore[arg-type]


COUNTED = ("capped", "clamped", "skipped")
_LAST = ("grad_evals", "seconds", "test_loss", "test_accuracy", "test_accuracy_recomputed")
