"""Figures of a training run: axes and empty lines, filled by the stream in the browser.

Traces are `lab.ui.meta.Column`, layouts `lab.ui.meta.Live`; see `runs.record` for the columns.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from lab.cnn.compute import CnnResult
from lab.cnn.example import Points
from lab.cnn.traces import Trace, band, line, measured, zeros
from lab.ui.meta import Live
from lab.ui.theme import GUIDE, QUIET, plain_figure, plain_layout

X_AXES = {
    "step": "step",
    "epoch": "epoch",
    "grad_evals": "gradient evaluations",
    "seconds": "seconds of training, evaluations apart",
}
EMPTY = {"x": [0, 100], "y": [0, 1], "log_y": [-3, 1]}
"""Ranges of the axes of an empty chart, in powers of ten where the axis is logarithmic."""
NOT_HERE = ("showlegend", "margin", "shapes", "annotations")
"""Parts of the common layout for charts under one common legend; a live chart has a legend of its own."""


STROKES_OF_DECISIONS: dict[str, dict[str, Any]] = {
    "capped": {},
    "clamped": {"width": 1.2, "dash": "dot"},
    "skipped": {"width": 1.2, "dash": "dashdot"},
}


def loss(result: CnnResult) -> go.Figure:
    """Mini-batch loss at the iterate x; the loss at the perturbed point e on request, in the legend."""
    config, traces = result.config, []
    for look in result.looks:
        traces += measured(look, config, "loss_x")
    for look in result.looks:
        name = f"{look.label}, loss at e"
        traces.append(line(look, config, "loss_e", name, stroke={"width": 1}, visible="legendonly"))
    layout = _layout(result, "Training loss at x", "mini-batch loss f<sub>S</sub>(x)", log_y=True)
    return _with_example(result, traces, layout)


def accuracy(result: CnnResult) -> go.Figure:
    """Accuracy on the test images."""
    config, traces = result.config, []
    for look in result.looks:
        marker = {"symbol": look.style.marker, "size": 6}
        points = line(look, config, "test_accuracy", hover="%{y:.1%}", mode="lines+markers", marker=marker)
        traces += [*band(look, config, "test_accuracy"), points]
    return _with_example(result, traces, _shares(result, "Test accuracy", "share of test images right"))


def gamma(result: CnnResult) -> go.Figure:
    """Step size γ_t of each lane; for the adaptive ones also the uncapped ratio and the cap γ_b."""
    config, traces = result.config, []
    cap = {"width": 1.2, "color": GUIDE, "dash": "dash", "shape": "hv"}
    for look in result.looks:
        if look.adaptive:
            name = f"{look.label}, before the cap"
            traces.append(line(look, config, "gamma_raw", name, stroke={"width": 1.2}, opacity=0.4))
            traces.append(line(look, config, "gamma_b", f"{look.label}, cap γ_b", stroke=cap))
        traces += measured(look, config, "gamma", width=look.style.width)
    adaptive = [look for look in result.looks if look.adaptive]
    traces += [zeros(look, config, "gamma", height=-row) for row, look in enumerate(adaptive)]
    layout = _layout(result, "Step size γ<sub>t</sub>", "γ", log_y=True)
    layout["meta"]["named"] = True
    if adaptive:
        _add_rail(layout, len(adaptive))
    return _with_example(result, traces, layout)


def decided(result: CnnResult) -> go.Figure:
    """Share of the last 50 steps in which cap, safeguard or a skip decided, of the adaptive lanes."""
    traces = []
    for look in result.looks:
        if look.adaptive:
            for word, own in STROKES_OF_DECISIONS.items():
                name = f"{look.label}, {word}"
                traces.append(line(look, result.config, f"{word}_share", name, stroke=own, hover="%{y:.0%}"))
    return plain_figure(traces, _shares(result, "What decided γ", "share of the last 50 steps"))


def grad_norms(result: CnnResult) -> go.Figure:
    """‖∇f_S(x)‖, and ‖∇f_S(e)‖ as a fainter dotted line."""
    config, traces = result.config, []
    for look in result.looks:
        traces += measured(look, config, "grad_x_norm", f"{look.label}, at x")
        at_e = f"{look.label}, at e"
        traces.append(
            line(look, config, "grad_e_norm", at_e, stroke={"width": 1, "dash": "dot"}, opacity=0.6)
        )
    return plain_figure(traces, _layout(result, "Gradient norms", "norm over all parameters", log_y=True))


def sam_gap(result: CnnResult) -> go.Figure:
    """f_S(e) − f_S(x): how much the loss grows on the way to e."""
    traces: list[Trace] = []
    for look in result.looks:
        traces += measured(look, result.config, "sam_gap")
    return plain_figure(traces, _layout(result, "SAM gap", "f<sub>S</sub>(e) − f<sub>S</sub>(x)"))


def _with_example(result: CnnResult, traces: list[Trace], layout: dict[str, Any]) -> go.Figure:
    """The figure of a chart; before there is a run, with the recorded one in its lines if there is one."""
    if result.example:
        for trace in traces:
            lane, *_ = trace["meta"]["lanes"]
            points = result.example[lane].get(trace["meta"]["y"])
            if points:
                trace |= _zeros(points, trace["meta"]["zeros"]) if "zeros" in trace["meta"] else points
        layout["xaxis"] |= {"autorange": True}
        layout["yaxis"] |= {} if "tickformat" in layout["yaxis"] else {"autorange": True}
    return plain_figure(traces, layout)


def _zeros(points: Points, height: float) -> Points:
    """Where a column is 0, at the height of its rail."""
    steps = [x for x, y in zip(points["x"], points["y"], strict=True) if y == 0]
    return {"x": steps, "y": [height] * len(steps)}


def _add_rail(layout: dict[str, Any], rows: int) -> None:
    """Under the logarithmic axis, which has no place for 0: a row for the zeros of each adaptive lane."""
    height = 0.03 + 0.03 * rows
    layout["yaxis"] |= {"domain": [height + 0.05, 1]}
    layout["xaxis"] |= {"anchor": "y2"}
    layout["yaxis2"] = {
        "domain": [0, height],
        "range": [0.5 - rows, 0.5],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickvals": [(1 - rows) / 2],
        "ticktext": ["0"],
    }


def _layout(result: CnnResult, title: str, y: str, *, log_y: bool = False) -> dict[str, Any]:
    x = result.config.x
    common = plain_layout(title, X_AXES[x], y, log_y=log_y)
    layout = {key: value for key, value in common.items() if key not in NOT_HERE}
    letters = {str(index): look.label[0] for look in result.looks for index in look.indices}
    layout["xaxis"] |= {"range": EMPTY["x"], "rangemode": "tozero"}
    layout["yaxis"] |= {"range": EMPTY["log_y" if log_y else "y"]}
    meta = Live(marks=x, ink=QUIET, letters=letters, fit=["xaxis", "yaxis"])
    return layout | {"height": 340, "meta": {**meta}}


def _shares(result: CnnResult, title: str, y: str) -> dict[str, Any]:
    """The layout of a chart of shares: from 0 to 100%, whatever they are."""
    layout = _layout(result, title, y)
    layout["yaxis"] |= {"tickformat": ".0%", "range": [-0.02, 1.02], "autorangeoptions": {"include": [0, 1]}}
    layout["meta"]["fit"] = ["xaxis"]
    return layout
