"""One run in a worker: the loop, the commands it obeys and what it reports to the app.

It is the same on every fleet; the channel carries the messages, and the runs of a process take turns. A run
that is paused for a while is set aside: its checkpoint is all that is left of it, until the app has it begun
again. This module loads torch.
"""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Any

from neural.catalog import DATASETS
from neural.config import TrainConfig
from neural.point import Change
from neural.train import TrainingLoop
from runs.backend import Command, Mark
from runs.record import Recorder
from runs.worker import checkpoints
from runs.worker.channel import Channel
from runs.worker.clocks import StepRate, Throttle, Upkeep
from runs.worker.limit_check import LimitCheck
from runs.worker.moments import Moments
from runs.worker.pictures import packed
from runs.worker.turns import Turn

FLUSH_SECONDS = 0.05
CHECKPOINT_SECONDS = 2.0
CHECKPOINT_SHARE = 0.02  # of the time at most goes into checkpoints
PICTURE_SECONDS = 1.0
PICTURE_SHARE = 0.02  # of the time at most goes into pictures
IDLE_SECONDS = 0.5  # how often a waiting run checks its limits
ASIDE_SECONDS = 2.0  # a run that is paused for so long is set aside


class Ended(Exception):  # noqa: N818 - not an error
    """The run ends before its budget: it was told to, or it has reached a limit, which the message names."""


class SetAside(Exception):  # noqa: N818 - not an error
    """The run leaves this worker and can go on elsewhere from the checkpoint `file`, after `step` steps."""

    def __init__(self, step: int, file: str) -> None:
        super().__init__()
        self.step, self.file = step, file


