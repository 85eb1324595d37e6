"""What the Theory page computes: one guarantee held against many random ridge problems.

Each problem is measured by itself and kept, so that more problems cost only the new ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from lab.params import Value, real, whole
from lab.params.theory import ROWS
from synthetic import (
    BOUNDS,
    Bound,
    ConstantStep,
    Method,
    PolyakStep,
    RidgeConfig,
    RidgeRegression,
    Schedule,
    SimulationConfig,
    every,
    setting_of,
    simulate,
)
from synthetic.problem import Array, Rows

STRONG, CONVEX = 10, 30  # unknowns
MAX_PROBLEMS = 1000  # seeds of one page seed
RECORDS = 50  # judged iterations of a mean over trials
DRAWN = 100  # iterations drawn
CONFIDENCE = 0.999  # one-sided, at each iteration
TOLERANCE = 1e-9  # rounding of measured and bound where they are equal
ROUNDING = 1e-26  # a squared distance in double precision, relative to ‖x*‖² + D₀
UNDERFLOW = 1e-270  # the full batch iterates on x − x*, where only the end of the floats counts


@dataclass(frozen=True)
class Guarantee:
    """A bound of `synthetic.BOUNDS` and the setting that it speaks of."""

    bound: str
    stochastic: bool = False
    noisy: bool = False
    convex: bool = False
    vanishing: bool = False
    constant: bool = False


GUARANTEES = {
    "T3.1": Guarantee("T3.1"),
    "T3.2": Guarantee("T3.2", convex=True),
    "T3.4": Guarantee("T3.4", convex=True, vanishing=True),
    "T3.5": Guarantee("T3.5", stochastic=True, noisy=True),
    "T3.8": Guarantee("T3.8", stochastic=True, noisy=True),
    "C3.6": Guarantee("C3.6", stochastic=True),
    "C3.6c": Guarantee("C3.6 convex", stochastic=True, convex=True),
    "rate": Guarantee("rate", constant=True),
}


@dataclass(frozen=True)
class Check:
    """What is measured on each problem. Values that the guarantee does not use are neutral."""

    guarantee: str
    kappa: float
    convex: bool
    noisy: bool
    rho_L: float
    lambd: float
    gamma_L: float
    gamma_b_L: float
    m: int
    trials: int
    iterations: int
    seed: int

    @property
    def kind(self) -> Guarantee:
        """The guarantee and its setting."""
        return GUARANTEES[self.guarantee]


@dataclass(frozen=True, eq=False)
class Sample:
    """One problem, measured. Curves are in units of the measured start; ratios are measured / bound.

    Attributes
    ----------
    iterations, measured, limit, bound, ratio : (R,), as drawn; `limit` is the one-sided 99.9% limit of the
        mean over the trials (deterministic: the same as `measured`), `bound` and `ratio` NaN without a bound.
    judged, above, undecided : iterations compared after the first, those with the measurement above the
        bound, and those with only the limit above it. unjudged : those lost to rounding.
    tightest, tightest_at : largest ratio after the start, and its iteration. end : ratio at the last one.
    promised, fitted : factor of the squared distance in one step, as bounded and as measured; NaN where the
        bound is not a contraction.
    clamped, steps : steps that the safeguard raised to 0, of how many. diverged : trials that left the
        floats.
    """

    method: Method
    found: Bound
    iterations: Rows
    measured: Array
    limit: Array
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
    promised: float
    fitted: float
    clamped: int
    steps: int
    diverged: int
    sigma_sq: float

    @property
    def speed(self) -> float:
        """Promised / measured speed of a contraction: log of the factors of one step; 1 where they agree."""
        if not (0 < self.promised < 1 and 0 < self.fitted < 1):
            return math.nan
        return math.log(self.promised) / math.log(self.fitted)


@dataclass(frozen=True, eq=False)
class Outcome:
    """The live check over all problems."""

    check: Check
    samples: tuple[Sample, ...]

    @property
    def found(self) -> Bound:
        """The bound on the first problem: its theorem, and why it does not apply."""
        return self.samples[0].found

    @property
    def applies(self) -> bool:
        """Whether the bound applies to every problem."""
        return all(sample.found.applies for sample in self.samples)

    @property
    def has_values(self) -> bool:
        """Whether there is a bound to compare with: Theorem 3.4 has none."""
        return self.applies and any(sample.judged or sample.unjudged for sample in self.samples)

    @property
    def records(self) -> int:
        """Iterations compared in each problem, after the start."""
        return max(sample.judged + sample.unjudged for sample in self.samples)

    @property
    def contracts(self) -> bool:
        """Whether promised and measured speed can be compared."""
        return any(math.isfinite(sample.speed) for sample in self.samples)

    def curves(self, name: str) -> Array:
        """One curve of every problem, (P, R)."""
        return np.stack([getattr(sample, name) for sample in self.samples])

    def total(self, name: str) -> int:
        """A count, summed over the problems."""
        return int(sum(getattr(sample, name) for sample in self.samples))


def compute(values: Mapping[str, Value], progress: Callable[[float], None] | None = None) -> Outcome:
    """Measure every problem that the screen's values describe; `progress` hears the share done."""
    check, count, samples = check_of(values), whole(values, "problems"), []
    for index in range(count):
        samples.append(measure(check, index))
        if progress:
            progress((index + 1) / count)
    return Outcome(check, tuple(samples))


