"""The picture of each lesson: a result in, `go.Figure` out; before the prediction without its answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lab.lessons import plane_figures, valleys
from lab.lessons.compute import Ball, LessonResult, Recorded, Valleys, Walks, scene_of
from lab.lessons.traces import band, dots, line, lined, point
from lab.ui.theme import CAP, GUIDE, INK, MODEL, UPHILL, plain_figure, plain_guide, plain_layout, style

HEIGHT = 420
EARLY = 30  # iterations that are drawn before a prediction
QUIET_BELOW = 1e-17  # a gap that is drawn no lower


def picture(result: LessonResult, *, told: bool, why: bool = False, guess: float | None = None) -> go.Figure:
    """The picture of a lesson.

    Parameters
    ----------
    result : LessonResult
    told : bool
        Whether it shows what is to be predicted.
    why : bool
        Whether it is the one beside the explanation.
    guess : float, optional
        A prediction to mark.
    """
    if why and result.config.lesson in WHY:
        return WHY[result.config.lesson](result)
    drawn = PICTURES[result.config.lesson](result, told)
    if guess is not None:
        height = result.config.bound  # the only lesson with one asks where a line comes down to ℓ*
        drawn.add_traces([go.Scatter(point(guess, height, "?", style("usam_ps").color, "your guess"))])
    return drawn


def _uphill(result: LessonResult, told: bool) -> go.Figure:
    scene, rho = scene_of(result, Valleys), result.config.rho
    traces = [line(scene.x, scene.loss, "f, the loss", INK, 2.4)]
    layout = _layout("A narrow valley and a wide one", "x", "loss")
    layout["yaxis"] |= {"range": [-0.25, 5.0]}
    layout["xaxis"] |= {"range": list(valleys.VIEW)}
    if told:
        traces.append(line(scene.x, scene.worst, f"the worst within ρ = {rho:g}", UPHILL, 2.4, dash="dash"))
        bottoms = [valleys.NARROW[0], valleys.WIDE[0]]
        traces.append(dots(bottoms, list(scene.bottoms), "the worst near each bottom", UPHILL, "square"))
    return plain_figure(traces, layout)


def _fixed(result: LessonResult, told: bool) -> go.Figure:
    layout = _layout("Squared distance to the minimum", "step t", "‖x − x*‖²", log_y=True)
    traces = []
    for way in scene_of(result, Walks).ways if told else scene_of(result, Walks).ways[1:]:
        own = style(way.plan.key)
        t = np.arange(way.steps + 1)
        distance = np.append(way.distance_sq, way.truth(way.gamma)[-1])
        traces.append(lined(t, np.maximum(distance, QUIET_BELOW), way.plan.name, own))
    return plain_figure(traces, layout)


def _ball(result: LessonResult, told: bool) -> go.Figure:
    layout = _layout("Gap to the minimum", "iterations", "(f(x) − f*) / (f(x⁰) − f*)", log_y=True)
    traces: list[dict[str, Any]] = []
    looks = [style("usam_sps"), style("usam_constant" if result.config.lesson == "cap" else "long_sps")]
    for (name, track), look in zip(scene_of(result, Ball).tracks.items(), looks, strict=False):
        if not told and traces:
            break
        shown = track.iterations <= (track.iterations[-1] if told else EARLY)
        gap = np.maximum(np.mean(track.relative_gap, 0), QUIET_BELOW)
        trace = lined(track.iterations[shown], gap[shown], name, look)
        # Where the cap decides every step the two lines are one: the lower has to be seen through the upper.
        traces.append(trace | {"opacity": 0.5, "line": trace["line"] | {"width": 4}} if not traces else trace)
    layout["xaxis"] |= {"range": [0, 1000]}
    return plain_figure(traces, layout)


def _networks(result: LessonResult, told: bool) -> go.Figure:
    layout = _layout("Test accuracy over ρ", "ρ", "test accuracy")
    layout["yaxis"] |= {"tickformat": ".0%"}
    traces, ends = [], []
    for label in dict.fromkeys(row["label"] for row in scene_of(result, Recorded).rows):
        rows = [row for row in scene_of(result, Recorded).rows if row["label"] == label]
        if not told and rows[0]["method"] in ("sam_sps", "usam_sps"):
            continue
        own = style(rows[0]["method"])
        across = np.array([row["rho"] for row in rows])
        mean, spread = (
            np.array([row[name] for row in rows]) for name in ("test_accuracy", "test_accuracy_std")
        )
        if "momentum" in label:
            own = style("sgd_cosine")
        traces.append(band(across, mean, spread, label, own))
        ends += [*(mean - spread), *(mean + spread)]
    # A deviation can reach below 0 or above 1: its bar is cut there, where no accuracy is.
    layout["yaxis"] |= {"range": [max(0.0, min(ends) - 0.02), min(1.02, max(ends) + 0.02)]}
    return plain_figure(traces, layout)


def _why_polyak(result: LessonResult) -> go.Figure:
    """The parabola φ, which needs no x*, above the truth, which does."""
    (way,) = scene_of(result, Walks).ways
    far = max(2.2 * abs(float(way.ratio[0])), 0.2)
    gamma = np.linspace(min(0.0, 1.3 * float(way.ratio[0])), far, 121)
    layout = _layout("How close a step γ would bring x", "γ", "squared distance to x*")
    bound, truth = (np.array([float(f(one)[0]) for one in gamma]) for f in (way.bound, way.truth))
    taken = float(way.gamma[0])
    traces = [
        line(gamma, truth, "‖x⁺ − x*‖², the truth", INK, 2.2),
        line(gamma, bound, "φ(γ), the bound", style("usam_ps").color, 2.4, dash="dash"),
        point(taken, float(way.bound(taken)[0]), "γ", style("usam_ps").color, "γ, as taken"),
    ]
    return plain_figure(traces, layout)


def _why_cap(result: LessonResult) -> go.Figure:
    """The step size before the cap, and the cap."""
    track = scene_of(result, Ball).tracks["USAM-SPS"]
    layout = _layout("Step size before the cap, first trial", "iterations", "γ before the cap", log_y=True)
    layout["margin"] |= {"r": 44}
    raw = np.maximum(track.gamma_raw[0, :-1], 1e-9)
    traces = [dots(track.iterations[:-1], raw, "N/‖∇f(e)‖²", MODEL, "circle", size=4)]
    if 0 < result.config.gamma_b < np.inf:
        plain_guide(layout, result.config.gamma_b, CAP)
    return plain_figure(traces, layout)


def spread(labels: list[str], counts: list[int], marked: str | None) -> go.Figure:
    """How many of a class said what, as bars; the right answer in the accent, if it is told."""
    colors = [style("usam_sps").color if label == marked else GUIDE for label in labels]
    layout = _layout("How often each answer was given", "", "answers")
    layout |= {"height": 300, "showlegend": False, "margin": {"l": 56, "r": 12, "t": 36, "b": 48}}
    layout["yaxis"] |= {"rangemode": "tozero", "dtick": math.ceil(max(counts) / 5)}
    bars = {"type": "bar", "x": labels, "y": counts, "name": "answers", "marker": {"color": colors}}
    layout["xaxis"] |= {"type": "category"}
    return plain_figure([bars], layout)


def _layout(title: str, x: str, y: str, *, log_y: bool = False) -> dict[str, Any]:
    layout = plain_layout(title, x, y, log_y=log_y)
    legend = {"showlegend": True, "legend": {"y": -0.2}, "margin": {"l": 56, "r": 12, "t": 36, "b": 92}}
    return layout | {"height": HEIGHT, "hovermode": "closest"} | legend


PICTURES: dict[str, Callable[[LessonResult, bool], go.Figure]] = {
    "uphill": _uphill,
    "fixed": _fixed,
    "polyak": lambda result, told: plane_figures.graph(scene_of(result, Walks), told, _layout),
    "radius": lambda result, told: plane_figures.above(scene_of(result, Walks), result.config, told, _layout),
    "cap": _ball,
    "fit": _ball,
    "networks": _networks,
}
WHY: dict[str, Callable[[LessonResult], go.Figure]] = {"polyak": _why_polyak, "cap": _why_cap}
