"""How far the counts and rates of a comparison are known: what nearby starts, or the other trials, give.

A step size that answers to the gradients can amplify rounding: two runs whose starts differ in the last
digits part company, and each is as good as the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.ridge.kept import RUNS, RUNS_BYTES
from lab.ridge.rates import rate_of
from lab.ui.cache import Cache
from synthetic import ConstantStep, Method, Problem, Result, SimulationConfig, simulate
from synthetic.baselines import AF22Decreasing
from synthetic.problem import Array
from synthetic.result import Track

STARTS = 8  # beside the one drawn
LEAST = 4
CHANGE = 1e-14  # of each coordinate of x⁰, relative: as well as its eigenvectors are known
ONE_PART = "10¹⁴"  # in words: one part in so many
LONGEST = 2e8  # multiplications for one method, some 100 ms
RECORDS = 50  # of a nearby run: enough for its rate


@dataclass(frozen=True, eq=False)
class Spread:
    """Of this run and of those that are as good: iterations (S,) to the target, inf where not reached, and
    factors (S,) of the relative gap, NaN without one.
    """

    reached: Array
    factors: Array


_SPREADS: Cache[Spread | None] = Cache(RUNS, lambda key, _spread: key[0].nbytes, RUNS_BYTES)


def amplifies(method: Method) -> bool:
    """Whether the method's steps answer to the gradients: only then rounding can grow."""
    return not isinstance(method, ConstantStep | AF22Decreasing)


def spreads_of(measured: Result, rounding: float) -> dict[str, Spread | None]:
    """The spread of every method, by its key; None where there is nothing to compare with."""
    return {key: _spread_of(measured, key, rounding) for key in measured.tracks}


def nearby_starts(x0: Array, seed: int, count: int) -> Array:
    """Starts (count, d) that differ from x0 (d,) by about `CHANGE` of each coordinate."""
    noise = np.random.default_rng([seed, 2]).standard_normal((count, len(x0)))
    return x0 * (1.0 + CHANGE * noise)


def nearby(
    problem: Problem, method: Method, config: SimulationConfig, x0: Array, length: int
) -> Track | None:
    """A full-batch run from nearby starts, `length` iterations of it if these suffice to reach the target.

    Few starts where the run is long, and none where fewer than `LEAST` can be afforded.
    """
    T = config.iterations
    starts = nearby_starts(x0, config.seed, _affordable(problem, min(length, T)))
    if not len(starts):
        return None
    while True:
        length = min(length, T)
        asked = replace(config, trials=len(starts), iterations=length, record=_records(config, length))
        track = simulate(problem, [method], asked, starts)[method.key]
        if length == T or np.isfinite(track.reached).all():
            return track
        length *= 2


def _spread_of(measured: Result, key: str, rounding: float) -> Spread | None:
    track, config = measured[key], measured.config
    if config.batch_size is not None:
        return _gathered([track], rounding) if config.trials > 1 else None
    if not amplifies(track.method):
        return None
    return _SPREADS.get((track, rounding), lambda: _of_nearby(measured, track, rounding))


def _of_nearby(measured: Result, track: Track, rounding: float) -> Spread | None:
    """None also of a line that stalls above the target, and where the run is long."""
    first, gap, T = track.reached[0], track.relative_gap[0], measured.config.iterations
    if np.isinf(first) and np.isnan(_factors(track, rounding)[0]):
        return None
    gone = track.iterations[np.argmax(gap <= rounding)] if (gap <= rounding).any() else T
    length = max(int(gone), int(min(2 * first, T)))
    near = nearby(measured.problem, track.method, measured.config, measured.x0[0], length)
    return _gathered([track, near], rounding) if near else None


def _gathered(tracks: list[Track], rounding: float) -> Spread:
    return Spread(
        reached=np.concatenate([track.reached for track in tracks]),
        factors=np.concatenate([_factors(track, rounding) for track in tracks]),
    )


def _factors(track: Track, rounding: float) -> Array:
    """The factor of each trial by itself."""
    lines = track.relative_gap[:, None, :]
    return np.array([rate_of(track.iterations, line, rounding).factor for line in lines])


def _records(config: SimulationConfig, T: int) -> tuple[int, ...]:
    """Those asked for up to T; else `RECORDS` equally far apart, where the run itself has all or a few."""
    if isinstance(config.record, tuple) and config.record:
        return tuple(t for t in config.record if t <= T)
    return tuple(np.unique(np.linspace(0, T, RECORDS).astype(int)).tolist())


def _affordable(problem: Problem, iterations: int) -> int:
    """How many runs can be made, none if fewer than `LEAST`."""
    rows = problem.n if problem.spectrum is None else 1
    count = min(STARTS, int(LONGEST / (6.0 * iterations * problem.d * rows)))
    return count if count >= LEAST else 0
