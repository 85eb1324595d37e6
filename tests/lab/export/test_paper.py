"""Figures for files: what the legend names, where the values stand, letters that every program reads."""

from __future__ import annotations

import plotly.graph_objects as go

from lab.export.paper import LINE_LETTERS, paper
from lab.export.svg import in_pixels
from lab.ui.theme import plain_figure, plain_layout

NAMES = ("A", "A, range", "hidden", "later")


def figure() -> go.Figure:
    more = ({}, {"hoverinfo": "skip"}, {"visible": False}, {"visible": "legendonly"})
    traces = [
        {"type": "scatter", "x": [1], "y": [2], "name": name, **own}
        for name, own in zip(NAMES, more, strict=True)
    ]
    return plain_figure(traces, plain_layout("Gap", "t", "gap"))


def test_the_legend_names_what_is_shown() -> None:
    made = paper(figure(), [])
    assert [(trace.name, trace.showlegend) for trace in made.data] == [("A", True), ("A, range", False)]
    assert made.layout.showlegend
    assert made.layout.title.text == "Gap"
    assert made.layout.margin.r > 16


def test_the_values_stand_below_in_lines_that_fit() -> None:
    values = [("v", "1"), ("note", "<b>&"), *((f"key{i}", "0.123") for i in range(60))]
    before = figure()
    made = paper(before, values)
    small = made.layout.annotations[-1].text
    assert small.startswith("v=1  note=&lt;b&gt;&amp;  key0=0.123")
    lines = small.split("<br>")
    assert len(lines) > 3
    assert max(map(len, lines)) <= LINE_LETTERS + 20
    assert made.layout.margin.b > 11 * len(lines)
    assert made.layout.height == before.layout.height + 40 + 11 * len(lines) + 8
    assert before.to_plotly_json() == figure().to_plotly_json(), "it is not changed"


def test_letters_in_percent_have_a_size_in_pixels() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><text style="font-size: 20px; fill: red">x'
        '<tspan style="font-size:70%" dy="0.3em">t<tspan style="font-size:50%">i</tspan></tspan></text></svg>'
    )
    made = in_pixels(svg)
    assert 'style="font-size: 14px"' in made
    assert 'style="font-size: 7px"' in made
    assert 'style="font-size: 20px; fill: red"' in made
    assert made.startswith('<svg xmlns="http://www.w3.org/2000/svg">')
