"""The horizontal axis that the charts of a comparison share."""

from __future__ import annotations

from typing import Any

from lab.params import RidgeConfig
from lab.ridge.curves import Array
from lab.ui.theme import plain_layout
from synthetic.problem import Rows
from synthetic.result import Track

X_TITLES = {"t": "iteration t", "evals": "gradient evaluations", "s": "seconds of the simulator"}


def positions(config: RidgeConfig, track: Track, iterations: Rows | None = None) -> Array:
    """Positions on the axis of iterations of a track (by default those recorded)."""
    t = track.iterations if iterations is None else iterations
    if config.x == "evals":
        return track.method.evaluations_before(t)
    if config.x == "s":
        return t * (track.seconds / len(track.loss) / track.iterations[-1])
    return t


def layout(
    config: RidgeConfig, title: str, y: str, *, log_y: bool = True, revision: str = ""
) -> dict[str, Any]:
    """The layout of a chart on this axis: a zoom by hand belongs to it, and to `revision`."""
    revision = f"{config.x}{int(config.log_x)}{revision}"
    return plain_layout(title, X_TITLES[config.x], y, log_x=config.log_x, log_y=log_y, revision=revision)
