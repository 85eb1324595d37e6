"""The table below the charts: one row for each method of a comparison, as text."""

from __future__ import annotations

import math
from html import escape

import numpy as np

from lab.ridge.rates import Rate
from lab.ridge.spread import ONE_PART, STARTS, Spread, amplifies
from lab.ridge.summary import Summary
from lab.ui.symbols import html
from lab.ui.table import table_html
from lab.ui.theme import DARK, style
from synthetic import PolyakStep, Result
from synthetic.config import TARGET
from synthetic.problem import Array
from synthetic.result import Track

GOAL = f"{TARGET:.0e}".replace("e-0", "e-")
COLUMNS = (
    "method",
    "gap, measured",
    "distance, guaranteed",
    "final gap",
    f"iterations to {GOAL}",
    "capped",
    "clamped",
    "gradients",
    "diverged",
)
BELOW = (
    "Gap: in how many iterations $f - f^*$ halves, by least squares on its logarithm over the last half of the iterations before "
    "it reaches rounding; “stalled at” where it no longer falls there. Beside it what a theorem guarantees for $\\|x-x^*\\|^2$, "
    "without the neighbourhood of noise. "
    f"Target: a relative gap of {GOAL}."
)
NEARBY = (
    f" In brackets: the range over this run and up to {STARTS} more whose starts differ by one part in "
    f"{ONE_PART}. Steps that answer to the gradients can amplify rounding; then these runs are equally good, and "
    "exact arithmetic gives one more number of their kind: as a rule within the range, sometimes a little outside."
)
ONCE = " Some runs are too long to repeat: of numbers without brackets it is not known how far rounding moves them."
ONE_DRAW = " Another draw of the mini-batches gives other numbers; more trials show the range."
TRIALS = (
    " Of several trials: of the rate the mean of the logarithms, of final gap and iterations the median, of the shares the mean; in brackets the range over "
    "the trials, each by itself."
)


def below(measured: Result, spreads: dict[str, Spread | None]) -> str:
    """What the columns mean, in this comparison."""
    if measured.config.batch_size is not None:
        return BELOW + (TRIALS if measured.config.trials > 1 else ONE_DRAW)
    once = any(_is_run_once(track, spreads[key]) for key, track in measured.tracks.items())
    return BELOW + (NEARBY if any(spreads.values()) else "") + (ONCE if once else "")


def _is_run_once(track: Track, spread: Spread | None) -> bool:
    """Whether a count that rounding can move stands without a range."""
    counted = bool(np.isfinite(track.reached).any())
    return amplifies(track.method) and counted and spread is None


def table(summaries: dict[str, Summary], spreads: dict[str, Spread | None]) -> str:
    """The table as HTML; the method's name in its colour's company."""
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    lines = []
    for key, summary in summaries.items():
        color = style(key).color
        color = f"light-dark({color}, {DARK[color]})"
        name, *rest = (html(escape(cell)) for cell in cells(summary, spreads[key]))
        first = f'<th scope="row" style="--method: {color}">{name}</th>'
        lines.append("<tr>" + first + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>")
    return table_html("What each method reached", head, "".join(lines))


def cells(summary: Summary, spread: Spread | None) -> tuple[str, ...]:
    """The row of one method, in the columns `COLUMNS`."""
    track, guaranteed = summary.track, summary.guaranteed
    polyak = track.method if isinstance(track.method, PolyakStep) else None
    return (
        summary.name,
        _rate(summary.rate, spread),
        f"{rate(guaranteed[1])} ({guaranteed[0]})" if guaranteed else "–",
        _final(summary),
        _reached(summary.reached, spread),
        _percent(summary.capped) if polyak and polyak.gamma_b < math.inf else "–",
        _percent(summary.clamped) if polyak else "–",
        f"{int(track.gradient_evaluations[-1]):,}",
        _divergence(track),
    )


def rate(value: float) -> str:
    """What a factor does in how many iterations."""
    if not math.isfinite(value):
        return "–"
    if value <= 0:
        return "gone at once"
    if abs(1 - value) < 1e-9:
        return "stays"
    return f"{'halves' if value < 1 else 'doubles'} every {_iterations(value)}"


def _iterations(factor: float) -> str:
    """Iterations in which a factor halves, or doubles."""
    count = abs(math.log(2) / math.log(factor))
    return f"{count:,.0f}" if count >= 10 else f"{count:.2g}"


def _final(summary: Summary) -> str:
    """The last relative gap; below the floor of rounding only that it is."""
    gap, floor = summary.final_gap, summary.rounding.floor
    if not math.isfinite(gap):
        return "–"
    return f"{gap:.1e}" if gap > floor else f"below {floor:.0e}"


def _rate(found: Rate, spread: Spread | None) -> str:
    """The measured rate with its range, or where the line stalls."""
    if math.isfinite(found.stalled_at):
        return f"stalled at {found.stalled_at:.1e}"
    known = spread.factors[np.isfinite(spread.factors)] if spread else np.array([])
    if not math.isfinite(found.factor) or not known.size:
        return rate(found.factor)
    size = spread.factors.size if spread else 0
    without = f"; {size - known.size} of {size} without a rate" if known.size < size else ""
    factors = (found.factor, float(known.min()), float(known.max()))
    low, high = rate(factors[1]), rate(factors[2])
    if low == high:
        return rate(found.factor) + (f" ({without[2:]})" if without else "")
    if min(factors) > 0 and max(factors) < 1 - 1e-9:  # one way of writing for all three
        low, high = (_iterations(factor) for factor in factors[1:])
    return f"{rate(found.factor)} ({low} to {high}{without})"


def _reached(first: Array, spread: Spread | None) -> str:
    """Iterations to the target: the median of the trials that got there, the range, and how many got there."""
    there = first[np.isfinite(first)]
    known = spread.reached if spread else first
    reached = known[np.isfinite(known)]
    if not reached.size:
        return "not reached"
    count = f"reached by {reached.size} of {known.size}" if reached.size < known.size else ""
    if not there.size:
        return f"not reached ({count})"
    span = f"{int(reached.min()):,} to {int(reached.max()):,}" if reached.min() < reached.max() else ""
    more = ", ".join(filter(None, (span, count)))
    return f"{int(np.quantile(there, 0.5, method='nearest')):,}" + (f" ({more})" if more else "")


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
