"""What a lesson computes: from its configuration to the result that its picture and words show."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from lab.lessons import valleys
from lab.lessons.recorded import rows_of
from lab.params import LessonsConfig
from lab.ui.cache import Cache
from neural.sweep_table import Row
from synthetic import RidgeConfig, SimulationConfig, simulate, usam, usam_sps
from synthetic.plane import QUADRATIC_MINIMUM, PlaneFunction, quadratic
from synthetic.problem import Array
from synthetic.result import Track
from synthetic.walk import Plan, Way, walk

START = np.array([1.2, 2.0])
FACTOR_STEPS, PLANE_STEPS = 60, 60
# Noisy least squares in mini-batches, the Ridge lab's setting "Noise and the cap".
PROBLEM = RidgeConfig(n=200, d=50, kappa=10.0, kappa_of="H", interpolated=False)
SAMPLING = SimulationConfig(1000, batch_size=10, trials=3)
RHO_L = 0.02
LATE = 700  # iterations from which on a line is taken to have levelled off


@dataclass(frozen=True, eq=False)
class Valleys:
    """A loss (R,) and its worst value nearby (R,), over x (R,); both at the bottoms, narrow then wide."""

    x: Array
    loss: Array
    worst: Array
    bottoms: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Walks:
    """Ways of methods over a function of the plane."""

    function: PlaneFunction
    ways: tuple[Way, ...]


@dataclass(frozen=True, eq=False)
class Ball:
    """Runs on noisy least squares, by what they are called."""

    tracks: Mapping[str, Track]

    def level(self, name: str) -> float:
        """The relative gap at which a run levels off: the mean from `LATE` on."""
        track = self.tracks[name]
        return float(np.mean(track.relative_gap[:, track.iterations >= LATE]))


@dataclass(frozen=True, eq=False)
class Recorded:
    """Rows of a finished sweep: accuracy of each method over ρ."""

    rows: tuple[Row, ...]


Scene = Valleys | Walks | Ball | Recorded


@dataclass(frozen=True, eq=False)
class LessonResult:
    """The configuration, and what was computed from it."""

    config: LessonsConfig
    scene: Scene


S = TypeVar("S", Valleys, Walks, Ball, Recorded)


def scene_of(result: LessonResult, kind: type[S]) -> S:
    """The scene of a result, which must be of the kind that its lesson computes."""
    if not isinstance(result.scene, kind):
        raise TypeError(f"the lesson {result.config.lesson} has a {type(result.scene).__name__}")
    return result.scene


def compute(config: LessonsConfig) -> LessonResult | None:
    """The result of a lesson; None for one without a picture."""
    scene = SCENES.get(config.lesson)
    return LessonResult(config, scene(config)) if scene else None


def _uphill(config: LessonsConfig) -> Valleys:
    x = np.linspace(*valleys.VIEW, 541)
    bottoms = [float(valleys.worst(bottom, config.rho)) for bottom, _ in (valleys.NARROW, valleys.WIDE)]
    return Valleys(x, valleys.loss(x), valleys.worst(x, config.rho), (bottoms[0], bottoms[1]))


def _fixed(config: LessonsConfig) -> Walks:
    plans = [
        Plan("usam", "USAM, constant γ", config.rho, 0.0, config.gamma),
        Plan("sgd", "gradient descent, the same γ", 0.0, 0.0, config.gamma),
    ]
    return _walks(quadratic(config.kappa), plans, FACTOR_STEPS)


def _polyak(config: LessonsConfig) -> Walks:
    function = quadratic(1.0, 0.0)
    plan = Plan("usam_ps", "USAM-PS", config.rho, config.lambd)
    way = walk(function, plan, np.array([config.x1, 0.0]), config.bound, math.inf, 1)
    return Walks(function, (way,))


def _radius(config: LessonsConfig) -> Walks:
    names = {0.0: ("usam_ps", "USAM-PS"), 1.0: ("sam_ps", "SAM-PS")}
    key, name = names.get(config.lambd, ("mix", f"PS, λ = {config.lambd:g}"))
    plans = [Plan(key, name, config.rho, config.lambd)]
    if config.lambd > 0:
        plans.append(Plan("usam_ps", "USAM-PS", config.rho, 0.0))
    return _walks(quadratic(config.kappa), plans, PLANE_STEPS)


def _walks(function: PlaneFunction, plans: list[Plan], steps: int) -> Walks:
    """Ways from the same start, with the true minimum as the bound, and no cap."""
    return Walks(
        function, tuple(walk(function, plan, START, QUADRATIC_MINIMUM, math.inf, steps) for plan in plans)
    )


def _cap(config: LessonsConfig) -> Ball:
    tracks = {"USAM-SPS": _track(config.noise, config.gamma_b, constant=False)}
    if 0 < config.gamma_b < math.inf:
        tracks["USAM, constant γ = γ_b"] = _track(config.noise, config.gamma_b, constant=True)
    return Ball(tracks)


def _fit(config: LessonsConfig) -> Ball:
    noises = dict.fromkeys((config.noise, config.noise / 2))  # the same one at 0
    return Ball({f"noise {noise:g}": _track(noise, config.gamma_b, constant=False) for noise in noises})


def _networks(config: LessonsConfig) -> Recorded:
    return Recorded(rows_of(config.recorded))


SCENES: dict[str, Callable[[LessonsConfig], Scene]] = {
    "uphill": _uphill,
    "fixed": _fixed,
    "polyak": _polyak,
    "radius": _radius,
    "cap": _cap,
    "fit": _fit,
    "networks": _networks,
}

_TRACKS: Cache[Track] = Cache(64)


def _track(noise: float, gamma_b: float, *, constant: bool) -> Track:
    """A run on labels with that noise: the Polyak step under a cap, or the cap as a constant step."""
    return _TRACKS.get((noise, gamma_b, constant), lambda: _measured(noise, gamma_b, constant))


def _measured(noise: float, gamma_b: float, constant: bool) -> Track:
    problem = replace(PROBLEM, noise=noise).build()
    rho = RHO_L / problem.L
    method = usam(gamma_b, rho) if constant else usam_sps(rho, gamma_b)
    return simulate(problem, [method], SAMPLING)[method.key]
