"""The figures of One step as the browser draws them at one step (js/steps.js), for a file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

CURVE_POINTS = 61
Pair = Sequence[float]


def filled(figure: go.Figure, frames: Mapping[str, Any], t: int) -> go.Figure:
    """The figure at step t, from 0 on.

    Parameters
    ----------
    figure : go.Figure
        Not changed.
    frames : mapping
        See `lab.one_step.frames`.
    t : int
    """
    plain = figure.to_plotly_json()
    return go.Figure({**plain, "data": [trace_at(trace, frames, t) for trace in plain["data"]]})


def axes_at(frames: Mapping[str, Any], t: int) -> dict[str, list[float]]:
    """Ends of the γ axis and of the distance axis at a step."""
    return {name: [end[t] for end in ends] for name, ends in frames["axes"].items()}


def trace_at(trace: Mapping[str, Any], frames: Mapping[str, Any], t: int) -> dict[str, Any]:
    """A trace at a step; after its last step a method stays where it is."""
    meta = trace.get("meta") or {}
    if "lane" not in meta:
        return dict(trace)
    lane = frames["lanes"][meta["lane"]]
    i = min(t, lane["steps"] - 1)
    if "trail" in meta:
        x, y = (axis[: i + 1] for axis in lane["points"][meta["trail"]])
    elif "curve" in meta:
        x, y = _parabola(lane["numbers"], meta["curve"], i, axes_at(frames, t)["gamma"])
    elif "over" in meta:
        known = _numbers_at(frames, lane, i, t)
        x, y = ([known[pair[side]] for pair in meta["over"]] for side in (0, 1))
    else:
        return _through(trace, meta, lane, i)
    return {**trace, "x": list(x), "y": list(y)}


def _through(
    trace: Mapping[str, Any], meta: Mapping[str, Any], lane: Mapping[str, Any], i: int
) -> dict[str, Any]:
    """Named points; nothing where both are the same, or the only one is that of `unless`."""

    def at(name: str) -> Pair:
        return [axis[i] for axis in lane["points"][name]]

    found = [at(name) for name in meta["points"]]
    alike = len(found) == 2 and found[0] == found[1]
    if alike or ("unless" in meta and found[0] == at(meta["unless"])):
        found = [[None, None] for _ in found]  # type: ignore[list-item]
    drawn = {**trace, "x": [x for x, _ in found], "y": [y for _, y in found]}
    if "away" in meta:
        drawn["textposition"] = _side(*map(at, meta["away"]), across=meta.get("across", False))
    return drawn


def _numbers_at(frames: Mapping[str, Any], lane: Mapping[str, Any], i: int, t: int) -> dict[str, Any]:
    axes = axes_at(frames, t)
    (left, right), (bottom, top) = axes["gamma"], axes["distance"]
    ends = {"left": left, "right": right, "bottom": bottom, "top": top}
    numbers = {name: values[i] for name, values in lane["numbers"].items()}
    return {**numbers, "gamma_b": frames["gamma_b"], **ends}


def _parabola(numbers: Mapping[str, Any], cross: str, i: int, ends: Pair) -> tuple[list[float], list[float]]:
    low, high = ends
    x = [low + (high - low) * k / (CURVE_POINTS - 1) for k in range(CURVE_POINTS)]
    distance, product, square = (numbers[name][i] for name in ("distance_sq", cross, "norm_sq"))
    return x, [distance - 2 * gamma * product + gamma**2 * square for gamma in x]


def _side(point: Pair, other: Pair, *, across: bool) -> str:
    """A label stands on the side of its point that is turned away from the other one, or across to that."""
    (x, y), (from_x, from_y) = point, other
    dx, dy = (y - from_y, from_x - x) if across else (x - from_x, y - from_y)
    length = math.hypot(dx, dy)
    if not length > 0:
        return "top right"
    vertical = "top" if dy > 0.4 * length else "bottom" if dy < -0.4 * length else "middle"
    horizontal = "right" if dx > 0.4 * length else "left" if dx < -0.4 * length else "center"
    return "top right" if (vertical, horizontal) == ("middle", "center") else f"{vertical} {horizontal}"
