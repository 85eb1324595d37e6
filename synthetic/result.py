"""What a comparison measured, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from synthetic.compiled import kernel
from synthetic.config import SimulationConfig
from synthetic.methods import Method
from synthetic.problem import Array, Problem, Rows


class Lane(NamedTuple):
    """One method, one trial: records (R, COLUMNS), the last iterate (d,), where it left the floats (or −1),
    where it reached the target (or −1), and its wall time.
    """

    records: Array
    x_last: Array
    diverged_at: int
    reached_at: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Track:
    """One method: arrays (trials, R) over the recorded iterations, NaN after a divergence.

    Attributes
    ----------
    iterations : (R,), the recorded t.
    loss : f(x^t) on all the data.
    gap, relative_gap : f(x^t) − f*, and divided by f(x⁰) − f*.
    gap_of_average : f(x̄^t) − f* with x̄^t the mean of x⁰ … x^(t−1) (at t = 0: of x⁰).
    distance_sq : ‖x^t − x*‖², to the minimiser nearest to x⁰.
    grad_norm : ‖∇f(x^t)‖ on all the data.
    gamma, gamma_raw : the step size from x^t to x^(t+1), after and before cap and safeguard; NaN at the last
        t.
    capped_share, clamped_share : share of the steps before t with γ cut to γ_b, and raised to 0 (without the
        safeguard: negative).
    gradient_evaluations : (R,), spent before t, on mini-batches.
    x_last : (trials, d), the last iterate; after a divergence the one where it happened.
    diverged_at : (trials,), the iteration that left the floats, −1 if none did.
    reached : (trials,), the first iteration with a relative gap of at most the target, recorded or not; inf
        where there is none.
    seconds : wall time, summed over the trials.
    """

    method: Method
    iterations: Rows
    loss: Array
    gap: Array
    relative_gap: Array
    gap_of_average: Array
    distance_sq: Array
    grad_norm: Array
    gamma: Array
    gamma_raw: Array
    capped_share: Array
    clamped_share: Array
    gradient_evaluations: Rows
    x_last: Array
    diverged_at: Rows
    reached: Array
    seconds: float

    @classmethod
    def of(cls, method: Method, f_min: float, iterations: Rows, lanes: list[Lane]) -> Track:
        """Gather the lanes of one method."""
        records = np.stack([lane.records for lane in lanes])
        gap = records[:, :, kernel.GAP]
        first = gap[:, :1]
        return cls(
            method=method,
            iterations=iterations,
            loss=f_min + gap,
            gap=gap,
            relative_gap=np.divide(gap, first, out=np.where(np.isnan(gap), np.nan, 0.0), where=first > 0),
            gap_of_average=records[:, :, kernel.GAP_OF_AVERAGE],
            distance_sq=records[:, :, kernel.DISTANCE_SQ],
            grad_norm=records[:, :, kernel.GRAD_NORM],
            gamma=records[:, :, kernel.GAMMA],
            gamma_raw=records[:, :, kernel.GAMMA_RAW],
            capped_share=records[:, :, kernel.CAPPED],
            clamped_share=records[:, :, kernel.CLAMPED],
            gradient_evaluations=method.evaluations_before(iterations),
            x_last=np.stack([lane.x_last for lane in lanes]),
            diverged_at=np.array([lane.diverged_at for lane in lanes]),
            reached=np.array([float(lane.reached_at) if lane.reached_at >= 0 else np.inf for lane in lanes]),
            seconds=sum(lane.seconds for lane in lanes),
        )

    @property
    def nbytes(self) -> int:
        """Memory of its arrays, in bytes."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))

    @property
    def diverged_share(self) -> float:
        """Share of the trials that left the floats."""
        return float(np.mean(self.diverged_at >= 0))


@dataclass(frozen=True, eq=False)
class Result:
    """A comparison: what was run, and one `Track` for each method by its key, in the order given.

    `x0` is the start of each trial, (trials, d).
    """

    problem: Problem
    config: SimulationConfig
    x0: Array
    tracks: dict[str, Track]

    def __getitem__(self, key: str) -> Track:
        return self.tracks[key]
