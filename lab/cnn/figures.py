"""Figures of a training run: empty lines that name their columns, filled by the stream in the browser.

Traces are `lab.ui.meta.Column`, layouts `lab.ui.meta.Live`; see `runs.record` for the columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

from lab.ui.meta import Column, Live
from lab.ui.theme import GUIDE, QUIET, Style, figure, style
from neural.methods import METHODS

ADAPTIVE = ("sam_sps", "usam_sps", "sps_max")
X_AXES = {
    "step": "step",
    "epoch": "epoch",
    "grad_evals": "gradient evaluations",
    "seconds": "seconds of training, evaluations apart",
}


EMPTY = {"x": [0, 100], "y": [0, 1], "log_y": [-3, 1]}
"""Ranges of the axes of an empty chart, in powers of ten where the axis is logarithmic."""


@dataclass(frozen=True)
class LaneLook:
    """How a lane is drawn: its method's style, with another dash if a lane before it has that method.

    `lanes` are the indices of its seeds in the stream.
    """

    label: str
    style: Style
    dash: str
    adaptive: bool
    lanes: tuple[int, ...]

    @property
    def for_browser(self) -> dict[str, object]:
        """What the components that are not charts need of it."""
        return {
            "label": self.label,
            "color": self.style.color,
            "adaptive": self.adaptive,
            "index": self.lanes[0],
        }


@dataclass(frozen=True)
class View:
    """How the charts are drawn: the column on the x-axis; the smoothing's weight of the past, or 0."""

    x: str = "step"
    smooth: float = 0.0


def lane_looks(methods: Sequence[str], seeds: int = 1) -> list[LaneLook]:
    """Looks of the lanes that train with these methods, in order."""
    looks = []
    for index, method in enumerate(methods):
        own = style(method)
        twins = methods[:index].count(method)
        label = f"{chr(65 + index)} · {METHODS[method].label}"
        dash = own.dash if not twins else ("dash", "dot", "dashdot")[(twins - 1) % 3]
        lanes = tuple(index + seed * len(methods) for seed in range(seeds))
        looks.append(LaneLook(label, own, dash, method in ADAPTIVE, lanes))
    return looks


