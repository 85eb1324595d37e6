"""Which theorems hold for each method of a comparison, what they promise, and why the others do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from synthetic import BOUNDS, Bound, Result, Setting, setting_of
from synthetic.problem import Array, Rows
from synthetic.result import Track
from synthetic.theory.assumptions import nonnegative_numerator
from synthetic.theory.theorems import LEAST_SQUARES, TIGHTER

# Those with a factor, the tightest first. With noise that of "T3.5 tighter" depends on T.
CONTRACTIONS = ("least squares", "T3.1 tighter", "T3.1", "C3.6 tighter", "C3.6", "T3.5", "rate")
TIGHTER_KEYS = {theorem.key for theorem in TIGHTER.values()}
BEYOND_PAPER = TIGHTER_KEYS | {LEAST_SQUARES.key}
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
    tighter : whether bounds beyond the paper's are meant too.
    """

    track: Track
    setting: Setting
    iterations: Rows
    bounds: dict[str, Bound]
    tighter: bool = True

    @property
    def applying(self) -> dict[str, Bound]:
        """The bounds that apply, those beyond the paper only if they are meant."""
        meant = {key: bound for key, bound in self.bounds.items() if self.tighter or key not in BEYOND_PAPER}
        return {key: bound for key, bound in meant.items() if bound.applies}

    @property
    def silent(self) -> set[str]:
        """Theorems not to be named: T3.4 of a constant ρ, the rate of a Polyak step, and the tighter ones.

        A tighter one applies where that applies whose constant it lowers.
        """
        passed_over = {"T3.4": self.setting.rho_constant, "rate": self.setting.polyak}
        passed_over[LEAST_SQUARES.key] = not self.tighter
        return TIGHTER_KEYS | {key for key, passed in passed_over.items() if passed}

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
            if key in self.applying:
                first, second = BOUNDS[key](exact, np.array([0, 1])).values
                if first > 0:
                    return key, float(second / first)
        return None

    @cached_property
    def safeguard_is_idle(self) -> bool:
        """Whether Proposition 2.1 keeps N ≥ 0 in every step: then only rounding can wake the safeguard."""
        return not nonnegative_numerator(self.setting)

    @property
    def _hidden(self) -> set[str]:
        """Tighter bounds for mini-batches where the full batch has a lower one of its own: L ≤ L_max."""
        own = {"T3.1 tighter", "T3.2 tighter"}
        return TIGHTER_KEYS - own if own & self.applying.keys() else set()

    def lines(self, held: str) -> list[BoundLine]:
        """The bounds to draw over "distance" or "average"."""
        # A bound of an average is a constant/T, and begins at T = 1.
        shown = self.iterations > 0 if held == "average" else np.full(len(self.iterations), True)
        names: list[list[str]] = []
        values: list[Array] = []
        for key, bound in self.applying.items():
            if bound.theorem.bounds != BOUNDED[held] or key in self._hidden:
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


def guarantees_of(measured: Result, tighter: bool = True) -> dict[str, Guarantees]:
    """The guarantees of every method of a comparison, by its key; `tighter`: those beyond the paper too."""
    return {key: _of_track(measured, track, tighter) for key, track in measured.tracks.items()}


def _of_track(measured: Result, track: Track, tighter: bool) -> Guarantees:
    index = np.unique(np.linspace(0, len(track.iterations) - 1, POINTS).astype(int))
    at = track.iterations[index]
    setting = setting_of(measured.problem, track.method, measured.config, measured.x0)
    bounds = {key: bound(setting, at) for key, bound in BOUNDS.items()}
    return Guarantees(track, setting, at, bounds, tighter)
