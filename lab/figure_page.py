"""Figures as one HTML file with everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import plotly.graph_objects as go

from lab.ui.theme import FONT, INK, QUIET

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: {font}; color: {ink}; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }}
p {{ color: {quiet}; font-size: 0.8rem; overflow-wrap: anywhere; }}
</style>
</head>
<body>
<h1>{title}</h1>
{charts}
<p>{link}</p>
</body>
</html>
"""


def figure_page(title: str, figures: Mapping[str, go.Figure], link: str) -> str:
    """The figures one below the other, plotly.js once; it needs no network."""
    charts = [
        figure.to_html(full_html=False, include_plotlyjs=index == 0, config={"displaylogo": False})
        for index, figure in enumerate(figures.values())
    ]
    return PAGE.format(
        title=escape(title), charts="\n".join(charts), link=escape(link), font=FONT, ink=INK, quiet=QUIET
    )
