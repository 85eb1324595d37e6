"""What a link shows, without a page around it: figures, numbers, code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import plotly.graph_objects as go

from lab.export.code import Script
from lab.export.numbers import Numbers


@dataclass(frozen=True)
class Taken:
    """What the screen of a configuration holds.

    Attributes
    ----------
    name : str
        Of its files, without their ending.
    figures : mapping of str to go.Figure
        By the names of their charts.
    numbers : Numbers or None
    script : Script or None
    notices : tuple of str
        What the reader of the numbers should know.
    """

    name: str
    figures: Mapping[str, go.Figure]
    numbers: Numbers | None = None
    script: Script | None = None
    notices: tuple[str, ...] = ()
