"""What the page computes, stage by stage: each stage a result that is kept, in a compute process.

The first stage is a coarse picture; what follows takes longer, and is asked for in the order of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import runs
from lab.landscape import measure
from lab.landscape.places import KNOWN, Found, Point
from lab.landscape.results import Between, Control, Moment, Numbers, Way
from lab.landscape.sites import Given
from lab.params import LandscapeConfig
from lab.pool import pool as pools
from lab.pool.refusal import NotComputedError
from lab.pool.task import Task
from lab.pool.work import Tell, Work
from lab.ui.cache import Cache
from neural.landscape.functions import untold
from neural.landscape.slices import Slices
from runs.moments import Weights

HELD: Cache[Weights | None] = Cache(60)
AROUND = ("what", "function", "kappa", "images", "seed")
CUTS = (*AROUND, "reach", "normalise", "directions")


@dataclass(frozen=True)
class Stage:
    """A part of the page's computation.

    Attributes
    ----------
    label : what is computed, in words. measured : how. rows : of the configuration, those that matter.
    seconds : that it takes, about, for two networks.
    """

    label: str
    measured: Callable[..., Any]
    rows: tuple[str, ...]
    seconds: float


STAGES = {
    "coarse": Stage("A first look", measure.coarse, CUTS, 1.0),
    "fine": Stage("Slices", measure.fine, CUTS, 3.0),
    "numbers": Stage("Eigenvalues, trace, sharpness", measure.numbers, (*AROUND, "rho"), 8.0),
    "joined": Stage("The line between both", measure.joined, AROUND, 1.0),
    "ways": Stage("The trajectories", measure.ways, AROUND, 5.0),
    "training": Stage("Every moment of the training", measure.training, (*AROUND, "rho"), 10.0),
    "control": Stage("The control", measure.control, (*CUTS, "rho", "alpha"), 2.0),
}


@dataclass(frozen=True)
class Asked:
    """A stage, the values that matter to it, and the points of each lane."""

    stage: str
    config: LandscapeConfig
    lanes: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Landscapes:
    """All that the page shows; None for what is not there, or not yet.

    Attributes
    ----------
    found : Found
    slices : tuple of Slices
        The finest that there are.
    numbers, training, ways : of each lane, in its order
    joined : Between or None
        None for one lane, or two that no line joins.
    control : Control or None
        None for what is known exactly, and for a network that has no twin.
    """

    found: Found
    slices: tuple[Slices, ...]
    numbers: tuple[Numbers, ...] | None = None
    training: tuple[list[Moment], ...] | None = None
    ways: tuple[Way | None, ...] | None = None
    joined: Between | None = None
    control: Control | None = None


def asked(found: Found, stage: str) -> Asked:
    """What a stage is to compute."""
    every = stage in ("training", "ways")
    lanes = tuple(lane.points if every else (lane.at,) for lane in found.lanes)
    values = found.config.values()
    config = LandscapeConfig.from_values({row: values[row] for row in STAGES[stage].rows})
    return Asked(stage, config, lanes[:1] if stage == "control" else lanes)


def stages(found: Found) -> list[str]:
    """The stages that there are for what is looked at, in the order of the page; the first is "coarse"."""
    without = set() if found.joinable else {"joined"}
    return [stage for stage in STAGES if stage not in (without if found.networks else {*without, "control"})]


def has(found: Found, stage: str) -> bool:
    """Whether the result of a stage is there already."""
    return WORK.has(asked(found, stage))


def result(found: Found, stage: str, tell: Tell | None = None, visitor: str = "") -> Any:
    """The result of a stage; raises `NotComputedError` as `Work.get`."""
    return WORK.get(asked(found, stage), tell, visitor)[0]


def warm() -> None:
    """Have a compute process load torch for what is asked next; nobody waits for it."""
    if (pool := pools.current()) is not None:
        with suppress(NotComputedError):
            pool.ask("landscape", "torch", Task(_load_torch), STAGES["coarse"].seconds, lambda _none: None)


def _load_torch(_tell: Tell) -> None:
    import neural.landscape.lanes  # noqa: F401


def _measured(key: Asked, given: Given, tell: Tell) -> tuple[Any]:
    """The result of a stage, in a tuple: what is kept is never None."""
    return (STAGES[key.stage].measured(key.lanes, key.config, given, tell),)


def _here(key: Asked, tell: Tell | None) -> tuple[Any]:
    return _measured(key, _given(key), tell or untold)


def _given(key: Asked) -> Given:
    """What the engine knows of the runs among the points."""
    points = [point for lane in key.lanes for point in lane if _of_run(point)]
    if not points:
        return Given({}, {})
    engine = runs.engine()
    training = {point.source: engine.config(point.source) for point in points}
    weights = {point: _weights(point) for point in points}
    return Given(
        {name: one for name, one in training.items() if one is not None},
        {point: one for point, one in weights.items() if one is not None},
    )


def hold(found: Found) -> None:
    """Read the weights of every moment now: a run that goes on drops some before a later stage asks."""
    for point in (point for lane in found.lanes for point in lane.points):
        if _of_run(point):
            _weights(point)


def _weights(point: Point) -> Weights | None:
    return HELD.get(point, lambda: runs.engine().weights(point.source, point.lane, point.step))


def _of_run(point: Point) -> bool:
    return point.source not in ("example", *KNOWN)


def _seconds(key: Asked) -> float:
    return STAGES[key.stage].seconds


WORK: Work[Asked, tuple[Any]] = Work(_here, _seconds, 60, away=_measured, given=_given)
