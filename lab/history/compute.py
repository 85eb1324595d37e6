"""What the History page shows: the lines that are listed, in order, and the curves of what is chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from lab.history.lines import Line, of_run, of_sweep
from lab.params import HistoryConfig
from lab.ui.theme import QUIET, Style, style
from runs.shelf import MOST, STRETCHES, Shelf
from runs.thinning import kept

Array = NDArray[np.float64]
MOST_CURVES = 24
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
ORDERS: dict[str, Callable[[Line], float | str | None]] = {
    "newest": lambda line: -line.created,
    "oldest": lambda line: line.created,
    "accuracy": lambda line: None if line.accuracy is None else -line.accuracy,
    "best": lambda line: None if line.best is None else -line.best,
    "loss": lambda line: line.loss,
    "cost": lambda line: line.grad_evals,
    "time": lambda line: line.seconds,
    "name": lambda line: line.label.name.lower() or None,
}
"""By what lines are sorted, ascending; what has no such value comes last."""


@dataclass(frozen=True)
class Listed:
    """What a visitor has.

    Attributes
    ----------
    lines : tuple of Line
        Those that are listed, in order.
    known : int
        Lines in all.
    unread : int
        Runs that are damaged or of another version, which have no line.
    deleted : tuple of Line
        What was deleted and can come back.
    full : bool
        Whether there may be older runs, or sweeps, than are listed.
    """

    lines: tuple[Line, ...]
    known: int
    unread: int
    deleted: tuple[Line, ...]
    full: bool


@dataclass(frozen=True)
class Curve:
    """A line of the chart; `key` tells it apart from the others."""

    key: str
    label: str
    style: Style
    dash: str
    x: Array
    y: Array


@dataclass(frozen=True)
class Brought:
    """A curve from a file of the visitor's: its columns by name, or x and y alone."""

    key: str
    label: str
    columns: dict[str, Array]

    def curve(self, x: str, y: str) -> tuple[Array, Array] | None:
        """One column over another one; a file of two columns has these whatever is asked for."""
        columns = self.columns
        if columns.keys() == {"x", "y"}:
            x, y = "x", "y"
        if x not in columns or y not in columns:
            return None
        known = np.isfinite(columns[x]) & np.isfinite(columns[y])
        pair = np.stack([columns[x][known], columns[y][known]])
        xs, ys = pair[:, kept(pair[1:], STRETCHES)]
        return xs, ys


@dataclass(frozen=True)
class Overlay:
    """The curves of what is chosen, and the labels of those that have none."""

    config: HistoryConfig
    curves: tuple[Curve, ...]
    without: tuple[str, ...]
    left_out: int


def listed(config: HistoryConfig, find: str, shelf: Shelf, owner: str) -> Listed:
    """The lines of a visitor's runs and sweeps that fit what is looked for.

    Parameters
    ----------
    config : HistoryConfig
    find : str
        Words that all must be in a line: in its name, note, tags, method, data, network or state.
    shelf : Shelf
    owner : str
    """
    runs, sweeps = shelf.runs(owner), shelf.sweeps(owner)
    everything = [*_lines(runs, of_run), *_lines(sweeps, of_sweep)]
    deleted = [
        *_lines(shelf.runs(owner, deleted=True), of_run),
        *_lines(shelf.sweeps(owner, deleted=True), of_sweep),
    ]
    wanted = [line for line in everything if fits(line, config, find.lower().split())]
    return Listed(
        tuple(ordered(wanted, config.order)),
        len(everything),
        sum(run.summary.config is None for run in runs),
        tuple(deleted),
        max(len(runs), len(sweeps)) >= MOST,
    )


def fits(line: Line, config: HistoryConfig, words: Collection[str]) -> bool:
    """Whether a line is of the kind that is listed and has all the words."""
    kind = config.kind in ("all", line.kind)
    return kind and (line.label.pinned or not config.pinned) and all(word in line.words for word in words)


def ordered(lines: Iterable[Line], order: str) -> list[Line]:
    """What is pinned first, then in this order."""
    key = ORDERS[order]

    def place(line: Line) -> tuple[bool, bool, float | str]:
        value = key(line)
        return not line.label.pinned, value is None, "" if value is None else value

    return sorted(lines, key=place)


def overlay(
    chosen: Sequence[Line], brought: Sequence[Brought], config: HistoryConfig, shelf: Shelf
) -> Overlay:
    """The curves of lines and of files, at most 24; the same method twice differs by its dash."""
    several = len({line.item for line in chosen}) > 1
    curves: list[Curve] = []
    without: list[str] = []
    room = MOST_CURVES
    for line in chosen[:room]:
        label = f"{line.title} · {line.lane}" if several else line.lane
        found = shelf.curve(line.sources, config.x, config.y)
        if found is None or not len(found[0]):
            without.append(label)
            continue
        twins = sum(curve.style == style(line.method) for curve in curves)
        dash = DASHES[twins % len(DASHES)] if twins or several else style(line.method).dash
        curves.append(_curve(line.key, label, style(line.method), dash, found, config.smooth))
    for index, one in enumerate(brought[: room - len(chosen[:room])]):
        found = one.curve(config.x, config.y)
        if found is None or not len(found[0]):
            without.append(one.label)
            continue
        own = Style(QUIET, DASHES[index % len(DASHES)], "circle", 1.4)
        curves.append(_curve(one.key, one.label, own, own.dash, found, config.smooth))
    left_out = max(0, len(chosen) + len(brought) - room)
    return Overlay(config, tuple(curves), tuple(without), left_out)


def smoothed(y: Array, weight: float) -> Array:
    """The running mean with this weight of the past; the first value stands for what was before it."""
    if not weight:
        return y
    mean, found = y[0] if len(y) else 0.0, np.empty_like(y)
    for index, value in enumerate(y):
        mean = weight * mean + (1 - weight) * value
        found[index] = mean
    return found


def _curve(key: str, label: str, own: Style, dash: str, found: tuple[Array, Array], weight: float) -> Curve:
    return Curve(key, label, own, dash, found[0], smoothed(found[1], weight))


def _lines(kept: Iterable[object], of: Callable[..., Iterable[Line]]) -> list[Line]:
    return [*chain.from_iterable(map(of, kept))]
