"""Python face of the chart component (see js/): figures go in, the browser keeps node and zoom.

What the browser does with a trace stands in its `meta` (see `lab.ui.meta`): a live one is filled from the
stream. Without a stream the figure is drawn as it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lab.ui.figure_json import written
from lab.web.chart_files import CHART_URL
from lab.web.chart_routes import Source

# Streamlit sends a component's source with each chart at every run of the script: so its source is only this,
# and the modules come once, from their own address.
LOADER = f"""
export default function (component) {{
  let leave, gone = false;
  const address = new URL("{CHART_URL}/component.js", document.baseURI).href;
  import(address).then((chart) => {{ if (!gone) leave = chart.default(component); }});
  return () => {{ gone = true; leave?.(); }};
}}
"""


def mount(**arguments: Any) -> Any:
    """Register the component in the running app (once a process) and mount it."""
    return _component()(**arguments)


@st.cache_resource(show_spinner=False)
def _component() -> Callable[..., Any]:
    return st.components.v2.component("sam_sps_chart", js=LOADER, isolate_styles=False)


def chart(
    fig: go.Figure | Source,
    *,
    key: str,
    alt: str,
    stream: str | None = None,
    on_point: Callable[[object], None] | None = None,
) -> None:
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
    on_point : callable, optional
        Called with the point, ``[x, y]``, that was clicked.
    """
    what = asdict(fig) if isinstance(fig, Source) else {"figure": written(fig)}
    data = {"kind": "chart", "alt": alt, "stream": stream, **what}
    if on_point is None:
        mount(key=key, data=data, height="content")
        return
    tell = on_point
    mount(
        key=key,
        data={**data, "pick": True},
        height="content",
        on_point_change=lambda: tell(st.session_state[key].point),
    )


def legend(items: list[dict[str, Any]], *, key: str) -> None:
    """Draw one legend for every chart of the page: a click shows or hides a method's lines in all of them.

    Parameters
    ----------
    items : list of dict
        ``{"key", "label", "color", "dash", "width", "marker"}``; a trace belongs to the item whose key is its
        `legendgroup`, and to the key ``bound`` and its dash if it is a `lab.ui.meta.Bound`.
    """
    mount(key=key, data={"kind": "legend", "items": items}, height="content")
