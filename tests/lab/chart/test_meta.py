"""Fields of `meta`: both sides know the same, Python refuses others, the browser tells of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from lab.ui.figure_json import written
from lab.ui.meta import check
from tests.lab.chart.node import called

GOOD: list[dict[str, Any]] = [
    {"bound": True},
    {"lanes": [0, 2], "x": "step", "y": "gamma", "stat": "mean"},
    {"lanes": [0], "x": "step", "y": "gamma", "stat": "max", "smooth": 0.9},
    {"lane": 0, "points": ["x", "e"]},
    {"lane": 0, "points": ["e"], "unless": "x", "away": ["e", "x"], "across": True},
    {"lane": 1, "over": [["gamma", "after"]]},
    {"lane": 1, "trail": "x"},
    {"lane": 0, "curve": "N"},
]
UNKNOWN = "meta of the trace 'a' has unknown fields: "
NO_KIND = "meta of the trace 'a' has fields that do not make a kind: "
BAD = [
    ({"bounds": True}, f"{UNKNOWN}bounds"),
    ({"lane": 0, "trail": "x", "b": 1, "a": 2}, f"{UNKNOWN}a, b"),
    ({"lane": 0}, f"{NO_KIND}lane"),
    ({"lane": 0, "trail": "x", "curve": "N"}, f"{NO_KIND}curve, lane, trail"),
    ({"lanes": [0], "x": "step", "y": "gamma"}, f"{NO_KIND}lanes, x, y"),
    ({}, NO_KIND),
]
LIVE: dict[str, Any] = {"marks": "step", "ink": "#000000", "letters": {}, "fit": ["xaxis"]}


def figure(meta: object, layout: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"data": [{"type": "scatter", "name": "a", "meta": meta}], "layout": layout or {}}


def python_says(figure: dict[str, Any]) -> list[str]:
    try:
        check(figure["data"], figure["layout"])
    except ValueError as error:
        return [str(error)]
    return []


@pytest.mark.parametrize("meta", GOOD)
def test_what_is_written_down_is_taken(meta: dict[str, Any]) -> None:
    assert python_says(figure(meta)) == []


@pytest.mark.parametrize(("meta", "words"), BAD)
def test_anything_else_is_refused_by_name(meta: dict[str, Any], words: str) -> None:
    assert python_says(figure(meta)) == [words]


def test_a_figure_with_unknown_fields_is_not_sent() -> None:
    with pytest.raises(ValueError, match="unknown fields: bounds"):
        written(go.Figure(figure({"bounds": True})))
    with pytest.raises(ValueError, match="meta of the layout has unknown fields: marked"):
        written(go.Figure(figure({"bound": True}, {"meta": LIVE | {"marked": True}})))


def test_the_browser_says_of_each_what_python_says(modules: Path) -> None:
    figures = [figure(meta) for meta in [*GOOD, *(meta for meta, _ in BAD)]]
    layouts = [LIVE, LIVE | {"named": True}, {"named": True}, LIVE | {"marked": True}]
    figures += [figure(GOOD[0], {"meta": layout}) for layout in layouts]
    said = called(modules, "meta", "faults", [[it] for it in figures])
    assert said == [python_says(it) for it in figures]
    assert sum(map(len, said)) == len(BAD) + 2
