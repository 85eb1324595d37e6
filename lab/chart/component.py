"""Python face of the chart component (see js/): figures go in, the browser keeps node and zoom.

A live trace names its columns in `meta`: ``{"lane": 0, "x": "step", "y": "gamma"}``; the browser fills it
from the stream. Without a stream the figure is drawn as it stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import plotly.io as pio
import streamlit as st

from lab.theme import DARK

HERE = Path(__file__).parent
PARTS = (
    "main",
    "theme",
    "numbers",
    "stream",
    "thin",
    "data",
    "plot",
    "progress",
    "formula",
    "player",
    "mounts",
)
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The version stands in the address, so that a browser may keep the file for good.
PLOTLY_URL = f"assets/plotly-{plotly.__version__}.min.js"


def _mount(**arguments: Any) -> Any:
    """Register the component in the running app (once a process) and mount it."""
    return _component()(**arguments)


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "sam_sps_chart",
        css=(HERE / "chart.css").read_text(encoding="utf-8"),
        js="\n".join((HERE / "js" / f"{part}.js").read_text(encoding="utf-8") for part in PARTS),
        isolate_styles=False,
    )


def chart(fig: go.Figure, *, key: str, alt: str, stream: str | None = None) -> None:
    """Draw a figure; a change of data moves the lines and keeps node, zoom and hidden traces.

    Parameters
    ----------
    fig : plotly.graph_objects.Figure
    key : str
        Identity of the chart on its page: the same key is the same DOM node.
    alt : str
        What the chart shows, for those who cannot see it.
    stream : str, optional
        Address of a stream of increments, relative to the app, such as ``api/stream/<run>``.
    """
    data = {
        "kind": "chart",
        "figure": pio.to_json(fig, validate=False),
        "alt": alt,
        "stream": stream,
        "dark": DARK,
        "plotly": PLOTLY_URL,
    }
    _mount(key=key, data=data, height="content")


def progress(*, key: str, stream: str | None, lanes: list[dict[str, str]], idle: str) -> str | None:
    """Draw a run's progress, time left and newest step of each lane; returns its state as last reported.

    Parameters
    ----------
    key : str
    stream : str or None
        Address of the run's stream; None draws `idle` instead.
    lanes : list of dict
        ``{"label": …, "color": …}`` for each lane of the run.
    idle : str
        What to say when there is no run.
    """
    data = {"kind": "progress", "stream": stream, "lanes": lanes, "idle": idle, "dark": DARK}
    result = _mount(key=key, data=data, height="content", on_state_change=lambda: None)
    return result.state if stream else None


def player(
    figures: Sequence[go.Figure],
    frames: Mapping[str, Any],
    *,
    key: str,
    alts: Sequence[str],
    words: Mapping[str, str],
    roles: Mapping[str, str],
    speed: float,
    on_point: Callable[[object], None],
) -> None:
    """Draw two figures and a formula that are played step by step in the browser.

    Parameters
    ----------
    figures : two of plotly.graph_objects.Figure
        Traces that move name in `meta` what they draw.
    frames : mapping
        The numbers of every step, see `lab.figures.one_step.frames`.
    key : str
    alts : two of str
        What the figures show, for those who cannot see them.
    words : mapping of str to str
        What to say of a step, by what decided it.
    roles : mapping of str to str
        Colours of the formula's terms.
    speed : float
        Steps a second.
    on_point : callable
        Called with the point, ``[x, y]``, that was clicked in the first figure.
    """
    data = {
        "kind": "player",
        "figures": [pio.to_json(fig, validate=False) for fig in figures],
        "frames": json.dumps(frames, allow_nan=False),  # as text: Streamlit would look into every list
        "alts": list(alts),
        "words": words,
        "roles": roles,
        "speed": speed,
        "dark": DARK,
        "plotly": PLOTLY_URL,
    }
    _mount(
        key=key, data=data, height="content", on_point_change=lambda: on_point(st.session_state[key].point)
    )
