"""One random problem, measured and held against its bound."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.theory.check import MAX_PROBLEMS, build, method_of
from lab.ui.cache import Cache
from synthetic import (
    BOUNDS,
    Bound,
    Method,
    Setting,
    SimulationConfig,
    every,
    resolution,
    setting_of,
    simulate,
)
from synthetic.problem import Array, Rows
from synthetic.result import Track

RECORDS = 50  # judged iterations of a mean over trials
DRAWN = 100  # iterations drawn
CONFIDENCE = NormalDist().inv_cdf(0.999)  # standard errors of the one-sided limit, at each iteration
TOLERANCE = 1e-9  # rounding of measured and bound where they are equal

START: dict[str, Callable[[Track], Array]] = {
    "distance_sq": lambda track: track.distance_sq[:, 0],
    "gap_of_average": lambda track: track.gap[:, 0],
    "grad_norm": lambda track: track.grad_norm[:, 0],
}


@dataclass(frozen=True, eq=False)
class Sample:
    """One problem, measured. Curves are in units of the measured start; ratios are measured / bound.

    Attributes
    ----------
    method, found : what was run, and the bound at every recorded iteration.
    iterations, measured, bound, ratio, limit_ratio : (R,), as drawn; `limit_ratio` is that of the one-sided
        99.9% limit of the mean over the trials (deterministic: the same as `ratio`). `bound` and the ratios
        are NaN without a bound.
    judged, above, undecided : iterations compared after the first, those with the measurement above the
        bound, and those with only the limit above it. unjudged : those with either below `floor`, or lost.
    tightest, tightest_at : largest ratio after the start, and its iteration. end : ratio at the last one
        compared.
    beside, beside_tightest : the published form of a tighter bound, and the largest ratio to it over what is
        compared; NaN where there is none beside.
    promised, fitted : factor of the squared distance in one step, as bounded and as measured; NaN where the
        bound is not a contraction.
    clamped, steps : steps that the safeguard raised to 0, of how many. diverged : trials that left the
        floats. sigma_sq : σ², NaN where the method has no ℓ*.
    floor : the resolution of double precision (`synthetic.resolution`): nothing below it is compared.
    """

    method: Method
    found: Bound
    iterations: Rows
    measured: Array
    bound: Array
    ratio: Array
    limit_ratio: Array
    judged: int
    above: int
    undecided: int
    unjudged: int
    tightest: float
    tightest_at: int
    end: float
    beside: Array
    beside_tightest: float
    promised: float
    fitted: float
    clamped: int
    steps: int
    diverged: int
    sigma_sq: float
    floor: float

    @property
    def speed(self) -> float:
        """Promised / measured speed of a contraction: log of the factors of one step; 1 where they agree."""
        if not (0 < self.promised < 1 and 0 < self.fitted < 1):
            return math.nan
        return math.log(self.promised) / math.log(self.fitted)


SAMPLES: Cache[Sample] = Cache(2000)  # by configuration and number


def measure(config: TheoryConfig, index: int) -> Sample:
    """Run the method on random problem number `index` of a relevant configuration, against the bound."""
    return SAMPLES.get((config, index), lambda: measured_anew(config, index))


def measured_anew(config: TheoryConfig, index: int) -> Sample:
    """The same, not looked up."""
    guarantee, problem = GUARANTEES[config.guarantee], build(config, index)
    method, T = method_of(config, problem), config.iterations
    simulation = SimulationConfig(
        iterations=T,
        batch_size=config.m if guarantee.stochastic else None,
        trials=config.trials if guarantee.stochastic else 1,
        seed=config.seed * MAX_PROBLEMS + index,
        record=every(-(-T // RECORDS), T) if guarantee.stochastic else "all",
    )
    result = simulate(problem, [method], simulation, threads=1)
    setting = setting_of(problem, method, simulation, result.x0)
    track = result[method.key]
    found, beside = bounds_of(config, setting, track.iterations)
    floor = resolution(problem, result.x0)[guarantee.theorem.bounds]
    return compare(track, found, setting, floor, beside)


def bounds_of(config: TheoryConfig, setting: Setting, t: Rows) -> tuple[Bound, Bound | None]:
    """The bound to compare with, and the published form beside it if it is a tighter one."""
    guarantee = GUARANTEES[config.guarantee]
    published = BOUNDS[guarantee.theorem.key](setting, t)
    if guarantee.tighter is None or config.bounds == "published":
        return published, None
    return BOUNDS[guarantee.tighter.key](setting, t), published


def compare(
    track: Track, found: Bound, setting: Setting, floor: float, beside: Bound | None = None
) -> Sample:
    """Mean over the trials against the bound, at each recorded iteration with both above `floor`."""
    name, trials, t = found.theorem.bounds, len(track.x_last), track.iterations
    unit = float(np.mean(START[name](track)))
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        runs = getattr(track, name)
        measured = np.mean(runs, 0)
        error = np.std(runs, 0, ddof=1) / math.sqrt(trials) if trials > 1 else np.zeros_like(measured)
        limit = measured + CONFIDENCE * error
        ratio, limit_ratio = measured / found.values, limit / found.values
        other = beside.values if beside else np.full_like(measured, np.nan)
        to_other = measured / other
    seen = np.isfinite(ratio) & (found.values > floor) & (measured > floor)
    judged, over = seen & (t > 0), 1 + TOLERANCE
    at = np.flatnonzero(judged)
    first = int(at[np.argmax(ratio[at])]) if at.size else 0
    contracts = found.applies and name == "distance_sq" and not setting.sigma_sq > 0 and at.size
    known = trials - int(np.sum(track.diverged_at >= 0))
    drawn = np.unique(np.rint(np.linspace(0, len(t) - 1, DRAWN + 1)).astype(int))
    return Sample(
        method=track.method,
        found=found,
        iterations=t[drawn],
        measured=measured[drawn] / unit,
        bound=found.values[drawn] / unit,
        ratio=np.where(seen, ratio, np.nan)[drawn],
        limit_ratio=np.where(seen, limit_ratio, np.nan)[drawn],
        judged=at.size,
        above=int(np.sum(ratio[at] > over)),
        undecided=int(np.sum((ratio[at] <= over) & (limit_ratio[at] > over))),
        unjudged=len(t) - 1 - at.size if np.isfinite(found.values).any() else 0,
        tightest=float(ratio[first]) if at.size else math.nan,
        tightest_at=int(t[first]) if at.size else -1,
        end=float(ratio[at[-1]]) if at.size else math.nan,
        beside=other[drawn] / unit,
        beside_tightest=float(np.max(to_other[at])) if at.size else math.nan,
        promised=step_factor(found.values, t, at[-1]) if contracts else math.nan,
        fitted=step_factor(measured, t, at[-1]) if contracts else math.nan,
        clamped=round(float(np.nansum(track.clamped_share[:, -1])) * int(t[-1])),
        steps=int(t[-1]) * known,
        diverged=trials - known,
        sigma_sq=setting.sigma_sq,
        floor=floor / unit,
    )


def step_factor(curve: Array, t: Rows, last: int) -> float:
    """Factor of one step between the start and record number `last`."""
    return float((curve[last] / curve[0]) ** (1.0 / t[last])) if curve[0] > 0 else math.nan
