"""From a sweep to its runs, each a `TrainConfig` of one lane and one seed, with a name that stays the same.

One run for each method, point and seed: so a sweep can be left and taken up at any point, spread over any
number of workers, and two sweeps share the runs that they have in common.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from neural.config import LaneConfig, TrainConfig
from neural.sweep import OF_LANES, SweepConfig, SweepMethod, Values, points


@dataclass(frozen=True)
class SweepRun:
    """One run of a sweep, and its place there.

    Attributes
    ----------
    method : SweepMethod
    point : tuple of (str, value)
        Its place on the sweep's grid.
    tuned : tuple of (str, value)
        Its place on the method's own grid.
    config : TrainConfig
    name : str
        See `name_of`.
    """

    method: SweepMethod
    point: Values
    tuned: Values
    config: TrainConfig
    name: str


@lru_cache(maxsize=64)
def runs_of(sweep: SweepConfig) -> tuple[SweepRun, ...]:
    """All runs, every method and point with the first seed before any with the second.

    Where a method ignores a parameter of the grid, runs of several points are one and have one name.

    Raises
    ------
    ValueError
        For a value that is out of its range, or a network that does not fit the images.
    """
    return tuple(
        _run(sweep, method, point, tuned, seed)
        for seed in sweep.seeds
        for point in points(sweep.grid)
        for method in sweep.methods
        for tuned in points(method.tuned)
    )


@lru_cache(maxsize=64)
def configs_of(sweep: SweepConfig) -> Mapping[str, TrainConfig]:
    """What is to be trained, by name, in the order of `runs_of`; nothing twice."""
    return MappingProxyType({run.name: run.config for run in runs_of(sweep)})


def name_of(config: TrainConfig) -> str:
    """16 hexadecimal digits that a configuration has on every machine and in every version.

    They are a hash of the values that differ from the defaults: a new parameter, off by default, leaves older
    names alone. Whoever relies on a name compares the configuration too.
    """
    values = _unlike_defaults(config) | {"lanes": [_unlike_defaults(lane) for lane in config.lanes]}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def _run(sweep: SweepConfig, method: SweepMethod, point: Values, tuned: Values, seed: int) -> SweepRun:
    values: dict[str, Any] = dict(sweep.fixed) | dict(point) | dict(method.values) | dict(tuned)
    # What the method does not use stays at its default: it makes no difference, and must make no other run.
    lane = {name: value for name, value in values.items() if name in method.parameters}
    run = {name: value for name, value in values.items() if name not in OF_LANES}
    for name, value in values.items():
        if name in OF_LANES and name not in lane:
            LaneConfig(method.method, **{name: value})  # its range holds nevertheless
    config = TrainConfig((LaneConfig(method.method, **lane),), seed=seed, **run)
    return SweepRun(method, point, tuned, config, name_of(config))


def _unlike_defaults(config: TrainConfig | LaneConfig) -> dict[str, Any]:
    values = asdict(config)
    return {f.name: values[f.name] for f in fields(config) if values[f.name] != f.default}
