"""The measurements of the page's stages: from points to plain numbers, in a compute process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.landscape.places import KNOWN, Point
from lab.landscape.results import Between, Control, Moment, Numbers, Way
from lab.landscape.sites import Given, Site, exact_at, fit, lane_of, site
from lab.params import LandscapeConfig
from neural.landscape.directions import filter_normalised, random_directions
from neural.landscape.functions import Estimate, Tell, part
from neural.landscape.line import between, line
from neural.landscape.plane import plane
from neural.landscape.sharpness import Sharpness, average_sharpness, sam_sharpness
from neural.landscape.slices import Slices, grid, slices
from neural.landscape.spectrum import Eigenvalues, density, top_eigenvalues
from neural.landscape.trace import hutchinson
from neural.landscape.trajectory import trajectory

if TYPE_CHECKING:
    from neural.landscape.surface import Surface

COARSE_POINTS, FINE_POINTS = 13, 31  # of a slice
COARSE_DIRECTIONS = 3
LARGEST = 5  # eigenvalues
PROBES = 32  # of the trace, and pairs of the average sharpness
QUICK_PROBES = 8  # of both, at each moment of the training
GRID = 17  # points of a plane along each axis
LINE_POINTS = 41
Lanes = Sequence[Sequence[Point]]


def coarse(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> tuple[Slices, ...]:
    """The slices of each lane along few directions, at few points."""
    count = min(COARSE_DIRECTIONS, config.directions)
    return _each(lanes, tell, lambda point, own: _cuts(point, config, given, count, COARSE_POINTS, own))


def fine(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> tuple[Slices, ...]:
    """The same along all directions, at many points."""
    return _each(
        lanes, tell, lambda point, own: _cuts(point, config, given, config.directions, FINE_POINTS, own)
    )


def numbers(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> tuple[Numbers, ...]:
    """Eigenvalues, density, trace and sharpness of each lane."""
    return _each(lanes, tell, lambda point, own: _numbers(point, config, given, own))


def training(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> tuple[list[Moment], ...]:
    """The numbers of every kept moment of each lane, less closely."""
    found = []
    for index, points in enumerate(lanes):
        own = part(tell, index / len(lanes), (index + 1) / len(lanes))
        shares = [part(own, i / len(points), (i + 1) / len(points)) for i in range(len(points))]
        found.append(
            [_moment(point, config, given, share) for point, share in zip(points, shares, strict=True)]
        )
    return tuple(found)


def ways(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> tuple[Way | None, ...]:
    """Each lane's trajectory in its principal plane; None for one that has no plane."""
    found = []
    for index, points in enumerate(lanes):
        found.append(_way(points, config, given, part(tell, index / len(lanes), (index + 1) / len(lanes))))
    return tuple(found)


