"""Whether the caps leave room for another run; where they do not, `Busy` says why."""

from __future__ import annotations

from collections.abc import Collection

from runs import log
from runs.backend import Busy
from runs.entries import Entry
from runs.limits import Limits


def check(entries: Collection[Entry], limits: Limits, owner: str) -> None:
    """Raise `Busy` where this visitor has as many runs as may be, or all visitors together have."""
    held = sum(entry.status.open and entry.owner == owner for entry in entries)
    if held >= limits.per_visitor:
        log.note("refused", "warning", reason="runs of one visitor", most=limits.per_visitor)
        runs = "1 run" if held == 1 else f"{held} runs"
        raise Busy(
            f"You have {runs} going on, paused or waiting, as many as one visitor may."
            " Stop one or wait until it ends."
        )
    check_in_all(entries, limits)


def check_in_all(entries: Collection[Entry], limits: Limits) -> None:
    """Raise `Busy` where as many runs go on or wait as may; a paused one takes no room."""
    if sum(entry.status.open and entry.status.state != "paused" for entry in entries) >= limits.in_all:
        log.note("refused", "warning", reason="runs in all", most=limits.in_all)
        raise Busy(
            f"{limits.in_all} runs are going on or waiting, as many as this app takes."
            " Try again when one has ended."
        )
