"""Figures of a training run: empty lines that name their columns, filled by the stream in the browser.

A trace's `meta` says which lane and which columns it draws; see `lab.runs.record` for the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from lab.theme import GUIDE, STYLES, Style, figure


@dataclass(frozen=True)
class LaneLook:
    """How a lane is drawn: its method's style, with another dash if a lane before it has that method."""

    label: str
    style: Style
    dash: str
    adaptive: bool


def lane_looks(methods: Sequence[str]) -> list[LaneLook]:
    """Looks of the lanes that train with these methods, in order."""
    looks = []
    for index, method in enumerate(methods):
        style = STYLES[method]
        twins = methods[:index].count(method)
        label = f"{chr(65 + index)} · {style.label}"
        dash = style.dash if not twins else ("dash", "dot", "dashdot")[(twins - 1) % 3]
        looks.append(LaneLook(label, style, dash, method in ("sam_sps", "usam_sps", "sps_max")))
    return looks


def _line(lane: int, look: LaneLook, y: str, **changes: object) -> go.Scatter:
    line = {"color": look.style.color, "dash": look.dash, "width": look.style.width}
    settings: dict[str, object] = {
        "x": [],
        "y": [],
        "mode": "lines",
        "name": look.label,
        "line": line,
        "meta": {"lane": lane, "x": "step", "y": y},
        "hovertemplate": "%{y:.4g}",
    }
    return go.Scatter(settings | changes)


def loss(looks: Sequence[LaneLook]) -> go.Figure:
    """Mini-batch loss at the iterate x, not at the perturbed point e."""
    fig = figure("Training loss at x", "step", "mini-batch loss f_S(x)", log_y=True)
    fig.add_traces([_line(lane, look, "loss_x", line={**_thin(look)}) for lane, look in enumerate(looks)])
    return fig


def accuracy(looks: Sequence[LaneLook]) -> go.Figure:
    """Accuracy on the test images."""
    fig = figure("Test accuracy", "step", "share of test images right")
    fig.add_traces(
        [
            _line(
                lane,
                look,
                "test_accuracy",
                mode="lines+markers",
                marker={"symbol": look.style.marker, "size": 6},
                hovertemplate="%{y:.1%}",
            )
            for lane, look in enumerate(looks)
        ]
    )
    fig.update_yaxes(tickformat=".0%", range=[0, 1.02])
    return fig


def gamma(looks: Sequence[LaneLook]) -> go.Figure:
    """Step size γ_t of each lane; for the adaptive ones also the uncapped ratio and the cap γ_b."""
    fig = figure("Step size γ_t", "step", "γ", log_y=True)
    for lane, look in enumerate(looks):
        if look.adaptive:
            fig.add_trace(
                _line(
                    lane,
                    look,
                    "gamma_raw",
                    name=f"{look.label}, before the cap",
                    line=_thin(look),
                    opacity=0.4,
                )
            )
            cap = {"color": GUIDE, "dash": "dash", "width": 1.2, "shape": "hv"}
            fig.add_trace(_line(lane, look, "gamma_b", name=f"{look.label}, cap γ_b", line=cap))
        fig.add_trace(_line(lane, look, "gamma"))
    return fig


def capped(looks: Sequence[LaneLook]) -> go.Figure:
    """Share of the last 50 steps in which the cap decided, of the adaptive lanes."""
    fig = figure("Capped steps", "step", "share of the last 50 steps")
    fig.add_traces(
        [
            _line(lane, look, "capped_share", hovertemplate="%{y:.0%}")
            for lane, look in enumerate(looks)
            if look.adaptive
        ]
    )
    fig.update_yaxes(tickformat=".0%", range=[-0.02, 1.02])
    return fig


def _thin(look: LaneLook) -> dict[str, object]:
    return {"color": look.style.color, "dash": look.dash, "width": 1.2}