def joined(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> Between:
    """The loss on the line between the two lanes."""
    (first,), (second,) = lanes
    train = line(_between(first, second, config, given, "train"), LINE_POINTS, part(tell, 0.0, 0.5))
    if first.source in KNOWN:
        return Between(train, None)
    test = line(_between(first, second, config, given, "test"), LINE_POINTS, part(tell, 0.5, 1.0))
    return Between(train, test)


def control(lanes: Lanes, config: LandscapeConfig, given: Given, tell: Tell) -> Control | None:
    """The first lane beside the same function with other weights; None where its layers have no such twin."""
    from neural.landscape.lanes import surface_of_rescaled

    (point,), *_ = lanes
    here = site(point, config, given)
    try:
        twin: Surface = surface_of_rescaled(*lane_of(point, given), config.images, config.alpha)
    except ValueError:
        return None
    there = Site(twin, twin.weights, twin.filters)
    raw = random_directions(here.landscape.size, config.directions, config.seed)
    whole = filter_normalised(raw, here.w, np.zeros(len(here.w), dtype=np.int64))
    steps, cuts = grid(config.reach, COARSE_POINTS), []
    for index, one in enumerate((here, there)):
        own = part(tell, index / 2, (index + 0.6) / 2)
        filtered = filter_normalised(raw, one.w, one.filters)
        for directions, share in ((whole, part(own, 0.0, 0.5)), (filtered, part(own, 0.5, 1.0))):
            cuts.append(slices(one.landscape.loss, one.w, directions, steps, share))
    top = [_top(one, config, 1, 1e-3, part(tell, 0.6, 0.8)) for one in (here, there)]
    rises = [
        _sharpness(one, config, found, 8, 1, part(tell, 0.8, 1.0))
        for one, found in zip((here, there), top, strict=True)
    ]
    return Control(
        plain=cuts[0],
        filtered=cuts[1],
        plain_rescaled=cuts[2],
        filtered_rescaled=cuts[3],
        eigenvalue=float(top[0].values[0]),
        eigenvalue_rescaled=float(top[1].values[0]),
        sharpness=rises[0].value,
        sharpness_rescaled=rises[1].value,
        difference=abs(here.landscape.loss(here.w) - there.landscape.loss(there.w)),
    )


# ---- one point ----


def _each(lanes: Lanes, tell: Tell, of_point: Callable[[Point, Tell], object]) -> tuple:
    """A result for the one point of each lane."""
    count = len(lanes)
    return tuple(
        of_point(points[0], part(tell, index / count, (index + 1) / count))
        for index, points in enumerate(lanes)
    )


def _cuts(point: Point, config: LandscapeConfig, given: Given, count: int, points: int, tell: Tell) -> Slices:
    here = site(point, config, given)
    raw = random_directions(here.landscape.size, count, config.seed)
    if point.source in KNOWN:
        directions = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    else:
        groups = here.filters if config.normalise else np.zeros_like(here.filters)
        directions = filter_normalised(raw, here.w, groups)
    return slices(here.landscape.loss, here.w, directions, grid(config.reach, points), tell)


def _numbers(point: Point, config: LandscapeConfig, given: Given, tell: Tell) -> Numbers:
    here = site(point, config, given)
    landscape, w = here.landscape, here.w
    product = landscape.hessian(w)
    top = _top(here, config, LARGEST, 1e-4, part(tell, 0.0, 0.35))
    seed = config.seed
    return Numbers(
        loss=landscape.loss(w),
        gradient_norm=float(np.linalg.norm(landscape.gradient(w))),
        eigenvalues=top.values,
        density=density(product, landscape.size, seed=seed, tell=part(tell, 0.35, 0.65)),
        trace=hutchinson(product, landscape.size, PROBES, seed, part(tell, 0.65, 0.75)),
        sharpness=_sharpness(here, config, top, 12, 2, part(tell, 0.75, 0.9)),
        average=average_sharpness(landscape.loss, w, config.rho, PROBES, seed, part(tell, 0.9, 1.0)),
        fit=fit(point, given),
        exact=exact_at(point, config),
    )


def _moment(point: Point, config: LandscapeConfig, given: Given, tell: Tell) -> Moment:
    here = site(point, config, given)
    landscape, w, seed = here.landscape, here.w, config.seed
    loss = landscape.loss(w)
    if not np.isfinite(loss):
        unknown = Estimate(np.nan, np.nan, 0)
        return Moment(point.step, np.nan, np.nan, unknown, np.nan, unknown, None)
    top = _top(here, config, 1, 1e-2, part(tell, 0.0, 0.4))
    return Moment(
        step=point.step,
        loss=loss,
        eigenvalue=float(top.values[0]),
        trace=hutchinson(landscape.hessian(w), landscape.size, QUICK_PROBES, seed, part(tell, 0.4, 0.6)),
        sharpness=_sharpness(here, config, top, 3, 1, part(tell, 0.6, 0.8)).value,
        average=average_sharpness(landscape.loss, w, config.rho, QUICK_PROBES, seed, part(tell, 0.8, 1.0)),
        fit=fit(point, given),
    )


def _top(here: Site, config: LandscapeConfig, count: int, tolerance: float, tell: Tell) -> Eigenvalues:
    size = here.landscape.size
    return top_eigenvalues(
        here.landscape.hessian(here.w), size, min(count, size), tolerance, config.seed, tell
    )


def _sharpness(
    here: Site, config: LandscapeConfig, top: Eigenvalues, steps: int, starts: int, tell: Tell
) -> Sharpness:
    landscape, also = here.landscape, (top.vectors[0],)
    return sam_sharpness(
        landscape.loss, landscape.gradient, here.w, config.rho, steps, starts, also, config.seed, tell
    )


def _way(points: Sequence[Point], config: LandscapeConfig, given: Given, tell: Tell) -> Way | None:
    sites = [site(point, config, given) for point in points]
    try:
        found = trajectory(np.stack([one.w for one in sites]))
    except ValueError:  # too few moments, or the weights never moved
        return None
    x, y = found.span(0.25, GRID)
    seen = plane(sites[-1].landscape.loss, found.centre, found.first, found.second, x, y, tell)
    return Way(found.path, found.explained, seen)


def _between(
    first: Point, second: Point, config: LandscapeConfig, given: Given, images: str
) -> Callable[[float], float]:
    a, b = (site(point, config, given, images) for point in (first, second))
    if first.source in KNOWN:
        return between(a.landscape.loss, a.w, b.w)
    return a.landscape.towards(b.landscape)  # type: ignore[attr-defined]
