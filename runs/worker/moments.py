"""When a run keeps the weights of its lanes, and these as bytes (see `runs.moments`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runs.moments import is_due, most_of, pack

if TYPE_CHECKING:
    from neural.train import TrainingLoop


class Moments:
    """The moments of one run.

    Parameters
    ----------
    comparison : TrainingLoop

    Attributes
    ----------
    most : int
        How many of them are kept; 0 for networks that are too large.
    """

    def __init__(self, comparison: TrainingLoop) -> None:
        self._comparison = comparison
        networks = [lane.network.state_dict() for lane in comparison.lanes]
        self.most = most_of(sum(t.numel() * t.element_size() for state in networks for t in state.values()))
        self._last = -1  # the step that was packed last

    def is_due(self, step: int) -> bool:
        """Whether the weights are kept after this step."""
        return is_due(step, self.most)

    def packed(self, step: int) -> bytes | None:
        """The weights that every lane is tested at; None where they were packed already, or are not kept.

        Between two lanes of a step there is no moment of the run: None then too.
        """
        lanes = self._comparison.lanes
        if not self.most or step == self._last or any(lane.steps != step for lane in lanes):
            return None
        self._last = step
        found = []
        for lane in lanes:
            with lane.answering():
                state = lane.network.state_dict()
                found.append({name: tensor.detach().cpu().numpy().copy() for name, tensor in state.items()})
        return pack(found)
