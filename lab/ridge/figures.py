"""Figures of a comparison: the result in, a `Drawing` out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lab.params import RidgeConfig
from lab.ridge.axis import layout, positions
from lab.ridge.curves import Curve, gathered, ranged, thinned
from lab.ridge.falls import Fall
from lab.ridge.guarantees import BOUNDED, BoundLine
from lab.ridge.result import RidgeResult
from lab.ridge.traces import FLOOR, band, bound_dash, line, line_style
from lab.ui.drawing import Drawing
from lab.ui.theme import CAP, RESOLUTION, drawing, plain_guide, style
from synthetic import PolyakStep
from synthetic.result import Track

HELD = {
    "distance": ("Distance under its bounds", "‖x − x*‖²"),
    "average": ("Averaged iterate under its bounds", "f(x̄) − f*"),
}
GUIDE_SIDES = {"1/L": "bottom", "1/(2L)": "top"}


def relative_gap(result: RidgeResult) -> Drawing:
    """(f(x^t) − f*)/(f(x⁰) − f*) of every method."""
    return drawing(
        _lines(result, "relative_gap"), layout(result.config, "Relative gap", "(f(x) − f*) / (f(x⁰) − f*)")
    )


def held(result: RidgeResult) -> Drawing:
    """‖x^t − x*‖² or f(x̄^t) − f* of every method, under its bounds, down to the resolution."""
    config, floor = result.config, result.resolution
    title, y = HELD[config.held]
    bounds = [_bound(config, bound, floor) for bound in result.bound_lines]
    plain = layout(config, title, y, revision=config.held)
    if result.sinks:
        plain_guide(plain, floor, RESOLUTION, inside=True)
    return drawing([*_lines(result, BOUNDED[config.held], floor), *bounds], plain)


def grad_norm(result: RidgeResult) -> Drawing:
    """‖∇f(x^t)‖ of every method, on all the data."""
    return drawing(_lines(result, "grad_norm"), layout(result.config, "Gradient norm", "‖∇f(x)‖"))


def gamma(result: RidgeResult) -> Drawing:
    """γ_t: the geometric mean over each stretch of the axis, and the range of all values in it.

    Where a curve falls far below all others the picture ends above it, and says so (`lab.ridge.falls`).
    """
    config, picture = result.config, result.gamma_picture
    plain = layout(config, "Step size γ<sub>t</sub>", "γ")
    plain["margin"] |= {"r": 58}
    for value, text in picture.guides:
        plain_guide(plain, value, text, inside=text == CAP, side=GUIDE_SIDES.get(text, "middle"))
    if picture.ends:  # a double click shows all
        plain["yaxis"] |= {"range": list(picture.ends)}
        plain["annotations"] += [
            _fall(config, fall, picture.ends[0], row) for row, fall in enumerate(picture.falls)
        ]
    traces = [trace for track in result.tracks.values() for trace in _step_sizes(config, track)]
    return drawing(traces, plain)


def shares(result: RidgeResult) -> Drawing:
    """Share of the steps so far that the cap cut (own style) and the safeguard raised to 0 (thin, dotted)."""
    plain = layout(result.config, "Capped and clamped steps", "share of the steps so far", log_y=False)
    plain["yaxis"] |= {"tickformat": ".0%", "range": [-0.03, 1.03]}
    traces = []
    for track in result.tracks.values():
        if isinstance(track.method, PolyakStep):
            traces.append(_share(result.config, track, "capped", line_style(track)))
            dotted = line_style(track) | {"dash": "dot", "width": 1.3}
            traces.append(_share(result.config, track, "clamped", dotted))
    return drawing(traces, plain)


def _lines(result: RidgeResult, name: str, floor: float = FLOOR) -> list[dict[str, Any]]:
    """One line for each method, and its band under it where there are several trials."""
    config, traces = result.config, []
    for track in result.tracks.values():
        x, curve = positions(config, track), gathered(track, name, config.center)
        keep = thinned(x, curve.line, config.log_x)
        if config.trials > 1:
            traces.append(band(track, x[keep], curve.at(keep), 0.18, floor))
        traces.append(line(track, x[keep], curve.line[keep], floor))
    return traces


def _bound(config: RidgeConfig, bound: BoundLine, floor: float) -> dict[str, Any]:
    """A bound's thin line in the colour of its method."""
    trace = line(bound.track, positions(config, bound.track, bound.iterations), bound.values, floor)
    del trace["marker"]
    return trace | {
        "name": f"{bound.name} bounds {bound.track.method.name}",
        "line": {"color": style(bound.track.method.key).color, "dash": bound_dash(bound.name), "width": 1.1},
        "mode": "lines",
        "meta": {"bound": True},
    }


def _step_sizes(config: RidgeConfig, track: Track) -> list[dict[str, Any]]:
    """The line of γ_t of one method, and the range of its values where there are several in a stretch."""
    found = ranged(positions(config, track)[:-1], track.gamma[:, :-1], config.log_x)
    trace = line(track, found.x, found.mean)
    trace["line"] |= {"width": min(trace["line"]["width"], 2.0)}
    if np.nanmax(found.high / found.low, initial=1.0) > 1.0 + 1e-9:
        return [band(track, found.x, Curve(found.mean, found.low, found.high), 0.16), trace]
    return [trace]


def _fall(config: RidgeConfig, fall: Fall, end: int, row: int) -> dict[str, Any]:
    """A note at the lower edge, where a curve leaves the picture."""
    ends = np.array([max(fall.iteration, 1), fall.track.iterations[-1]])
    first, last = (float(x) for x in positions(config, fall.track, ends))
    late = (math.log(first) / math.log(last) if config.log_x and last > 1 else first / last) > 0.5
    return {
        "text": f"{fall.track.method.name} falls to {fall.lowest:.0e} ↓",
        "x": math.log10(first) if config.log_x else first,
        "y": end,
        "xanchor": "right" if late else "left",
        "yanchor": "bottom",
        "xshift": -6 if late else 6,
        "yshift": 15 * row,
        "showarrow": False,
        "font": {"color": style(fall.track.method.key).color, "size": 12},
    }


def _share(config: RidgeConfig, track: Track, what: str, look: dict[str, Any]) -> dict[str, Any]:
    """The mean share over the trials, "capped" or "clamped"."""
    x = positions(config, track)[1:]
    mean = np.mean(getattr(track, f"{what}_share")[:, 1:], 0)
    keep = thinned(x, mean, config.log_x)
    trace = line(track, x[keep], mean[keep], floor=-1.0)
    return trace | {"name": f"{track.method.name}, {what}", "line": look, "hovertemplate": "%{y:.1%}"}
