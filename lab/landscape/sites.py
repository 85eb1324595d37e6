"""The place of a point: the loss around it as a function of the weights, and what is known there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.landscape import exact, example
from lab.landscape.places import KNOWN, Point
from lab.landscape.results import Exact, Fit
from lab.params import LandscapeConfig
from neural.config import TrainConfig
from neural.landscape.functions import Landscape, Vector
from runs.moments import Weights


@dataclass(frozen=True)
class Given:
    """What the app knows of runs: what each trains, by its name, and the weights of points."""

    training: Mapping[str, TrainConfig]
    weights: Mapping[Point, Weights]


@dataclass(frozen=True)
class Site:
    """A landscape, the point w in it, and the filter that each weight belongs to."""

    landscape: Landscape
    w: Vector
    filters: NDArray[np.int64]


def site(point: Point, config: LandscapeConfig, given: Given, part: str = "train") -> Site:
    """The place of a point; `part` of a network's images. Torch is loaded for a network."""
    if point.source in KNOWN:
        known = exact.known(config)
        functions = known.functions
        return Site(functions, known.ways[point.lane][point.step], np.zeros(functions.size, dtype=np.int64))
    from neural.landscape.lanes import surface_at

    surface = surface_at(*lane_of(point, given), config.images, part)
    return Site(surface, surface.weights, surface.filters)


def lane_of(point: Point, given: Given) -> tuple[TrainConfig, Weights]:
    """What a network trains with, and its weights at a point."""
    if point.source == "example":
        return example.config(), example.weights(point.lane, point.step)
    return given.training[point.source], given.weights[point]


def fit(point: Point, given: Given) -> Fit | None:
    """Losses and accuracies of a network; None for what is known exactly."""
    if point.source in KNOWN:
        return None
    from neural.landscape.lanes import evaluations

    train, test = evaluations(*lane_of(point, given))
    return Fit(train.loss, train.accuracy, test.loss, test.accuracy)


def exact_at(point: Point, config: LandscapeConfig) -> Exact | None:
    """The answers where they are known; None for a network."""
    if point.source not in KNOWN:
        return None
    known = exact.known(config)
    w = known.ways[point.lane][point.step]
    return Exact(
        np.linalg.eigvalsh(known.matrix(w))[::-1].astype(np.float64),
        known.greatest(w, config.rho),
        known.average(w, config.rho),
        known.on_a_grid,
    )
