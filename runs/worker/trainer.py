"""One run in a worker: the loop, its commands, its checkpoints and what is told to the app.

The same for every backend; how messages travel is the channel's business. This module loads torch.
"""

from __future__ import annotations

import math
import os
import pickle
import secrets
import time
import traceback
from pathlib import Path
from typing import Any, Protocol

import torch

from neural.catalog import DATASETS
from neural.config import TrainConfig
from neural.devices import is_out_of_memory, release_memory
from neural.openml import DataUnavailableError
from neural.point import Change
from neural.train import TrainingLoop
from runs.backend import Command, Mark
from runs.record import Recorder
from runs.worker.clocks import Pace, Rate
from runs.worker.pictures import packed
from runs.worker.watch import Watch

FLUSH_SECONDS = 0.05
CHECKPOINT_SECONDS = 2.0
CHECKPOINT_SHARE = 0.02  # of the time at most goes into checkpoints
PICTURE_SECONDS = 1.0
PICTURE_SHARE = 0.02  # of the time at most goes into pictures
IDLE_SECONDS = 0.5  # how often a run that waits looks at its limits


class Channel(Protocol):
    """The way to the app; its methods raise `Gone` where there is none."""

    def send(self, kind: str, *content: Any) -> None:
        """Report; `runs.supervisor.Fleet.start` lists what."""

    def poll(self, seconds: float = 0.0) -> bool:
        """Whether a command has come, waiting for it so long at most."""

    def receive(self) -> Command:
        """The next command."""


class Gone(Exception):  # noqa: N818 - reads as what it says
    """The app is not there any more."""


class Ended(Exception):  # noqa: N818 - not an error
    """The run ends before its budget: asked to, or at a limit, which the message names."""


