"""One run in a worker from its begin to the report of its end. This module loads torch."""

from __future__ import annotations

import traceback
from typing import Any

from neural.devices import is_out_of_memory, release_memory
from neural.openml import DataUnavailableError
from runs.worker.channel import AppGoneError, Channel
from runs.worker.trainer import Ended, Training


def work(channel: Channel, run: str, job: dict[str, Any]) -> bool:
    """Train one run and report how it ended; an error ends the run, not the worker.

    Parameters
    ----------
    channel : Channel
    run : str
    job : dict
        See `runs.worker.trainer.Training`.

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
        training = Training(channel, run, job)
        training.train()
        end = ("finished", f"Finished: all {training.step:,} steps")
    except Ended as ended:
        end = ("stopped", str(ended))
        fit = not (training and training.limits.out_of_memory)
    except AppGoneError:
        raise
    except Exception as error:
        end = ("failed", failure(error))
    if training is not None:
        training.flush()
    channel.send("ended", *end)
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
    if isinstance(error, DataUnavailableError):  # it says in plain words why, and what to do
        return str(error)
    traceback.print_exception(error)
    return f"The run failed: {type(error).__name__}: {error}"
