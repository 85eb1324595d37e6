"""Runs of a sweep in processes of this machine, one torch thread each: what the command line trains with."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection, get_context, parent_process
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from neural.config import TrainConfig
from neural.sweep_result import RunResult

EVERY = 500  # steps between two checkpoints of a run


def train_all(
    configs: Mapping[str, TrainConfig], workers: int, folder: Path, every: int = EVERY
) -> Generator[tuple[str, RunResult | BaseException]]:
    """Train every configuration, and yield each result, or why there is none, under its name as it comes.

    A run that has a checkpoint goes on from it, bit for bit on the CPU (`neural.long_run`). Closing the
    iterator ends the processes at once: the runs that they are at go on from there the next time.

    Parameters
    ----------
    configs : mapping of str to TrainConfig
        By name; each of one lane.
    workers : int
        Processes, at least 1.
    folder : Path
        Where results are kept, and the checkpoints of runs without one.
    every : int
        Steps between two checkpoints of a run, at least 1.

    Raises
    ------
    BrokenProcessPool
        Where a process was killed.
    """
    context = get_context("spawn")
    leave = context.Event()
    pool = ProcessPoolExecutor(workers, context, _prepare, (leave,))
    try:
        jobs = {
            pool.submit(_train, config.to_dict(), folder, every): name for name, config in configs.items()
        }
        for job in as_completed(jobs):
            error = job.exception()
            if isinstance(error, BrokenProcessPool):
                raise error
            yield jobs[job], job.result() if error is None else error
    except BaseException:  # Ctrl-C, or nobody wants the rest
        leave.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(leave: Event) -> None:
    """One thread, for the same numbers everywhere; the process leaves when told to, or without a parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started it, who tells it
    import torch

    torch.set_num_threads(1)
    for wait in (leave.wait, _wait_for_the_parent):
        threading.Thread(target=_leave_after, args=(wait,), daemon=True).start()


def _leave_after(wait: Callable[[], object]) -> None:
    wait()
    os._exit(1)


def _wait_for_the_parent() -> None:
    if (parent := parent_process()) is not None:
        connection.wait([parent.sentinel])


def _train(config: dict[str, Any], folder: Path, every: int) -> RunResult:
    from neural.long_run import LongRun
    from neural.train import TrainingLoop

    return LongRun(TrainingLoop(TrainConfig.from_dict(config)), folder, every).to_the_end()