class Training:
    """One run.

    Parameters
    ----------
    channel : Channel
    run : str
    job : dict
        config; checkpoint (a file or None); marks (those after it are repeated); folder (of new checkpoints);
        speed; minutes and worker_mb (limits).
    """

    def __init__(self, channel: Channel, run: str, job: dict[str, Any]) -> None:
        config = TrainConfig.from_dict(job["config"])
        self._channel = channel
        self._run, self._folder = run, Path(job["folder"])
        self.watch = Watch(job["minutes"], job["worker_mb"])
        self._comparison = TrainingLoop(config)
        self._recorder = Recorder(len(config.lanes))
        self._rate, self._pace = Rate(), Pace()
        self._steps: int | None = None  # to make before it pauses; None for all
        self._sent = self._saved = time.monotonic()
        self._save_seconds = 0.0
        self._drawn = self._draw_seconds = -math.inf
        self._drawn_at = -1  # the step of the newest pictures
        message = self._restore(job["checkpoint"])
        self._repeat: list[Mark] = [mark for mark in job["marks"] if mark.step > self.step]
        self._pace.set(job["speed"])
        channel.send("begun", self.step, self._comparison.total_steps, message)

    @property
    def step(self) -> int:
        """Steps that every lane has made."""
        return min(lane.steps for lane in self._comparison.lanes)

    def train(self) -> None:
        """Train to the end of the budget; raises `Ended` where it ends before."""
        self._repeat_marks()
        for point in self._comparison.run():
            self._recorder.add(point)
            if self._recorder.whole:
                self._after_step()
            self._obey_all()
            self._repeat_marks()
        self.flush()
        self._draw()

    def flush(self) -> None:
        """Send the whole steps recorded since the last time."""
        if lanes := self._recorder.take():
            step = lanes[0]["step"][-1]
            self._channel.send("points", lanes, step, self._rate.update(step))
        self._sent = time.monotonic()

    def _after_step(self) -> None:
        if self._steps:
            self._steps -= 1
        now = time.monotonic()
        if now - self._sent >= FLUSH_SECONDS or self._pace.left() > FLUSH_SECONDS:
            self.flush()
        if now - self._saved >= max(CHECKPOINT_SECONDS, self._save_seconds / CHECKPOINT_SHARE):
            self._save()
        if now - self._drawn >= max(PICTURE_SECONDS, self._draw_seconds / PICTURE_SHARE):
            self._draw()
        while self._steps is None and (left := self._pace.left()) > 0:
            self._await(left)
        self._pace.step()

    # ---- commands ----

    def _obey_all(self) -> None:
        if reached := self.watch.reached():
            raise Ended(reached)
        while self._channel.poll():
            self._obey(self._channel.receive())
        if self._steps == 0:
            self._pause()

    def _await(self, seconds: float) -> None:
        """Wait for a command, obeying it if it comes; the limits hold meanwhile."""
        if self._channel.poll(min(seconds, IDLE_SECONDS)):
            self._obey(self._channel.receive())
        if reached := self.watch.reached():
            raise Ended(reached)

    def _pause(self) -> None:
        """Wait until steps are asked for."""
        self.flush()
        if self._comparison_is_whole():
            self._save()
        self._channel.send("status", {"state": "paused", "rate": 0.0})
        if self._drawn_at != self.step:
            self._draw()
        while self._steps == 0:
            self._await(IDLE_SECONDS)
        self._rate = Rate()

    def _obey(self, command: Command) -> None:
        getattr(self, f"_on_{command.kind}")(command)

    def _on_stop(self, _command: Command) -> None:
        raise Ended  # no message: the state says it

    def _on_pause(self, _command: Command) -> None:
        self._steps = 0

    def _on_resume(self, _command: Command) -> None:
        if self._steps is not None:
            self._steps = None
            self._channel.send("status", {"state": "running"})

    def _on_step(self, _command: Command) -> None:
        if self._steps is not None:
            self._steps += 1

    def _on_speed(self, command: Command) -> None:
        self._pace.set(command.values["steps_per_second"])
        self._channel.send("status", {"speed": self._pace.speed})

    def _on_set(self, command: Command) -> None:
        try:
            changes = self._comparison.set(command.lane, **command.values)
        except ValueError as error:  # the page has checked it; a lane may still not take it
            self._channel.send("status", {"message": str(error)})
            return
        if changes:
            self._channel.send("marked", marks_of(changes))
            self._channel.send("status", {"message": ""})

    def _on_rewind(self, _command: Command) -> None:
        """Back to step 0; what was measured is dropped on both sides."""
        changes = self._comparison.rewind()
        self._recorder = Recorder(len(self._comparison.lanes))
        self._rate, self._repeat = Rate(), []
        self._saved = time.monotonic()
        self._channel.send("rewound", marks_of(changes))
        self._draw()

    # ---- pictures ----

    def _draw(self) -> None:
        """Send what the lanes of the first seed make of the test images."""
        start = time.monotonic()
        config = self._comparison.config
        first = [index for index, lane in enumerate(config.lanes) if lane.replica == 0]
        found = [self._comparison.pictures(index) for index in first]
        self._channel.send("pictures", packed(self.step, found, DATASETS[config.dataset].names))
        self._drawn, self._drawn_at = time.monotonic(), self.step
        self._draw_seconds = self._drawn - start

    # ---- checkpoints ----

    def _comparison_is_whole(self) -> bool:
        return len({lane.steps for lane in self._comparison.lanes}) == 1

    def _save(self) -> None:
        """Write a checkpoint beside the last one; the app says when the last one can go."""
        self.flush()
        start = time.monotonic()
        file = str(self._folder / f"{self._run}-{self.step}-{secrets.token_hex(4)}.pt")
        state = {"comparison": self._comparison.state_dict(), "recorder": self._recorder.state_dict()}
        try:
            torch.save(state, f"{file}.part")
            os.replace(f"{file}.part", file)
            self._channel.send("checkpoint", self.step, file)
        except (OSError, RuntimeError):  # torch says RuntimeError where the disk is full
            traceback.print_exc()
        self._saved = time.monotonic()
        self._save_seconds = self._saved - start

    def _restore(self, file: str | None) -> str:
        """Continue from a checkpoint; returns what to say if that cannot be done."""
        if file is None:
            return ""
        try:
            state = torch.load(file, weights_only=True)
            self._comparison.load_state_dict(state["comparison"])
            self._recorder.load_state_dict(state["recorder"])
        except (OSError, RuntimeError, ValueError, KeyError, EOFError, pickle.UnpicklingError):
            traceback.print_exc()
            self._comparison.rewind()
            return "The checkpoint could not be read: this run began again."
        return ""

    def _repeat_marks(self) -> None:
        """Make the changes again that were made after the checkpoint, each at its step."""
        while self._repeat:
            mark = self._repeat[0]
            if self._comparison.lanes[mark.lane].steps + 1 < mark.step:
                return
            self._comparison.set(mark.lane, **{mark.name: mark.value})
            self._repeat.pop(0)


def marks_of(changes: tuple[Change, ...]) -> list[Mark]:
    """Changes as the app knows them."""
    return [Mark(change.step, change.lane, change.name, change.new) for change in changes]


def work(channel: Channel, run: str, job: dict[str, Any]) -> bool:
    """Train one run and report how it ended; an error ends the run, not the worker.

    Returns whether this process is fit for another run.
    """
    training: Training | None = None
    fit = True
    try:
        training = Training(channel, run, job)
        training.train()
        outcome = ("finished", f"Finished: all {training.step:,} steps")
    except Ended as ended:
        outcome = ("stopped", str(ended))
        fit = not (training and training.watch.out_of_memory)
    except Gone:
        raise
    except Exception as error:
        outcome = ("failed", failure(error))
    if training is not None:
        training.flush()
    channel.send("ended", *outcome)
    training = None
    release_memory()
    return fit


def failure(error: Exception) -> str:
    """Why a run failed, in plain words."""
    if is_out_of_memory(error):
        return (
            "The device ran out of memory: this run has ended and its memory is free again. "
            "Choose a smaller network, a smaller batch or fewer lanes."
        )
    if isinstance(error, DataUnavailableError):  # no fault of ours: it says why, and what to do
        return str(error)
    traceback.print_exception(error)
    return f"The run failed: {type(error).__name__}: {error}"
