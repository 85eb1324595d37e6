"""Python face of the player: two figures and a formula, played step by step in the browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from lab.chart.component import mount
from lab.ui.figure_json import written


def player(
    figures: Sequence[go.Figure],
    frames: Mapping[str, Any],
    *,
    key: str,
    alts: Sequence[str],
    words: Mapping[str, str],
    roles: Mapping[str, str],
    speed: float,
    story: str,
    on_point: Callable[[object], None],
) -> None:
    """Draw two figures and a formula that are played step by step in the browser.

    Parameters
    ----------
    figures : two of plotly.graph_objects.Figure
        Traces that move name in `meta` what they draw.
    frames : mapping
        The numbers of every step, see `lab.one_step.frames.frames`.
    key : str
    alts : two of str
        What the figures show, for those who cannot see them.
    words : mapping of str to str
        What to say of a step, by what decided it.
    roles : mapping of str to str
        Colours of the formula's terms.
    speed : float
        Steps a second.
    story : str
        What the steps are to show: another one begins at its first step. Empty for none.
    on_point : callable
        Called with the point, ``[x, y]``, that was clicked in the first figure.
    """
    data = {
        "kind": "player",
        "figures": [written(fig) for fig in figures],
        "frames": json.dumps(frames, allow_nan=False),  # as text: Streamlit would look into every list
        "alts": list(alts),
        "words": words,
        "roles": roles,
        "speed": speed,
        "story": story,
    }
    mount(key=key, data=data, height="content", on_point_change=lambda: on_point(st.session_state[key].point))
