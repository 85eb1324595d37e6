"""The table below the charts: one row for each method of a comparison, as text."""

from __future__ import annotations

import math
from html import escape

import numpy as np

from lab.ridge.summary import TARGET, Summary
from lab.ui.theme import DARK, style
from synthetic import PolyakStep
from synthetic.problem import Array
from synthetic.result import Track

COLUMNS = (
    "method",
    "rate, measured",
    "rate, guaranteed",
    "final gap",
    "iterations to 1e-6",
    "capped",
    "clamped",
    "gradients",
    "diverged",
)
BELOW = (
    f"Rate: factor of $f - f^*$ in one iteration, by least squares on its logarithm over the last half of the iterations before "
    f"the gap reaches rounding; beside it what a theorem guarantees for $\\|x-x^*\\|^2$, without the neighbourhood of noise. "
    f"Of several trials: medians. The target is a relative gap of {TARGET:g}."
)


def table(summaries: dict[str, Summary]) -> str:
    """The table as HTML; the method's name in its colour's company."""
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    lines = []
    for key, summary in summaries.items():
        color = style(key).color
        color = f"light-dark({color}, {DARK[color]})"
        name, *rest = (escape(cell) for cell in cells(summary))
        first = f'<th scope="row" style="--method: {color}">{name}</th>'
        lines.append("<tr>" + first + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>")
    return f'<div class="lab-table"><table><tr>{head}</tr>{"".join(lines)}</table></div>'


def cells(summary: Summary) -> tuple[str, ...]:
    """The row of one method, in the columns `COLUMNS`; of several trials medians, and how many got where."""
    track, guaranteed = summary.track, summary.guaranteed
    polyak = track.method if isinstance(track.method, PolyakStep) else None
    return (
        summary.name,
        rate(summary.fitted),
        f"{rate(guaranteed[1])} ({guaranteed[0]})" if guaranteed else "–",
        _final(summary),
        _reached(summary.reached),
        _percent(summary.capped) if polyak and polyak.gamma_b < math.inf else "–",
        _percent(summary.clamped) if polyak else "–",
        f"{int(track.gradient_evaluations[-1]):,}",
        _divergence(track),
    )


def rate(value: float) -> str:
    """A factor, near 1 by its distance from 1."""
    if not math.isfinite(value):
        return "–"
    if abs(1 - value) < 1e-9:
        return "1"
    if 0.9 < value < 1.1:
        return f"1 {'−' if value < 1 else '+'} {abs(1 - value):.1e}"
    return f"{value:.3g}"


def _final(summary: Summary) -> str:
    """The last relative gap; below the floor of rounding only that it is."""
    gap, floor = summary.final_gap, summary.rounding.floor
    if not math.isfinite(gap):
        return "–"
    return f"{gap:.1e}" if gap > floor else f"below {floor:.0e}"


def _reached(first: Array) -> str:
    """Iterations to the target: the median of the trials that got there, and how many did."""
    there = first[np.isfinite(first)]
    if not there.size:
        return "not reached"
    count = f" ({there.size} of {first.size})" if there.size < first.size else ""
    return f"{int(np.quantile(there, 0.5, method='nearest')):,}{count}"


def _divergence(track: Track) -> str:
    """When iterates left the floats, or whether they are on their way."""
    gone = track.diverged_at[track.diverged_at >= 0]
    if gone.size:
        count = f", {gone.size} of {track.diverged_at.size}" if track.diverged_at.size > 1 else ""
        return f"at {int(gone.min()):,}{count}"
    above = int(np.sum(track.relative_gap[:, -1] > 1))
    if above:
        return "above its start" if above == len(track.loss) else f"{above} of {len(track.loss)} above start"
    return "no"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%" if math.isfinite(share) else "–"
