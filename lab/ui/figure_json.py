"""Figures as text, the way Plotly.js reads them.

Plotly's own writer takes five times as long, since it asks a library of data frames about every array; a
figure is written at every move of a slider.
"""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio

from lab.ui import meta
from lab.ui.drawing import Drawing

#: Types of arrays that Plotly.js takes as bytes.
AS_BYTES = frozenset({"f4", "f8", "i1", "i2", "i4", "u1", "u2", "u4"})


def written(fig: go.Figure | Drawing) -> str:
    """Return a figure as JSON, arrays of numbers as base64; ValueError for a `meta` of no known kind."""
    if isinstance(fig, Drawing):
        traces, layout = fig.data, fig.layout
    else:
        traces, layout = [trace.to_plotly_json() for trace in fig.data], fig.layout.to_plotly_json()
    meta.check(traces, layout)
    try:
        return json.dumps(
            {"data": traces, "layout": layout}, default=_array, allow_nan=False, separators=(",", ":")
        )
    except (TypeError, ValueError):  # JSON has no word for a date or for NaN in a list; Plotly's writer has
        return pio.to_json(fig.figure() if isinstance(fig, Drawing) else fig, validate=False)


def _array(value: Any) -> Any:
    if not isinstance(value, np.ndarray | np.generic):
        raise TypeError(type(value).__name__)
    kind = value.dtype.str[1:]
    if value.ndim == 0 or kind not in AS_BYTES:
        return value.tolist()
    spec = {"dtype": kind, "bdata": b64encode(value.tobytes()).decode("ascii")}
    return spec | ({"shape": ", ".join(map(str, value.shape))} if value.ndim > 1 else {})
