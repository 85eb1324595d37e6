"""One run in a worker from its begin to the report that it has left. This module loads torch."""

from __future__ import annotations

import traceback
from typing import Any

from neural.devices import is_out_of_memory, release_memory
from neural.openml import DataUnavailableError
from neural.packages import MissingPackageError
from runs.worker.channel import AppGoneError, Channel
from runs.worker.trainer import Ended, SetAside, Training
from runs.worker.turns import Turn


def work(channel: Channel, run: str, job: dict[str, Any], turn: Turn) -> bool:
    """Train one run and report how it ended, or that it was set aside; an error ends the run, not the worker.

    Parameters
    ----------
    channel : Channel
    run : str
    job : dict
        See `runs.worker.trainer.Training`.
    turn : Turn
        The run's place among those of this process.

    Returns
    -------
    bool
        Whether this process is fit for another run.

    Raises
    ------
    AppGoneError
        Where nobody is left to report to.
    """
    training: Training | None = None
    fit = True
    try:
        turn.take()
        training = Training(channel, run, job, turn)
        training.train()
        left: tuple[Any, ...] = ("ended", "finished", f"Finished: all {training.step:,} steps")
    except Ended as ended:
        if training is not None:
            training.send_moment()
        left = ("ended", "stopped", str(ended))
        fit = not (training and training.limits.out_of_memory)
    except SetAside as aside:
        paused, obeyed = (training.paused, training.obeyed) if training else (False, 0)
        left = ("set_aside", aside.step, aside.file, paused, obeyed)
    except AppGoneError:
        raise
    except Exception as error:
        left = ("ended", "failed", failure(error))
    finally:
        turn.leave()
    if training is not None:
        training.flush()
    channel.send(*left)
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
    if isinstance(
        error, DataUnavailableError | MissingPackageError
    ):  # it says in plain words why, and what to do
        return str(error)
    traceback.print_exception(error)
    return f"The run failed: {type(error).__name__}: {error}"
