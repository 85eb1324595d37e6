"""Words of the History page."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lab.history.compute import MOST_CURVES, Listed, Overlay
from lab.history.lines import Line
from lab.ui.words import Words, escape, plural
from runs.shelf import GRACE_SECONDS, MOST

INTRO = (
    "All that this browser has started in the CNN lab and on Robustness. Tick lines to draw them in one chart, to open, name or "
    "delete them."
)
NOTHING = (
    "Nothing yet. A run that is started in the CNN lab, or a sweep on Robustness, is listed here from then on: its methods and "
    "values, how it ended and what it cost."
)
DRAWN = "Ticked lines are drawn in one chart, as in this example."
START = "Start a first run"
SWEEP = "Go to the sweeps"
NOTHING_FITS = "Nothing fits what is looked for."
COLUMNS = (
    "One line is one lane of a run; of a sweep it is a method, at the place where its mean accuracy at the end is highest. Values "
    "are those at the start. ★ is pinned. Accuracy, loss, gradient evaluations and seconds are means over the seeds."
)
CHOOSE = "Tick lines in the table, and they are drawn here."
QUESTION = Words(
    alt="The chosen lanes over the chosen axis, one line each.",
    notice="",
    question="Is a lane ahead at equal steps also ahead at equal cost?",
    answer="Not always: a sharpness-aware step computes two gradients, a step of SGD one. Over gradient evaluations the lines of "
    "the methods with two are stretched to twice the length.",
)
EXAMPLE = Words(
    alt="Test accuracy of two methods over the steps of a recorded race.",
    notice="An example: the race that the button starts, as it was recorded. Your own is listed here, and can be ticked.",
    question=QUESTION.question,
    answer=QUESTION.answer,
)
NUMBERS = "Every curve of the chart as drawn, with the run that it comes from."
BRING = (
    "Numbers of a run as this app writes them, or two columns: x, then y. Their curves are drawn beside the ticked lines: of two "
    "columns whatever measure and axis are chosen. They are kept as long as this tab is open."
)
HAND_OVER = (
    "A link that makes another browser the owner of all runs and sweeps of this one. It is good for an hour and for one browser. Whoever "
    "opens it first has the runs, and can steer and delete them; here they can be watched from then on."
)
HAND_OVER_MADE = "Open this in the other browser, or paste it there on this page, under *To another browser*:"
YOURS = "These runs are this browser's already: open the link in the other one."


def listing(found: Listed) -> str:
    """How many lines there are."""
    said = f"{len(found.lines)} of {plural(found.known, 'line')}"
    if found.full:
        said += f"; the newest {MOST} runs and {MOST} sweeps are listed"
    if found.unread:
        said += f"; {plural(found.unread, 'run')} cannot be shown: damaged, or of another version"
    return f"{said}."


def chart(overlay: Overlay) -> Words:
    """What is drawn, and what is not."""
    said = ["Mean over the seeds of each lane, at the steps at which it was measured."]
    if overlay.config.smooth:
        said.append(f"Running mean, weight of the past {overlay.config.smooth:g}.")
    if overlay.without:
        said.append(f"Not measured, or not kept: {escape(', '.join(overlay.without))}.")
    if overlay.left_out:
        said.append(f"At most {MOST_CURVES} are drawn: {overlay.left_out} are left out.")
    words = QUESTION
    return Words(words.alt, " ".join(said), words.question, words.answer)


def deleted(lines: Sequence[Line]) -> str:
    """What is gone, and until when it can come back."""
    items = {line.item: line for line in lines}
    first = min(line.label.deleted or 0.0 for line in items.values()) + GRACE_SECONDS
    until = time.strftime("%H:%M", time.localtime(first))
    names = ", ".join(line.title for line in items.values())
    return f"Deleted: {escape(names)}. Until {until} that can be undone; then it is gone for good."


def going(items: int) -> str:
    """Why something was not deleted."""
    return f"{plural(items, 'run')} still going on: stop it first, then delete it."


def taken(count: int) -> str:
    """What a handover has brought."""
    if not count:
        return "Nothing came with that link: the other browser has no runs any more."
    return (
        f"{plural(count, 'run or sweep') if count == 1 else f'{count} runs and sweeps'} came to this browser."
    )


def offered() -> str:
    """Before runs are taken from another browser."""
    return (
        "This link brings the runs of another browser to this one. That browser can watch them from then on, and "
        "nothing else."
    )
