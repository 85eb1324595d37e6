"""Live parts of a page that are not charts: progress, the formula of the newest step, pictures."""

from __future__ import annotations

from typing import Any

from lab.chart.component import mount
from lab.ui.unasked import unasked

Lanes = list[dict[str, object]]


def progress(
    *,
    key: str,
    stream: str | None,
    lanes: Lanes,
    idle: str,
    ask_again: float | None = None,
    mine: bool = True,
) -> str | None:
    """Draw a run's progress, time left and newest step of each lane; returns its state as last reported.

    Parameters
    ----------
    key : str
    stream : str or None
        Address of the run's stream; None draws `idle` instead.
    lanes : list of dict
        ``{"label": …, "color": …, "index": …}`` for each lane of the run; `index` is its place in the stream.
    idle : str
        What to say when there is no run.
    ask_again : float, optional
        Seconds after which the script should run once more, since the page waits to know something.
    mine : bool
        Whether who looks steers the run. For others the script runs once more at every change of a value.
    """
    data = {
        "kind": "progress",
        "stream": stream,
        "lanes": lanes,
        "idle": idle,
        "askAgain": ask_again,
        "mine": mine,
    }
    result: Any = mount(
        key=key,
        data=data,
        height="content",
        on_state_change=unasked,
        on_asked_change=unasked,
        on_changed_change=unasked,
    )
    return result.state if stream else None


def formula(*, key: str, stream: str, lanes: Lanes) -> None:
    """Draw the step size of the newest step with its numbers, lane by lane; arguments as in `progress`."""
    data = {"kind": "formula", "stream": stream, "lanes": lanes}
    mount(key=key, data=data, height="content")


def pictures(*, key: str, stream: str, url: str, lanes: Lanes) -> None:
    """Draw confusion matrix, first-layer filters and mistakes of a lane; `url` gives them as JSON."""
    data = {
        "kind": "pictures",
        "stream": stream,
        "url": url,
        "lanes": lanes,
        "waiting": "The first pictures come with the first test.",
    }
    mount(key=key, data=data, height="content")
