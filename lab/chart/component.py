"""Python face of the chart component (see js/): figures go in, the browser keeps node and zoom.

A live trace names its columns in `meta`: ``{"lane": 0, "x": "step", "y": "gamma"}``; the browser fills it
from the stream. Without a stream the figure is drawn as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
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
    "marks",
    "data",
    "plot",
    "progress",
    "formula",
    "pictures",
    "mounts",
)
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The version stands in the address, so that a browser may keep the file for good.
PLOTLY_URL = f"assets/plotly-{plotly.__version__}.min.js"


def mount(**arguments: Any) -> Any:
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
    mount(key=key, data=data, height="content")
