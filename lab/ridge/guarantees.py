"""Which theorems hold for each method of a comparison, what they promise, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from synthetic import BOUNDS, Bound, Result, Setting, setting_of
from synthetic.problem import Array, Rows
from synthetic.result import Track
from synthetic.theory.assumptions import nonnegative_numerator

CONTRACTIONS = ("T3.1", "C3.6", "T3.5", "rate")  # those with a factor, the tightest statement first
BOUNDED = {"distance": "distance_sq", "average": "gap_of_average"}
POINTS = 60  # of a bound's line: it is smooth


@dataclass(frozen=True, eq=False)
class BoundLine:
    """A bound over the curve of one method; theorems with the same values share a line."""

    track: Track
    name: str
    iterations: Rows
    values: Array


@dataclass(frozen=True, eq=False)
class Guarantees:
    """What the theorems say of one method of a comparison.

    Attributes
    ----------
    track, setting : the method's curves, and what the assumptions speak of.
    iterations, bounds : some of the recorded iterations, and every bound at these, by its key.
    """

    track: Track
    setting: Setting
    iterations: Rows
    bounds: dict[str, Bound]

    @property
    def applying(self) -> dict[str, Bound]:
        """The bounds that apply."""
        return {key: bound for key, bound in self.bounds.items() if bound.applies}

    @property
    def silent(self) -> set[str]:
        """Theorems that do not speak of such a method: T3.4 of a constant ρ, the rate of a Polyak step."""
        passed_over = {"T3.4": self.setting.rho_constant, "rate": self.setting.polyak}
        return {key for key, passed in passed_over.items() if passed}

    @property
    def against(self) -> dict[str, list[str]]:
        """For each reason the theorems that it stops, those apart that do not speak of such a method."""
        against: dict[str, list[str]] = {}
        for key, bound in self.bounds.items():
            for reason in () if key in self.silent else bound.reasons:
                against.setdefault(reason, []).append(key)
        return against

    @cached_property
    def factor(self) -> tuple[str, float] | None:
        """The guaranteed factor of ‖x − x*‖² in one step, with its theorem; a neighbourhood is left out."""
        exact = replace(self.setting, sigma_sq=0.0)
        for key in CONTRACTIONS:
            if self.bounds[key].applies:
                first, second = BOUNDS[key](exact, np.array([0, 1])).values
                if first > 0:
                    return key, float(second / first)
        return None

    @cached_property
    def safeguard_is_idle(self) -> bool:
        """Whether Proposition 2.1 keeps N ≥ 0 in every step: then only rounding can wake the safeguard."""
        return not nonnegative_numerator(self.setting)

    def lines(self, held: str) -> list[BoundLine]:
        """The bounds to draw over "distance" or "average"."""
        # A bound of an average is a constant/T, and begins at T = 1.
        shown = self.iterations > 0 if held == "average" else np.full(len(self.iterations), True)
        names: list[list[str]] = []
        values: list[Array] = []
        for key, bound in self.applying.items():
            if bound.theorem.bounds != BOUNDED[held]:
                continue
            at = bound.values[shown]
            same = next((i for i, known in enumerate(values) if np.array_equal(known, at)), None)
            if same is None:
                names.append([key])
                values.append(at)
            else:
                names[same].append(key)
        at = self.iterations[shown]
        return [
            BoundLine(self.track, " = ".join(keys), at, line)
            for keys, line in zip(names, values, strict=True)
        ]


def guarantees_of(measured: Result) -> dict[str, Guarantees]:
    """The guarantees of every method of a comparison, by its key."""
    return {key: _of_track(measured, track) for key, track in measured.tracks.items()}


def _of_track(measured: Result, track: Track) -> Guarantees:
    index = np.unique(np.linspace(0, len(track.iterations) - 1, POINTS).astype(int))
    at = track.iterations[index]
    setting = setting_of(measured.problem, track.method, measured.config, measured.x0)
    return Guarantees(track, setting, at, {key: bound(setting, at) for key, bound in BOUNDS.items()})
