"""What a figure tells the browser in `meta`: every field of a trace's and of a layout's, written down once.

A trace whose points the browser fills, or whose lines the legend hides as bounds, has one of the kinds below.
`check` refuses anything else before a figure is sent. The browser has the same list, from `SCHEMA`, and tells
below the chart what is not in it (js/meta.js).
"""

# No `from __future__ import annotations`: with it a TypedDict does not see which fields are `NotRequired`.

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NotRequired, TypedDict


class Bound(TypedDict):
    """A guarantee's line: the legend's key ``bounds`` hides it, beside its method's (js/hidden.js)."""

    bound: bool


class Column(TypedDict):
    """A line of a live run (js/columns.js): column `y` over column `x` of `lanes`, see `runs.record`.

    Several lanes are the seeds of one method, joined by `stat`. `smooth` is the weight of the past in the
    smoothing. With `zeros` only the places are drawn at which the column is 0, at this height.
    """

    lanes: list[int]
    x: str
    y: str
    stat: Literal["mean", "min", "max"]
    smooth: NotRequired[float]
    zeros: NotRequired[float]


class Points(TypedDict):
    """A line through named points of a step (js/steps.js), or a mark at one.

    Nothing is drawn where both ends are the same, or where the only point is the one named by `unless`. A
    label stands on the side of `away[0]` that is turned away from `away[1]`; with `across` it
    stands beside the line through both.
    """

    lane: int
    points: list[str]
    unless: NotRequired[str]
    away: NotRequired[list[str]]
    across: NotRequired[bool]


class Over(TypedDict):
    """Points over the γ axis (js/steps.js), each by the names of its two numbers."""

    lane: int
    over: list[list[str]]


class Trail(TypedDict):
    """The way of a named point up to this step (js/steps.js)."""

    lane: int
    trail: str


class Curve(TypedDict):
    """The parabola ‖x − x*‖² − 2γN + γ²‖∇f(e)‖² over the γ axis (js/steps.js); `curve` names the number N."""

    lane: int
    curve: str


class Live(TypedDict):
    """The layout of a live chart (js/marks.js).

    Changes are marked at their place in column `marks`, in the colour `ink`, and, where `named`, with a label
    that begins with the letter of the lane. The axes in `fit` follow the data once there is some.
    """

    marks: str
    ink: str
    letters: dict[str, str]
    fit: list[str]
    named: NotRequired[bool]


TRACE: tuple[type, ...] = (Bound, Column, Points, Over, Trail, Curve)
LAYOUT: tuple[type, ...] = (Live,)


def _fields(kind: Any) -> dict[str, list[str]]:
    return {"required": sorted(kind.__required_keys__), "optional": sorted(kind.__optional_keys__)}


SCHEMA = {
    "trace": {kind.__name__: _fields(kind) for kind in TRACE},
    "layout": {kind.__name__: _fields(kind) for kind in LAYOUT},
}
"""Fields of each kind, as the browser reads them."""


def check(traces: Iterable[Mapping[str, Any]], layout: Mapping[str, Any]) -> None:
    """Raise ValueError for a `meta` that is of none of the kinds, with its owner and its fields named."""
    for trace in traces:
        if "meta" in trace:
            _check(trace["meta"], SCHEMA["trace"], f"the trace '{trace.get('name', '')}'")
    if "meta" in layout:
        _check(layout["meta"], SCHEMA["layout"], "the layout")


def _check(meta: Mapping[str, Any], kinds: Mapping[str, Mapping[str, list[str]]], owner: str) -> None:
    names = set(meta)
    for fields in kinds.values():
        if set(fields["required"]) <= names <= {*fields["required"], *fields["optional"]}:
            return
    known = {name for fields in kinds.values() for part in fields.values() for name in part}
    if names - known:
        raise ValueError(f"meta of {owner} has unknown fields: {', '.join(sorted(names - known))}")
    raise ValueError(f"meta of {owner} has fields that do not make a kind: {', '.join(sorted(names))}")