def method_rows(guarantee: str) -> list[str]:
    """The rows of the table that the method of a guarantee uses."""
    kind = GUARANTEES[guarantee]
    return [
        "rho_L",
        "lambd",
        *(("gamma_L",) if kind.constant else ()),
        *(("m", "gamma_b_L") if kind.stochastic else ()),
    ]


def problem_rows(guarantee: str) -> list[str]:
    """The rows of the table that the problems of a guarantee use."""
    stochastic = GUARANTEES[guarantee].stochastic
    return [
        "kappa",
        "family",
        *(("labels",) if stochastic else ()),
        "problems",
        *(("trials",) if stochastic else ()),
        "iterations",
        "seed",
    ]


def check_of(values: Mapping[str, Value]) -> Check:
    """What the screen's values ask for."""
    kind = GUARANTEES[str(values["guarantee"])]
    chosen = {"strong": False, "convex": True}
    noisy = {"exact": False, "noisy": True}
    return Check(
        guarantee=str(values["guarantee"]),
        kappa=real(values, "kappa"),
        convex=chosen.get(str(values["family"]), kind.convex),
        noisy=kind.stochastic and noisy.get(str(values["labels"]), kind.noisy),
        rho_L=real(values, "rho_L"),
        lambd=real(values, "lambd"),
        gamma_L=real(values, "gamma_L") if kind.constant else math.nan,
        gamma_b_L=real(values, "gamma_b_L") if kind.stochastic else math.inf,
        m=whole(values, "m") if kind.stochastic else 0,
        trials=whole(values, "trials") if kind.stochastic else 1,
        iterations=whole(values, "iterations"),
        seed=whole(values, "seed"),
    )


def build(kappa: float, convex: bool, noisy: bool, seed: int, index: int) -> RidgeRegression:
    """Random problem number `index`: κ is the ratio of the positive eigenvalues of H."""
    return RidgeConfig(
        n=ROWS,
        d=CONVEX if convex else STRONG,
        kappa=math.sqrt(kappa),
        kappa_of="A",
        interpolated=not noisy,
        seed=seed * MAX_PROBLEMS + index,
    ).build()


def method_of(check: Check, problem: RidgeRegression) -> Method:
    """The method that the guarantee speaks of, with the radius in units of its curvature."""
    unit = problem.L_max if check.kind.stochastic else problem.L
    family = "USAM" if check.lambd == 0 else "SAM"
    radius: float | Schedule = check.rho_L / unit
    if check.kind.constant:
        name = f"{family}, constant γ"
        return ConstantStep(family.lower(), name, check.gamma_L / problem.L, radius, check.lambd)
    if check.kind.vanishing:
        radius = Schedule(check.rho_L / unit, "inverse_sqrt")
    if not check.kind.stochastic:
        return PolyakStep(f"{family.lower()}_ps", f"{family}-PS", radius, check.lambd, "minimum")
    cap = None if math.isinf(check.gamma_b_L) else check.gamma_b_L / unit
    return PolyakStep(f"{family.lower()}_sps", f"{family}-SPS", radius, check.lambd, 0.0, cap)


