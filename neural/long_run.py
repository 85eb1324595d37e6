"""A run that may be interrupted: checkpoints as it goes, and its end in the form of a sweep's runs."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch

from neural import sweep_folder
from neural.config import TrainConfig
from neural.point import Point
from neural.sweep_result import COUNTED, RunResult
from neural.sweep_runs import name_of
from neural.train import TrainingLoop


class LongRun:
    """A run of one lane that goes on from its last checkpoint, bit for bit on the CPU.

    Parameters
    ----------
    loop : TrainingLoop
        At step 0; of one lane.
    folder : Path
        Holds ``NAME.pt``, the checkpoint, and ``runs/NAME.json``, the result, NAME being that of the
        configuration (`neural.sweep_runs.name_of`): a sweep into the same folder finds the result.
    every : int
        Steps between two checkpoints; the last step makes one in any case.
    writes : bool
        Whether this process writes: of several ranks one does.

    Attributes
    ----------
    begun : int
        Steps that the checkpoint had made; 0 without one.

    Raises
    ------
    ValueError
        For more than one lane, and for a checkpoint that cannot be read or is of another run.
    """

    def __init__(self, loop: TrainingLoop, folder: Path, every: int, writes: bool = True) -> None:
        if len(loop.lanes) != 1:
            raise ValueError(f"a run with a folder must have one lane, got {len(loop.lanes)}")
        self._loop, self._folder, self._every, self._writes = loop, folder, every, writes
        self._name = name_of(loop.config)
        self.file = folder / f"{self._name}.pt"
        self._counts = dict.fromkeys(COUNTED, 0)
        self._result: RunResult | None = None
        if self.file.exists():
            self._restore()
        self.begun = loop.lanes[0].steps

    def run(self) -> Iterator[Point]:
        """Train to the end, yielding every point; the last one has been kept when it is yielded."""
        for point in self._loop.run():
            for what in COUNTED:
                self._counts[what] += bool(getattr(point, what))
            if self._writes and self._loop.done:  # before the checkpoint, which has no last point
                self._result = RunResult.of_last(self._name, point, self._counts)
                sweep_folder.write(self._folder / "runs", self._loop.config, self._result)
            if self._writes and (point.step % self._every == 0 or self._loop.done):
                self._save()
            yield point

    def to_the_end(self) -> RunResult:
        """Train to the end; the checkpoint is removed, for what is done has its result.

        Raises
        ------
        ValueError
            Where the checkpoint is of the end, and the result has gone.
        """
        deque(self.run(), maxlen=0)
        if self._result is None:
            raise ValueError(
                f"the checkpoint {self.file} is of the last step, and its result is not in "
                f"{self._folder / 'runs'}; without it the run begins again"
            )
        self.file.unlink(missing_ok=True)
        return self._result

    def _save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(".part")
        torch.save({"loop": self._loop.state_dict(), "counts": self._counts}, part)
        os.replace(part, self.file)

    def _restore(self) -> None:
        try:
            state: dict[str, Any] = torch.load(self.file, map_location="cpu", weights_only=True)
            self._loop.load_state_dict(state["loop"])
            self._counts = {what: int(state["counts"][what]) for what in COUNTED}
        except (RuntimeError, EOFError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
            raise ValueError(
                f"the checkpoint {self.file} cannot be read ({type(error).__name__}: {error}); "
                "without it the run begins again"
            ) from error


def result_of(config: TrainConfig, folder: Path) -> RunResult | None:
    """The result of a run that is there already."""
    with suppress(KeyError):
        return sweep_folder.read(folder / "runs", {name_of(config): config})[name_of(config)]
    return None
