"""The Ridge lab's charts, from the screen's values to figures."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from lab.params import RidgeConfig, Value, real
from lab.ridge import compute, figures
from lab.ridge.compute import Comparison
from lab.ridge.guarantees import drawn
from lab.web.chart_routes import Charts

LONG = 2e9  # multiplications, about a second


def is_quick(values: Mapping[str, Value]) -> bool:
    """Whether the comparison takes less than about a second."""
    return compute.work(values) <= LONG


def view_of(found: Comparison) -> figures.View:
    """How the values ask to draw."""
    values = found.values
    return figures.View(str(values["x"]), bool(values["log_x"]), str(values["center"]))


def build(values: Mapping[str, Value]) -> dict[str, go.Figure]:
    """All five charts; none where no method is chosen."""
    found = compute.compute(values)
    result, view = found.result, view_of(found)
    if not result.tracks:
        return {}
    held = str(found.values["held"])
    return {
        "gap": figures.relative_gap(result, view),
        "gamma": figures.gamma(result, view, real(found.values, "gamma_b")),
        "grad": figures.grad_norm(result, view),
        "held": figures.held(result, drawn(result, held), held, view),
        "shares": figures.shares(result, view),
    }


CHARTS = Charts(
    RidgeConfig,
    lambda config: build(config.values()),
    lambda config: is_quick(config.values()),
    unused=("map", "map_of", "map_target", "map_T", "map_size", "figure", "edition"),
)