class Training:
    """One run.

    Parameters
    ----------
    channel : Channel
    run : str
    job : dict
        ``config`` as a mapping; ``checkpoint``, the file to go on from, or None; ``marks``, of which those
        after the checkpoint are made again; ``paused``, whether it begins with a pause; ``folder`` of new
        checkpoints, and ``sign``, a file that lies there where it is the app's own folder; ``speed`` in steps
        per second, 0 for as fast as it goes; ``minutes``, ``seconds_left`` of them, and ``worker_mb``, its
        limits.
    turn : Turn
        Its place among the runs of this process; it is held from the beginning to the end, waits apart.

    Attributes
    ----------
    paused : bool
        Whether it waits until steps are asked for.
    obeyed : int
        Commands obeyed so far.

    Raises
    ------
    ValueError
        For a configuration that cannot be trained here.
    """

    def __init__(self, channel: Channel, run: str, job: dict[str, Any], turn: Turn) -> None:
        config = TrainConfig.from_dict(job["config"])
        self._channel, self._turn = channel, turn
        self._run, self._folder, self._sign = run, Path(job["folder"]), Path(job["sign"])
        self.obeyed = 0
        self.limits = LimitCheck(job["minutes"], job["worker_mb"], job["seconds_left"], lambda: turn.newest)
        self._comparison = TrainingLoop(config)
        self._recorder = Recorder(len(config.lanes))
        self._moments = Moments(self._comparison)
        self._rate, self._throttle = StepRate(), Throttle()
        self._steps_left: int | None = 0 if job["paused"] else None  # until it pauses; None for all
        self._last_sent = -math.inf  # the first point is sent at once
        self._checkpoint_clock = Upkeep(CHECKPOINT_SECONDS, CHECKPOINT_SHARE, turn.seconds)
        self._picture_clock = Upkeep(PICTURE_SECONDS, PICTURE_SHARE, turn.seconds, at_once=True)
        self._pictured_step = -1  # the step of the newest pictures
        file, message = job["checkpoint"], ""
        if file is not None and not checkpoints.restore(file, self._comparison, self._recorder):
            message = "The checkpoint could not be read: this run began again."
        self._marks_to_repeat: list[Mark] = [mark for mark in job["marks"] if mark.step > self.step]
        self._throttle.set(job["speed"])
        begins_as = "paused" if self.paused else "running"
        channel.send("begun", self.step, self._comparison.total_steps, message, begins_as)

    @property
    def paused(self) -> bool:
        """Whether it waits until steps are asked for."""
        return self._steps_left == 0

    @property
    def step(self) -> int:
        """Steps that every lane has made."""
        return min(lane.steps for lane in self._comparison.lanes)

    def train(self) -> None:
        """Train to the end of the budget; raises `Ended` or `SetAside` where the run leaves before."""
        self._repeat_marks()
        if self.step == 0:
            self.send_moment()
        if self.paused:
            self._pause()
        for point in self._comparison.run():
            self._recorder.add(point)
            if self._recorder.whole:
                self._after_step()
            self._obey_all()
            self._repeat_marks()
            if self._turn.over:
                self.flush()
                with self._turn.aside():
                    pass  # until all others have had theirs
        self.send_moment()
        self._send_pictures()

    def flush(self) -> None:
        """Send the whole steps recorded since the last time."""
        if lanes := self._recorder.take():
            step = lanes[0]["step"][-1]
            self._channel.send("points", lanes, step, self._rate.update(step))
        self._last_sent = time.monotonic()

    def send_moment(self) -> None:
        """Send the points so far, and the weights of every lane if these are kept and were not sent yet."""
        self.flush()
        if (data := self._moments.packed(self.step)) is not None:
            self._channel.send("moment", self.step, data, self._moments.most)

    def _after_step(self) -> None:
        if self._steps_left:
            self._steps_left -= 1
        waited = time.monotonic() - self._last_sent
        if waited >= FLUSH_SECONDS or self._throttle.left() > FLUSH_SECONDS:
            self.flush()
        if self._moments.is_due(self.step):
            self.send_moment()
        if self._checkpoint_clock.due():
            self._save()
        if self._picture_clock.due():
            self._send_pictures()
        while self._steps_left is None and (left := self._throttle.left()) > 0:
            self._await(left)
        self._throttle.step()

    # ---- commands ----

    def _obey_all(self) -> None:
        if reached := self.limits.reached():
            raise Ended(reached)
        while self._channel.poll():
            self._obey(self._channel.receive())
        if self.paused:
            self._pause()

    def _await(self, seconds: float) -> bool:
        """Wait for a command, obeying it if it comes; the limits hold meanwhile. Whether one has come."""
        with self._turn.aside():
            came = self._channel.poll(min(seconds, IDLE_SECONDS))
        if came:
            self._obey(self._channel.receive())
        if reached := self.limits.reached():
            raise Ended(reached)
        return came

    def _pause(self) -> None:
        """Wait until steps are asked for; after a while without a command, leave the worker."""
        self._save()
        self._channel.send("status", {"state": "paused", "rate": 0.0})
        if self._pictured_step != self.step:
            self._send_pictures()
        aside_at = time.monotonic() + ASIDE_SECONDS
        while self.paused:
            if self._await(IDLE_SECONDS):
                aside_at = time.monotonic() + ASIDE_SECONDS
            elif time.monotonic() >= aside_at:
                self._set_aside()
        self._rate = StepRate()

    def _set_aside(self) -> None:
        """Leave this worker, if others can go on from a checkpoint; try again later if not."""
        if self._sign.exists() and (file := self._save()) is not None:
            raise SetAside(self.step, file)

    def _obey(self, command: Command) -> None:
        self.obeyed += 1
        getattr(self, f"_on_{command.kind}")(command)

    def _on_release(self, _command: Command) -> None:
        self._set_aside()

    def _on_stop(self, _command: Command) -> None:
        raise Ended  # no message: the state says it

    def _on_pause(self, _command: Command) -> None:
        self._steps_left = 0

    def _on_resume(self, _command: Command) -> None:
        if self._steps_left is not None:
            self._steps_left = None
            self._channel.send("status", {"state": "running"})

    def _on_step(self, _command: Command) -> None:
        if self._steps_left is not None:
            self._steps_left += 1

    def _on_speed(self, command: Command) -> None:
        self._throttle.set(command.values["steps_per_second"])
        self._channel.send("status", {"speed": self._throttle.speed})

    def _on_set(self, command: Command) -> None:
        try:
            changes = self._comparison.set(command.lane, **command.values)
        except ValueError as error:  # the page checks values, but not whether the lane's method has them
            self._channel.send("status", {"message": str(error)})
            return
        if changes:
            self._channel.send("marked", marks_of(changes))
            self._channel.send("status", {"message": ""})

    def _on_rewind(self, _command: Command) -> None:
        """Back to step 0; what was measured is dropped on both sides."""
        changes = self._comparison.rewind()
        self._recorder, self._moments = Recorder(len(self._comparison.lanes)), Moments(self._comparison)
        self._rate, self._marks_to_repeat = StepRate(), []
        self._checkpoint_clock.put_off()
        self._channel.send("rewound", marks_of(changes))
        self._send_pictures()

    # ---- pictures ----

    def _send_pictures(self) -> None:
        """Send what the lanes of the first seed make of the test images."""
        with self._picture_clock.done():
            config = self._comparison.config
            first = [index for index, lane in enumerate(config.lanes) if lane.replica == 0]
            found = [self._comparison.pictures(index) for index in first]
            self._channel.send("pictures", packed(self.step, found, DATASETS[config.dataset].names))
        self._pictured_step = self.step

    # ---- checkpoints ----

    def _save(self) -> str | None:
        """Write a checkpoint; its file, None where the disk does not take it."""
        self.flush()
        with self._checkpoint_clock.done():
            file = checkpoints.save(self._folder, self._run, self.step, self._comparison, self._recorder)
            if file is not None:
                self._channel.send("checkpoint", self.step, file)
        return file

    def _repeat_marks(self) -> None:
        """Make the changes again that were made after the checkpoint, each at its step."""
        while self._marks_to_repeat:
            mark = self._marks_to_repeat[0]
            if self._comparison.lanes[mark.lane].steps + 1 < mark.step:
                return
            self._comparison.set(mark.lane, **{mark.name: mark.value})
            self._marks_to_repeat.pop(0)


def marks_of(changes: tuple[Change, ...]) -> list[Mark]:
    """Changes as the app knows them."""
    return [Mark(change.step, change.lane, change.name, change.new) for change in changes]
