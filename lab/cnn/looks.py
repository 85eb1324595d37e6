"""How the lanes of a run are named and drawn, in charts and elsewhere on the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.params.cnn import LaneControls
from lab.ui.theme import Style, style
from neural.config import LaneConfig
from neural.methods import METHODS

ROWS = LaneControls.rows()
DASHES_OF_TWINS = ("dash", "dot", "dashdot")


@dataclass(frozen=True)
class LaneLook:
    """How a lane is drawn: its method's style, with another dash if a lane before it has that method.

    Attributes
    ----------
    label : str
        Letter and method.
    style : Style
    dash : str
    adaptive : bool
        As in `neural.methods.Method`.
    indices : tuple of int
        Places of its seeds among the lanes of the stream.
    values : str
        Its hyperparameters in a line.
    """

    label: str
    style: Style
    dash: str
    adaptive: bool
    indices: tuple[int, ...]
    values: str = ""

    @property
    def for_browser(self) -> dict[str, object]:
        """What the components that are not charts need of it."""
        return {
            "label": self.label,
            "color": self.style.color,
            "adaptive": self.adaptive,
            "index": self.indices[0],
            "values": self.values,
        }


def lane_looks(lanes: Sequence[LaneConfig], seeds: int = 1) -> tuple[LaneLook, ...]:
    """Looks of the lanes of one seed, in order."""
    return tuple(_look(lanes, index, seeds) for index in range(len(lanes)))


def _look(lanes: Sequence[LaneConfig], index: int, seeds: int) -> LaneLook:
    methods = [lane.method for lane in lanes]
    method, own = METHODS[methods[index]], style(methods[index])
    twins = methods[:index].count(method.key)
    return LaneLook(
        label=f"{chr(ord('A') + index)} · {lanes[index].label}",
        style=own,
        dash=DASHES_OF_TWINS[(twins - 1) % len(DASHES_OF_TWINS)] if twins else own.dash,
        adaptive=method.adaptive,
        indices=tuple(index + seed * len(methods) for seed in range(seeds)),
        values=" · ".join(_value(name, lanes[index]) for name in method.parameters),
    )


def _value(name: str, lane: LaneConfig) -> str:
    row = ROWS[name]
    return f"{row.symbol or row.label.lower()} {getattr(lane, name):g}"