def loss(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """Mini-batch loss at the iterate x; the loss at the perturbed point e on request, in the legend."""
    fig = _figure("Training loss at x", "mini-batch loss f<sub>S</sub>(x)", looks, view, log_y=True)
    for look in looks:
        fig.add_traces(_measured(look, view, "loss_x"))
    for look in looks:
        fig.add_trace(_line(look, view, "loss_e", f"{look.label}, loss at e", width=1, visible="legendonly"))
    return fig


def accuracy(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """Accuracy on the test images."""
    fig = _figure("Test accuracy", "share of test images right", looks, view)
    for look in looks:
        fig.add_traces(_band(look, view, "test_accuracy"))
        marker = {"symbol": look.style.marker, "size": 6}
        fig.add_trace(
            _line(look, view, "test_accuracy", hover="%{y:.1%}", mode="lines+markers", marker=marker)
        )
    return _share(fig)


def gamma(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """Step size γ_t of each lane; for the adaptive ones also the uncapped ratio and the cap γ_b."""
    fig = _figure("Step size γ<sub>t</sub>", "γ", looks, view, log_y=True)
    fig.layout.meta["named"] = True
    for look in looks:
        if look.adaptive:
            fig.add_trace(
                _line(look, view, "gamma_raw", f"{look.label}, before the cap", width=1.2, opacity=0.4)
            )
            fig.add_trace(
                _line(
                    look,
                    view,
                    "gamma_b",
                    f"{look.label}, cap γ_b",
                    width=1.2,
                    color=GUIDE,
                    dash="dash",
                    shape="hv",
                )
            )
        fig.add_traces(_measured(look, view, "gamma", width=look.style.width))
    return fig


def decided(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """Share of the last 50 steps in which cap, safeguard or a skip decided, of the adaptive lanes."""
    fig = _figure("What decided γ", "share of the last 50 steps", looks, view)
    for look in looks:
        if look.adaptive:
            fig.add_trace(_line(look, view, "capped_share", f"{look.label}, capped", hover="%{y:.0%}"))
            for column, word, dash in (
                ("clamped_share", "clamped", "dot"),
                ("skipped_share", "skipped", "dashdot"),
            ):
                fig.add_trace(
                    _line(look, view, column, f"{look.label}, {word}", width=1.2, dash=dash, hover="%{y:.0%}")
                )
    return _share(fig)


def grad_norms(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """‖∇f_S(x)‖, and ‖∇f_S(e)‖ as a fainter dotted line."""
    fig = _figure("Gradient norms", "norm over all parameters", looks, view, log_y=True)
    for look in looks:
        fig.add_traces(_measured(look, view, "grad_x_norm", f"{look.label}, at x"))
        fig.add_trace(
            _line(look, view, "grad_e_norm", f"{look.label}, at e", width=1, dash="dot", opacity=0.6)
        )
    return fig


def sam_gap(looks: Sequence[LaneLook], view: View) -> go.Figure:
    """f_S(e) − f_S(x): how much the loss grows on the way to e."""
    fig = _figure("SAM gap", "f<sub>S</sub>(e) − f<sub>S</sub>(x)", looks, view)
    for look in looks:
        fig.add_traces(_measured(look, view, "sam_gap"))
    return fig


def _figure(title: str, y: str, looks: Sequence[LaneLook], view: View, *, log_y: bool = False) -> go.Figure:
    fig = figure(title, X_AXES[view.x], y, log_y=log_y)
    letters = {str(lane): look.label[0] for look in looks for lane in look.lanes}
    fig.update_layout(meta=Live(marks=view.x, ink=QUIET, letters=letters, fit=["xaxis", "yaxis"]))
    fig.update_xaxes(range=EMPTY["x"], rangemode="tozero")
    fig.update_yaxes(range=EMPTY["log_y" if log_y else "y"])
    return fig


def _share(fig: go.Figure) -> go.Figure:
    """A chart of shares: from 0 to 100%, whatever they are."""
    fig.update_yaxes(tickformat=".0%", range=[-0.02, 1.02], autorangeoptions={"include": [0, 1]})
    fig.layout.meta["fit"] = ["xaxis"]
    return fig


def _measured(
    look: LaneLook, view: View, y: str, name: str | None = None, *, width: float = 1.2
) -> list[go.Scatter]:
    """A noisy quantity: its band over the seeds, and its line; smoothed, the raw line stays, fainter."""
    if not view.smooth:
        return [*_band(look, view, y), _line(look, view, y, name, width=width)]
    raw = _line(look, view, y, f"{name or look.label}, raw", width=1, opacity=0.3, showlegend=False)
    return [
        *_band(look, view, y),
        raw,
        _line(look, view, y, name, width=max(width, 2), smooth=view.smooth),
    ]


def _band(look: LaneLook, view: View, y: str) -> list[go.Scatter]:
    """From the lowest to the highest of several seeds."""
    if len(look.lanes) == 1:
        return []
    edge: dict[str, Any] = {"width": 0, "opacity": 0.4, "showlegend": False, "hoverinfo": "skip"}
    low = _line(look, view, y, f"{look.label}, lowest seed", stat="min", **edge)
    high = _line(look, view, y, f"{look.label}, highest seed", stat="max", fill="tonexty", **edge)
    return [low, high]


def _line(
    look: LaneLook,
    view: View,
    y: str,
    name: str | None = None,
    *,
    width: float | None = None,
    color: str | None = None,
    dash: str | None = None,
    shape: str = "linear",
    hover: str = "%{y:.4g}",
    stat: Literal["mean", "min", "max"] = "mean",
    smooth: float = 0.0,
    **settings: Any,
) -> go.Scatter:
    meta = Column(lanes=list(look.lanes), x=view.x, y=y, stat=stat)
    if smooth:
        meta["smooth"] = smooth
    line = {
        "color": color or look.style.color,
        "dash": dash or look.dash,
        "width": look.style.width if width is None else width,
        "shape": shape,
    }
    drawn: dict[str, Any] = {
        "x": [],
        "y": [],
        "mode": "lines",
        "name": re.sub(r"_(\w+)", r"<sub>\1</sub>", name or look.label),
        "line": line,
        "meta": meta,
        "hovertemplate": hover,
    }
    return go.Scatter(drawn | settings)
