"""The table: its columns from the lines, and which lines are ticked."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from lab.history.lines import SHOWN, Line
from lab.params.cnn import LaneControls

FORMULA = tuple(
    "=+-@\t\r"
)  # with these a spreadsheet takes a text for a formula; the table can be saved as CSV
ROWS = LaneControls.rows()
HEADS = {name: {"lr": "rate"}.get(name, ROWS[name].symbol) for name in SHOWN}


def columns(lines: Sequence[Line]) -> dict[str, list[Any]]:
    """The table by its columns."""
    found: dict[str, list[Any]] = {
        "": ["★" if line.label.pinned else "" for line in lines],
        "run": [harmless(line.title) for line in lines],
        "lane": [line.lane for line in lines],
    }
    found |= {head: [line.values.get(name) for line in lines] for name, head in HEADS.items()}
    percents = {"accuracy": "accuracy", "best": "best"}
    found |= {head: [_percent(getattr(line, name)) for line in lines] for name, head in percents.items()}
    return found | {
        "test loss": [line.loss for line in lines],
        "gradients": [line.grad_evals for line in lines],
        "seconds": [line.seconds for line in lines],
        "data": [line.data for line in lines],
        "network": [line.network for line in lines],
        "seeds": [line.seeds for line in lines],
        "state": [_state(line) for line in lines],
        "tags": [harmless(", ".join(line.label.tags)) for line in lines],
        "note": [harmless(" ".join(line.label.note.split())) for line in lines],
    }


def harmless(text: str) -> str:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text.startswith(FORMULA) else text


def key_of(lines: Sequence[Line], emptied: int) -> str:
    """A key for the widget of these lines: ticks belong to places, so other lines are another widget.

    So are the same lines once all ticks were taken away, `emptied` times: a browser keeps those of a widget.
    """
    text = "\n".join((str(emptied), *(line.key for line in lines)))
    return f"history.table.{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def places(lines: Sequence[Line], chosen: Collection[str]) -> list[int]:
    """Where the chosen lines stand."""
    return [index for index, line in enumerate(lines) if line.key in chosen]


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _state(line: Line) -> str:
    changed = f", {line.changes} changes under way" if line.changes else ""
    return line.state + changed
