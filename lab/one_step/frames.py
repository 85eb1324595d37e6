"""The numbers that move the figures of One step: named points and numbers of every step, for the browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lab.one_step.axes import axes
from lab.one_step.compute import VIEWS, OneStepResult
from lab.ui.theme import style
from synthetic.problem import Array
from synthetic.walk import Way

DIGITS = 6
LONG = 4 * VIEWS[-1]  # half the length of a line that crosses the picture
SECOND = {"x", "e", "next", "foot", "landing"}  # what is drawn of a second method


def frames(result: OneStepResult) -> dict[str, Any]:
    """Points and numbers of every step of every way, and the axes of the parabola.

    Returns
    -------
    dict
        "lanes": for each way its label, colour, `steps` T, `points` (name to [first, second coordinates]),
        `numbers` (name to T values) and `decided`. "axes": `gamma` and `distance`, [low, high] of each step.
        Numbers are rounded to `DIGITS` significant digits; what is not finite is None.
    """
    gamma, distance = axes(result.ways)
    return {
        "lanes": [_lane(result, lane, way) for lane, way in enumerate(result.ways)],
        "axes": {"gamma": [_list(end) for end in gamma], "distance": [_list(end) for end in distance]},
        "f_star": result.f_star,
        "gamma_b": result.config.gamma_b if result.capped else None,
    }


def _lane(result: OneStepResult, lane: int, way: Way) -> dict[str, Any]:
    """The steps of one method; of a second one only the points in `SECOND`."""
    points = _graph_points(result, way) if result.flat else _plane_points(way)
    numbers = {
        "f_e": way.loss_e, "inner": way.inner, "N": way.N, "norm_sq": way.norm_sq, "ratio": way.ratio,
        "gamma": way.gamma, "f_x": way.loss_x, "distance_sq": way.distance_sq, "cross": way.cross,
        "after": way.truth(way.gamma), "vertex": way.bound(way.ratio), "promised": way.bound(way.gamma),
    }  # fmt: skip
    return {
        "label": way.plan.name,
        "color": style(way.plan.key).color,
        "adaptive": way.adaptive,
        "steps": way.steps,
        "travel": ["foot", "landing"] if result.flat else ["x", "next"],
        "points": {
            name: [_list(point[:, 0]), _list(point[:, 1])]
            for name, point in points.items()
            if not lane or name in SECOND
        },
        "numbers": {name: _list(values) for name, values in numbers.items()},
        "decided": list(way.decided),
        "left_at": left_at(way, result.view),
        "diverged_at": way.diverged_at,
    }


def left_at(way: Way, view: float) -> int | None:
    """The first step whose x⁺ is outside the picture."""
    outside = np.flatnonzero(~np.all(np.abs(way.x_next) <= view, axis=1))
    return int(outside[0]) if outside.size else None


def _plane_points(way: Way) -> dict[str, Array]:
    """Points of the plane: the line where the tangent at e is ℓ* is that through `target`, across ∇f(e)."""
    target = way.x - way.ratio[:, None] * way.grad_e
    norm = np.sqrt(way.norm_sq)[:, None]
    across = np.divide(way.grad_e[:, ::-1] * [-1, 1], norm, out=np.full_like(way.x, np.nan), where=norm > 0)
    moved = np.abs(way.ratio - way.gamma) > 1e-12 * np.abs(way.ratio)
    return {
        "x": way.x,
        "e": way.e,
        "tip": way.x + way.grad_x,
        "next": way.x_next,
        "target": np.where(moved[:, None], target, np.nan),
        "level_a": target - LONG * across,
        "level_b": target + LONG * across,
    }


def _graph_points(result: OneStepResult, way: Way) -> dict[str, Array]:
    """Points of the graph: `foot` and `landing` lie at height ℓ*, the tangent reaches ℓ* at `target`."""

    def at(x: Array, height: Array | float) -> Array:
        return np.stack([x, np.broadcast_to(height, x.shape)], -1)

    x, e, after, slope = way.x[:, 0], way.e[:, 0], way.x_next[:, 0], way.grad_e[:, 0]
    ends = np.full_like(x, -LONG), np.full_like(x, LONG)
    moved = np.abs(way.ratio - way.gamma) > 1e-12 * np.abs(way.ratio)
    return {
        "x": at(x, way.loss_x),
        "e": at(e, way.loss_e),
        "next": at(after, result.function.loss(way.x_next)),
        "foot": at(x, result.f_star),
        "half": at(x, result.f_star + way.N / 2),
        "gap": at(x, result.f_star + way.N),
        "landing": at(after, result.f_star),
        "target": at(np.where(moved, x - way.ratio * slope, np.nan), result.f_star),
        "tangent_a": at(ends[0], way.loss_e + slope * (ends[0] - e)),
        "tangent_b": at(ends[1], way.loss_e + slope * (ends[1] - e)),
    }


def _list(values: Array) -> list[float | None]:
    return [float(f"{v:.{DIGITS}g}") if math.isfinite(v) else None for v in values.tolist()]
