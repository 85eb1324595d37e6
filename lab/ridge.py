"""What the Ridge lab computes: from the screen's values to a comparison and its bound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from lab.params import Value, real, whole
from synthetic import (
    Bound,
    ConstantStep,
    Method,
    PolyakStep,
    Result,
    RidgeConfig,
    RidgeRegression,
    SimulationConfig,
    all_bounds,
    sgd,
    simulate,
    sps_max,
    usam,
)
from synthetic.result import Track

TARGET = 1e-6
FLOOR = 1e-32  # below this a run in double precision would show rounding, not convergence


@dataclass(frozen=True)
class Outcome:
    """A comparison on one ridge problem: the chosen method first, then the baselines."""

    problem: RidgeRegression
    result: Result
    bound: Bound
    notices: tuple[str, ...]

    @property
    def chosen(self) -> Track:
        """The method that the controls set."""
        return next(iter(self.result.tracks.values()))


def compute(values: Mapping[str, Value]) -> Outcome:
    """Run the comparison that the screen's values describe.

    Values that do not fit together are replaced by the nearest that do, and named in the notices.
    """
    fitted, notices = fit(values)
    problem = RidgeConfig(
        n=whole(fitted, "n"),
        d=whole(fitted, "d"),
        kappa=real(fitted, "kappa"),
        kappa_of=str(fitted["kappa_of"]),
        interpolated=bool(fitted["interpolated"]),
        seed=whole(fitted, "seed"),
    ).build()
    config = SimulationConfig(
        iterations=whole(fitted, "iterations"),
        batch_size=whole(fitted, "m") or None,
        seed=whole(fitted, "seed"),
    )
    result = simulate(problem, methods(problem, fitted), config)
    first = next(iter(result.tracks.values()))
    bound = all_bounds(problem, first.method, config, result.x0, first.iterations)["T3.1"]
    return Outcome(problem, result, bound, tuple(notices))


def fit(values: Mapping[str, Value]) -> tuple[dict[str, Value], list[str]]:
    """Values that fit together, and a notice for each that was changed."""
    fitted, notices = dict(values), []
    n, d, m = whole(fitted, "n"), whole(fitted, "d"), whole(fitted, "m")
    if m > n:
        fitted["m"] = n
        notices.append(f"m = {m} is more than the n = {n} rows there are; m = {n} is used.")
    if d > n and fitted["kappa_of"] == "H":
        fitted["kappa_of"] = "A"
        notices.append(f"With d = {d} > n = {n} the Hessian is singular: κ is taken as that of A.")
    return fitted, notices


def methods(problem: RidgeRegression, values: Mapping[str, Value]) -> list[Method]:
    """The method that the controls set, the Polyak step without perturbation, and two constant rates."""
    gamma_b = real(values, "gamma_b")
    cap = None if math.isinf(gamma_b) else gamma_b
    f_star = "minimum" if values["f_star"] == "min" else 0.0
    rho, lambd = real(values, "rho"), real(values, "lambd")
    family = "USAM" if lambd == 0 else "SAM"
    deterministic = cap is None and f_star == "minimum" and not values["m"]
    kind = "PS" if deterministic else "SPS"
    name = f"{family}-{kind}" + ("" if lambd in (0, 1) else f", λ = {lambd:g}")
    chosen = PolyakStep(f"{family}_{kind}".lower(), name, rho, lambd, f_star, cap)
    half = 1 / (2 * problem.L)
    descent = sgd(1 / problem.L)
    if not values["m"]:
        descent = replace(descent, name="Gradient descent")
    return [chosen, sps_max(cap, f_star), usam(half, half), descent]


def summary(outcome: Outcome) -> list[dict[str, object]]:
    """One row for each method: where it ended and how often cap and safeguard decided."""
    return [row(track) for track in outcome.result.tracks.values()]


def row(track: Track) -> dict[str, object]:
    """The summary of one method's first trial."""
    below = np.flatnonzero(track.relative_gap[0] <= TARGET)
    diverged = int(track.diverged_at[0])
    adaptive = not isinstance(track.method, ConstantStep)
    return {
        "method": track.method.name,
        "final relative gap": "–" if diverged >= 0 else gap(float(track.relative_gap[0, -1])),
        "iterations to 1e-6": str(int(track.iterations[below[0]])) if below.size else "not reached",
        "capped": percent(track.capped_share[0]) if adaptive else "–",
        "clamped": percent(track.clamped_share[0]) if adaptive else "–",
        "diverged": divergence(track),
    }


def divergence(track: Track) -> str:
    """Whether the iterates left the floats, or are on their way."""
    if (at := int(track.diverged_at[0])) >= 0:
        return f"at iteration {at}"
    return "above its start" if track.relative_gap[0, -1] > 1 else "no"


def gap(value: float) -> str:
    """A relative gap; smaller than double precision can tell from 0 is not shown as a number."""
    return f"{value:.2e}" if value > FLOOR else f"below {FLOOR:.0e}"


def percent(shares: np.ndarray) -> str:
    """The last known share, as a percentage."""
    known = shares[np.isfinite(shares)]
    return f"{100 * known[-1]:.1f}%" if known.size else "–"