@lru_cache(maxsize=2000)
def measure(check: Check, index: int) -> Sample:
    """Run the method on one random problem and hold it against the bound."""
    problem = build(check.kappa, check.convex, check.noisy, check.seed, index)
    method, T = method_of(check, problem), check.iterations
    stochastic = check.kind.stochastic
    config = SimulationConfig(
        iterations=T,
        batch_size=check.m or None,
        trials=check.trials,
        seed=check.seed * MAX_PROBLEMS + index,
        record=every(-(-T // RECORDS), T) if stochastic else "all",
    )
    result = simulate(problem, [method], config, threads=1)
    track = result[method.key]
    setting = setting_of(problem, method, config, result.x0)
    found = BOUNDS[check.kind.bound](setting, track.iterations)
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        runs = getattr(track, found.theorem.bounds)
        measured = np.mean(runs, 0)
        spread = np.std(runs, 0, ddof=1) / math.sqrt(check.trials) if stochastic else np.zeros_like(measured)
        limit = measured + NormalDist().inv_cdf(CONFIDENCE) * spread
        unit = float(np.mean(START[found.theorem.bounds](track)))
        size = float(np.sum(problem.x_star**2)) + setting.D0
        floor = ROUNDING * size * max(1.0, problem.L) if stochastic else UNDERFLOW * unit
        ratio, limit_ratio = measured / found.values, limit / found.values
    seen = np.isfinite(ratio) & (found.values > floor)
    judged = seen & (track.iterations > 0)
    tightest = int(np.argmax(np.where(judged, ratio, -1.0)))
    drawn = np.unique(np.rint(np.linspace(0, len(measured) - 1, DRAWN + 1)).astype(int))
    return Sample(
        method=method,
        found=found,
        iterations=track.iterations[drawn],
        measured=measured[drawn] / unit,
        limit=limit[drawn] / unit,
        bound=found.values[drawn] / unit,
        ratio=np.where(seen, ratio, np.nan)[drawn],
        limit_ratio=np.where(seen, limit_ratio, np.nan)[drawn],
        judged=int(np.sum(judged)),
        above=int(np.sum(judged & (ratio > 1 + TOLERANCE))),
        undecided=int(np.sum(judged & (ratio <= 1 + TOLERANCE) & (limit_ratio > 1 + TOLERANCE))),
        unjudged=int(np.sum(np.isfinite(found.values[1:])) - np.sum(judged)),
        tightest=float(ratio[tightest]) if judged.any() else math.nan,
        tightest_at=int(track.iterations[tightest]) if judged.any() else -1,
        end=float(ratio[judged][-1]) if judged.any() else math.nan,
        promised=rate(found.values, track.iterations, judged)
        if contracts(found, setting.sigma_sq)
        else math.nan,
        fitted=rate(measured, track.iterations, judged) if contracts(found, setting.sigma_sq) else math.nan,
        clamped=round(float(np.nansum(track.clamped_share[:, -1])) * T),
        steps=T * check.trials,
        diverged=int(np.sum(track.diverged_at >= 0)),
        sigma_sq=setting.sigma_sq,
    )


START: dict[str, Callable[..., Array]] = {
    "distance_sq": lambda track: track.distance_sq[:, 0],
    "gap_of_average": lambda track: track.gap[:, 0],
    "grad_norm": lambda track: track.grad_norm[:, 0],
}


def contracts(found: Bound, sigma_sq: float) -> bool:
    """Whether the bound takes the same share of the squared distance away in every step."""
    return found.applies and found.theorem.bounds == "distance_sq" and sigma_sq == 0


def rate(curve: Array, iterations: Rows, judged: np.ndarray) -> float:
    """Factor of one step between the start and the last iteration judged."""
    if not judged.any():
        return math.nan
    last = int(np.flatnonzero(judged)[-1])
    return float((curve[last] / curve[0]) ** (1.0 / iterations[last])) if curve[0] > 0 else math.nan
