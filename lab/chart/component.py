"""Python face of the chart component (see js/): figures go in, the browser keeps node and zoom.

A live trace names its columns in `meta`: ``{"lane": 0, "x": "step", "y": "gamma"}``; the browser fills it
from the stream. Without a stream the figure is drawn as it stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go
import streamlit as st

from lab.ui.figure_json import written
from lab.ui.theme import DARK
from lab.web.ahead import DRAWN_URL
from lab.web.chart_routes import Source

HERE = Path(__file__).parent
PARTS = (
    "main",
    "theme",
    "numbers",
    "stream",
    "thin",
    "marks",
    "data",
    "legend",
    "sourced",
    "arrays",
    "plot",
    "progress",
    "formula",
    "pictures",
    "terms",
    "player",
    "mounts",
)
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
# The version stands in the address, so that a browser may keep the file for good.
PLOTLY_URL = f"assets/plotly-{plotly.__version__}.min.js"


CONSTANTS = {
    "DARK": DARK,
    "PLOTLY_URL": PLOTLY_URL,
    "DRAWN_URL": DRAWN_URL,
    "CHART_CSS": (HERE / "chart.css").read_text(encoding="utf-8"),
}
# The component as one JavaScript module: its constants, then the files of js/.
CHART_JS = "\n".join(
    [f"const {name} = {json.dumps(value)};" for name, value in CONSTANTS.items()]
    + [(HERE / "js" / f"{part}.js").read_text(encoding="utf-8") for part in PARTS]
)
CHART_URL = f"assets/chart-{hashlib.sha256(CHART_JS.encode()).hexdigest()[:12]}.js"
# Streamlit sends a component's source with each chart at every run of the script: so its source is only this,
# and the module comes once, from its own address.
LOADER = f"""
export default function (component) {{
  let leave, gone = false;
  const mount = (chart) => {{ if (!gone) leave = chart.default(component); }};
  if (window.samSpsChart) mount(window.samSpsChart);
  else import(new URL("{CHART_URL}", document.baseURI).href).then((it) => mount(window.samSpsChart = it));
  return () => {{ gone = true; leave?.(); }};
}}
"""


def mount(**arguments: Any) -> Any:
    """Register the component in the running app (once a process) and mount it."""
    return _component()(**arguments)


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return st.components.v2.component("sam_sps_chart", js=LOADER, isolate_styles=False)


def chart(fig: go.Figure | Source, *, key: str, alt: str, stream: str | None = None) -> None:
    """Draw a figure; a change of data moves the lines and keeps node, zoom and hidden traces.

    Parameters
    ----------
    fig : plotly.graph_objects.Figure or Source
        The figure, or where the browser finds it.
    key : str
        Identity of the chart on its page: the same key is the same DOM node.
    alt : str
        What the chart shows, for those who cannot see it.
    stream : str, optional
        Address of a stream of increments, relative to the app, such as ``api/stream/<run>``.
    """
    what = asdict(fig) if isinstance(fig, Source) else {"figure": written(fig)}
    mount(key=key, data={"kind": "chart", "alt": alt, "stream": stream, **what}, height="content")


def legend(items: list[dict[str, Any]], *, key: str) -> None:
    """Draw one legend for every chart of the page: a click shows or hides a method's lines in all of them.

    Parameters
    ----------
    items : list of dict
        ``{"key", "label", "color", "dash", "width", "marker"}``; a trace belongs to the item whose key is its
        `legendgroup`, and to the key ``bounds`` if its `meta` says ``{"bound": True}``.
    """
    mount(key=key, data={"kind": "legend", "items": items}, height="content")
