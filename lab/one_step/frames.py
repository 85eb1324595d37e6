"""The numbers that move the figures of One step: named points and numbers of every step, for the browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lab.one_step.compute import VIEW, Outcome, Way
from lab.ui.theme import style
from synthetic.problem import Array

DIGITS = 6
LONG = 4 * VIEW  # half the length of a line that crosses the picture
SECOND = {"x", "e", "next", "foot", "landing"}  # what is drawn of a second method


def frames(outcome: Outcome) -> dict[str, Any]:
    """Points and numbers of every step of every way, and the axes of the parabola.

    Returns
    -------
    dict
        "lanes": for each way its label, colour, `steps` T, `points` (name to [first, second coordinates]),
        `numbers` (name to T values) and `decided`. "axes": `gamma` and `distance`, [low, high] of each step.
        Numbers are rounded to `DIGITS` significant digits; what is not finite is None.
    """
    axes = _axes(outcome)
    lanes = []
    for lane, way in enumerate(outcome.ways):
        points = _graph_points(outcome, way) if outcome.variables == 1 else _plane_points(way)
        numbers = {
            "f_e": way.loss_e, "inner": way.inner, "N": way.N, "norm_sq": way.norm_sq, "ratio": way.ratio,
            "gamma": way.gamma, "f_x": way.loss_x, "distance_sq": way.distance_sq, "cross": way.cross,
            "after": way.truth(way.gamma), "vertex": way.bound(way.ratio), "promised": way.bound(way.gamma),
        }  # fmt: skip
        lanes.append(
            {
                "label": way.plan.name,
                "color": style(way.plan.key).color,
                "adaptive": way.adaptive,
                "steps": way.steps,
                "travel": ["foot", "landing"] if outcome.variables == 1 else ["x", "next"],
                "points": {
                    name: [_list(p[:, 0]), _list(p[:, 1])]
                    for name, p in points.items()
                    if not lane or name in SECOND
                },
                "numbers": {name: _list(values) for name, values in numbers.items()},
                "decided": list(way.decided),
                "left_at": way.left_at,
                "diverged_at": way.diverged_at,
            }
        )
    gamma, distance = axes
    return {
        "lanes": lanes,
        "axes": {"gamma": [_list(end) for end in gamma], "distance": [_list(end) for end in distance]},
        "f_star": outcome.f_star,
        "gamma_b": outcome.gamma_b if math.isfinite(outcome.gamma_b) else None,
    }


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


def _graph_points(outcome: Outcome, way: Way) -> dict[str, Array]:
    """Points of the graph: `foot` and `landing` lie at height ℓ*, the tangent reaches ℓ* at `target`."""

    def at(x: Array, height: Array | float) -> Array:
        return np.stack([x, np.broadcast_to(height, x.shape)], -1)

    x, e, after, slope = way.x[:, 0], way.e[:, 0], way.x_next[:, 0], way.grad_e[:, 0]
    ends = np.full_like(x, -LONG), np.full_like(x, LONG)
    moved = np.abs(way.ratio - way.gamma) > 1e-12 * np.abs(way.ratio)
    return {
        "x": at(x, way.loss_x),
        "e": at(e, way.loss_e),
        "next": at(after, outcome.function.loss(way.x_next)),
        "foot": at(x, outcome.f_star),
        "half": at(x, outcome.f_star + way.N / 2),
        "gap": at(x, outcome.f_star + way.N),
        "landing": at(after, outcome.f_star),
        "target": at(np.where(moved, x - way.ratio * slope, np.nan), outcome.f_star),
        "tangent_a": at(ends[0], way.loss_e + slope * (ends[0] - e)),
        "tangent_b": at(ends[1], way.loss_e + slope * (ends[1] - e)),
    }


def _axes(outcome: Outcome) -> tuple[Array, Array]:
    """Ends of the γ axis and of the distance axis, (2, T) each, rounded so that they seldom change.

    They fit the first way. What a second one, or a ratio far above the cap, would need
    is followed only so far.
    """
    first, *others = outcome.ways
    steps = max(way.steps for way in outcome.ways)

    def whole(values: Array) -> Array:
        return np.concatenate([values, np.full(steps - len(values), values[-1])])

    ratio, gamma = whole(first.ratio), whole(first.gamma)
    capped = (ratio > gamma) & (gamma > 0)
    wide = 2.2 * np.where(capped, np.minimum(ratio, 6 * gamma), np.abs(ratio))
    wide = np.maximum(wide, np.minimum(1.2 * whole(_lowest(first)), 1.5 * wide))
    high = whole(np.maximum(first.distance_sq, first.truth(first.gamma)))
    for way in others:
        wide = np.maximum(wide, np.minimum(1.3 * whole(way.gamma), 3 * wide))
        high = np.maximum(high, np.minimum(whole(way.distance_sq), 4 * high))
    bottom = whole(first.bound(np.minimum(first.ratio, wide[: first.steps])))
    top = np.array([nice(1.15 * value) for value in high])
    back = np.where(ratio < 0, -1.3 * ratio, 0.0)
    # A bound that falls steeply left of 0 would be a vertical line: then its lowest point is left out.
    N = whole(first.N)
    reach = np.divide(3 * top, -2 * N, out=np.full_like(N, np.inf), where=(ratio < 0) & (N < 0))
    back, wide = np.minimum(back, reach), np.where(back > reach, reach, wide)
    left = [-nice(value) if value > 0 else 0.0 for value in back]
    low = np.maximum([-nice(-1.1 * value) if value < 0 else 0.0 for value in bottom], -2 * top)
    return np.array([left, [nice(value) for value in wide]]), np.array([low, top])


def _lowest(way: Way) -> Array:
    """The γ at which the truth is lowest, ⟨∇f(e), x − x*⟩/‖∇f(e)‖², (T,)."""
    return np.divide(way.cross, way.norm_sq, out=np.zeros_like(way.cross), where=way.norm_sq > 0)


def nice(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 times a power of ten; 1 for 0 and for what is not finite."""
    if not (math.isfinite(value) and value > 1e-300):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(m for m in (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0) if m * power >= value * (1 - 1e-9)) * power


def _list(values: Array) -> list[float | None]:
    return [float(f"{v:.{DIGITS}g}") if math.isfinite(v) else None for v in values.tolist()]
