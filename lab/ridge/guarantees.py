"""Which bounds hold over which measured curve, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from synthetic import BOUNDS, Bound, Result, all_bounds, setting_of
from synthetic.problem import Array, Rows
from synthetic.result import Track
from synthetic.theory.assumptions import nonnegative_numerator

CONTRACTIONS = ("T3.1", "C3.6", "T3.5", "rate")  # those with a factor, the tightest statement first
BOUNDED = {"distance": "distance_sq", "average": "gap_of_average"}
POINTS = 60  # of a bound's line: it is smooth


@dataclass(frozen=True, eq=False)
class Drawn:
    """A bound over the curve of one method; theorems with the same values share a line."""

    track: Track
    name: str
    iterations: Rows
    values: Array
    in_expectation: bool


def bounds_of(result: Result, track: Track, iterations: Rows | None = None) -> dict[str, Bound]:
    """Every bound for one method of a comparison."""
    at = track.iterations if iterations is None else iterations
    return all_bounds(result.problem, track.method, result.config, result.x0, at)


def drawn(result: Result, held: str) -> Iterator[Drawn]:
    """The bounds to draw over "distance" or "average", method by method."""
    for track in result.tracks.values():
        index = np.unique(np.linspace(0, len(track.iterations) - 1, POINTS).astype(int))
        at = track.iterations[index]
        at = (
            at[at > 0] if held == "average" else at
        )  # that of an average is a constant/T, and begins at T = 1
        lines: list[tuple[list[str], Bound]] = []
        for key, bound in bounds_of(result, track, at).items():
            if not bound.applies or bound.theorem.bounds != BOUNDED[held]:
                continue
            same = next((names for names, b in lines if np.array_equal(b.values, bound.values)), None)
            if same is None:
                lines.append(([key], bound))
            else:
                same.append(key)
        for names, bound in lines:
            expected = result.config.batch_size is not None
            yield Drawn(track, " = ".join(names), at, bound.values, expected)


def factor(result: Result, track: Track) -> tuple[str, float] | None:
    """The guaranteed factor of ‖x − x*‖² in one step, with its theorem; a neighbourhood is left out of it."""
    setting = replace(setting_of(result.problem, track.method, result.config, result.x0), sigma_sq=0.0)
    applies = {key for key, bound in bounds_of(result, track, np.array([0])).items() if bound.applies}
    for key in CONTRACTIONS:
        if key in applies:
            first, second = BOUNDS[key](setting, np.array([0, 1])).values
            if first > 0:
                return key, float(second / first)
    return None


def safeguard_is_idle(result: Result, track: Track) -> bool:
    """Whether Proposition 2.1 keeps N ≥ 0 in every step: then only rounding can wake the safeguard."""
    return not nonnegative_numerator(setting_of(result.problem, track.method, result.config, result.x0))


def reasons(result: Result, track: Track) -> tuple[list[str], dict[str, list[str]]]:
    """The keys of the theorems that apply, and for each reason the theorems that it stops.

    Named are those that speak of such a method: T3.4 of a ρ that changes, the rate of a constant step.
    """
    applies, against = [], {}  # type: ignore[var-annotated]
    setting = setting_of(result.problem, track.method, result.config, result.x0)
    silent = {"T3.4": setting.rho_constant, "rate": setting.polyak}
    for key, bound in bounds_of(result, track, np.array([0])).items():
        if silent.get(key):
            continue
        if bound.applies:
            applies.append(key)
        for reason in bound.reasons:
            against.setdefault(reason, []).append(key)
    return applies, against
