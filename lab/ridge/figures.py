"""Figures of a comparison: results in, `go.Figure` out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.ridge.cost import evaluations
from lab.ridge.curves import Array, Curve, gathered, ranged, thinned
from lab.ridge.falls import Fall, falls, guides
from lab.ridge.guarantees import Drawn
from lab.ui.theme import CAP, plain_figure, plain_guide, plain_layout, style
from synthetic import PolyakStep, Result
from synthetic.result import Track

FLOOR = 1e-32  # below this a run in double precision would show rounding, not convergence
CEILING = 1e38  # single precision ends here; a run that comes so far is on its way to infinity
X_TITLES = {"t": "iteration t", "evals": "gradient evaluations", "s": "seconds of the simulator"}
HELD = {
    "distance": ("Distance under its bounds", "‖x − x*‖²"),
    "average": ("Averaged iterate under its bounds", "f(x̄) − f*"),
}
BOUND_DASHES = {"T3.1": "dash", "T3.2": "dash", "rate": "dot"}


@dataclass(frozen=True)
class View:
    """How to draw: horizontal axis ("t", "evals", "s"), its scale, what of several trials."""

    x: str = "t"
    log_x: bool = False
    center: str = "mean"

    @property
    def revision(self) -> str:
        """A zoom belongs to this axis."""
        return f"{self.x}{int(self.log_x)}"

    def of(self, track: Track, iterations: np.ndarray | None = None) -> Array:
        """Positions on the axis of iterations of a track (by default those recorded)."""
        t = track.iterations if iterations is None else iterations
        if self.x == "evals":
            return evaluations(track, t)
        if self.x == "s":
            return t * (track.seconds / len(track.loss) / track.iterations[-1])
        return t

    def layout(self, title: str, y: str, *, log_y: bool = True, revision: str = "") -> dict[str, Any]:
        """The layout of a chart of this view."""
        revision = self.revision + revision
        return plain_layout(title, X_TITLES[self.x], y, log_x=self.log_x, log_y=log_y, revision=revision)


def relative_gap(result: Result, view: View) -> go.Figure:
    """(f(x^t) − f*)/(f(x⁰) − f*) of every method."""
    layout = view.layout("Relative gap", "(f(x) − f*) / (f(x⁰) − f*)")
    return plain_figure(_lines(result, "relative_gap", view), layout)


def held(result: Result, bounds: Iterable[Drawn], what: str, view: View) -> go.Figure:
    """‖x^t − x*‖² or f(x̄^t) − f* of every method, under the bounds that hold over it."""
    title, y = HELD[what]
    layout = view.layout(title, y, revision=what)
    name = {"distance": "distance_sq", "average": "gap_of_average"}[what]
    return plain_figure([*_lines(result, name, view), *(_bound(bound, view) for bound in bounds)], layout)


def grad_norm(result: Result, view: View) -> go.Figure:
    """‖∇f(x^t)‖ of every method, on all the data."""
    return plain_figure(_lines(result, "grad_norm", view), view.layout("Gradient norm", "‖∇f(x)‖"))


def gamma(result: Result, view: View, gamma_b: float) -> go.Figure:
    """γ_t: the geometric mean over each stretch of the axis, and the range of all values in it.

    Where a curve falls far below all others the picture ends above it, and says so (`lab.ridge.falls`).
    """
    layout = view.layout("Step size γ<sub>t</sub>", "γ")
    layout["margin"] = layout["margin"] | {"r": 58}
    traces = []
    for track in result.tracks.values():
        known = track.gamma[:, :-1]
        found = ranged(view.of(track)[:-1], known, view.log_x)
        if np.nanmax(found.high / found.low, initial=1.0) > 1.0 + 1e-9:
            traces.append(_band(track, found.x, Curve(found.mean, found.low, found.high), 0.16))
        look = style(track.method.key)
        traces.append(
            _trace(track, found.x, found.mean) | {"line": _line(track) | {"width": min(look.width, 2.0)}}
        )
    for value, text in guides(result, gamma_b):
        side = {"1/L": "bottom", "1/(2L)": "top"}.get(text, "middle")
        plain_guide(layout, value, text, inside=text == CAP, side=side)
    ends, fallen = falls(result, gamma_b)
    if fallen:  # a double click shows all
        layout["yaxis"] |= {"range": ends}
        layout["annotations"] += [_fall(fall, ends[0], view, line) for line, fall in enumerate(fallen)]
    return plain_figure(traces, layout)


def _fall(fall: Fall, end: int, view: View, line: int) -> dict[str, Any]:
    """A note at the lower edge, where a curve leaves the picture."""
    first, last = (
        float(x) for x in view.of(fall.track, np.array([max(fall.iteration, 1), fall.track.iterations[-1]]))
    )
    late = (math.log(first) / math.log(last) if view.log_x and last > 1 else first / last) > 0.5
    return {
        "text": f"{fall.track.method.name} falls to {fall.lowest:.0e} ↓",
        "x": math.log10(first) if view.log_x else first,
        "y": end,
        "xanchor": "right" if late else "left",
        "yanchor": "bottom",
        "xshift": -6 if late else 6,
        "yshift": 15 * line,
        "showarrow": False,
        "font": {"color": style(fall.track.method.key).color, "size": 12},
    }


def shares(result: Result, view: View) -> go.Figure:
    """Share of the steps so far that the cap cut (full lines) and the safeguard raised to 0 (dotted)."""
    layout = view.layout("Capped and clamped steps", "share of the steps so far", log_y=False)
    layout["yaxis"] |= {"tickformat": ".0%", "range": [-0.03, 1.03]}
    traces = []
    for track in result.tracks.values():
        if not isinstance(track.method, PolyakStep):
            continue
        x = view.of(track)
        for array, words, dash in (
            (track.capped_share, "capped", style(track.method.key).dash),
            (track.clamped_share, "clamped", "dot"),
        ):
            mean = np.mean(array[:, 1:], 0)
            keep = thinned(x[1:], mean, view.log_x)
            trace = _trace(track, x[1:][keep], mean[keep], floor=-1.0)
            line = _line(track) | {"dash": dash} | ({"width": 1.3} if words == "clamped" else {})
            traces.append(
                trace | {"name": f"{track.method.name}, {words}", "line": line, "hovertemplate": "%{y:.1%}"}
            )
    return plain_figure(traces, layout)


def _lines(result: Result, name: str, view: View) -> list[dict[str, Any]]:
    """One line for each method, and its band under it where there are several trials."""
    traces = []
    for track in result.tracks.values():
        x, curve = view.of(track), gathered(track, name, view.center)
        keep = thinned(x, curve.line, view.log_x)
        if result.config.trials > 1:
            traces.append(_band(track, x[keep], curve.at(keep), 0.18))
        traces.append(_trace(track, x[keep], curve.line[keep]))
    return traces


def _band(track: Track, x: Array, curve: Curve, opacity: float) -> dict[str, Any]:
    """The area between two edges, as one closed outline."""
    inside = (curve.low > 0) & (curve.high < CEILING)
    outline = np.concatenate([curve.high[inside], curve.low[inside][::-1]])
    around = np.concatenate([x[inside], x[inside][::-1]])
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _positions(around),
        "y": np.maximum(outline, FLOOR).astype(np.float32),
        "name": f"{track.method.name}, range",
        "legendgroup": track.method.key,
        "line": {"width": 0},
        "fill": "toself",
        "fillcolor": style(track.method.key).color,
        "opacity": opacity,
        "hoverinfo": "skip",
    }


def _bound(bound: Drawn, view: View) -> dict[str, Any]:
    """A bound's thin dashed line in the colour of its method."""
    first = bound.name.split(" ")[0]
    line = {
        "color": style(bound.track.method.key).color,
        "dash": BOUND_DASHES.get(first, "dashdot"),
        "width": 1.1,
    }
    trace = _trace(bound.track, view.of(bound.track, bound.iterations), bound.values)
    changes = {"name": f"{bound.name} bounds {bound.track.method.name}", "line": line, "mode": "lines"}
    trace.pop("marker")
    return trace | changes | {"meta": {"bound": True}}


def _line(track: Track) -> dict[str, Any]:
    look = style(track.method.key)
    return {"color": look.color, "dash": look.dash, "width": look.width}


def _trace(track: Track, x: Array, y: Array, floor: float = FLOOR) -> dict[str, Any]:
    """A line in single precision, all that a screen shows, between `floor` and `CEILING`."""
    look = style(track.method.key)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": _positions(x),
        "y": np.where((y > floor) & (y < CEILING), y, np.nan).astype(np.float32),
        "name": track.method.name,
        "legendgroup": track.method.key,
        "line": _line(track),
        "marker": {"symbol": look.marker, "size": 6, "color": look.color, "maxdisplayed": 6},
        "hovertemplate": "%{y:.3g}",
    }


def _positions(x: Array) -> np.ndarray:
    """Positions on the axis in as few bytes as they need."""
    whole = np.issubdtype(x.dtype, np.integer)
    return x.astype(np.uint16 if len(x) and x.max() < 65536 else np.int32) if whole else x.astype(np.float32)
