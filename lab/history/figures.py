"""The chart of what is chosen."""

from __future__ import annotations

from html import escape
from typing import Any

import plotly.graph_objects as go

from lab.history.compute import Overlay
from lab.params import HistoryConfig
from lab.ui.theme import plain_figure, plain_layout

LOGARITHMIC = ("loss_x", "test_loss", "gamma", "grad_x_norm")
X_TITLES = {
    "step": "step",
    "epoch": "epoch",
    "grad_evals": "gradient evaluations",
    "seconds": "seconds of training, evaluations apart",
}
Y_TITLES = {
    "test_accuracy": "share of test images right",
    "test_loss": "test loss",
    "loss_x": "mini-batch loss f_S(x)",
    "gamma": "γ",
    "grad_x_norm": "‖∇f_S(x)‖",
    "sam_gap": "f_S(e) − f_S(x)",
}


def chart_of(overlay: Overlay) -> go.Figure:
    """Every curve over the chosen axis; mean over the seeds of a lane."""
    config = overlay.config
    log = config.y in LOGARITHMIC
    title = measure(config)
    layout = plain_layout(
        title, X_TITLES[config.x], Y_TITLES[config.y], log_y=log, revision=f"{config.x} {config.y}"
    )
    layout["xaxis"]["title"]["text"] = X_TITLES[config.x]
    if config.y == "test_accuracy":
        layout["yaxis"] |= {"tickformat": ".0%"}
    return plain_figure([_trace(curve, config) for curve in overlay.curves], layout | {"height": 440})


def measure(config: HistoryConfig) -> str:
    """The name of what is drawn."""
    return (config.rows()["y"].choices or {})[config.y]


def legend_items(overlay: Overlay) -> list[dict[str, Any]]:
    """An entry of the legend for each curve."""
    return [
        {
            "key": curve.key,
            "label": curve.label,
            "color": curve.style.color,
            "dash": curve.dash,
            "width": curve.style.width,
            "marker": "",
        }
        for curve in overlay.curves
    ]


def _trace(curve: Any, config: HistoryConfig) -> dict[str, Any]:
    hover = "%{y:.1%}" if config.y == "test_accuracy" else "%{y:.4g}"
    return {
        "type": "scatter",
        "x": curve.x,
        "y": curve.y,
        "mode": "lines",
        "name": escape(curve.label),
        "legendgroup": curve.key,
        "line": {"color": curve.style.color, "dash": curve.dash, "width": curve.style.width},
        "hovertemplate": hover,
    }
