"""The numbers of a run: every recorded step of every lane and seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from typing import Any

from lab.cnn.compute import CnnResult
from lab.export.about import about
from lab.export.numbers import Numbers
from lab.pool.refusal import NotComputedError
from neural.config import TrainConfig
from runs import Backend, Mark
from runs.record import NAMES, Columns

ALL = 10**9  # steps


def numbers(result: CnnResult, engine: Backend) -> Numbers:
    """A long table; a value that is not finite or was not taken is None.

    The description has the values that the run was started with, and each later change with its step.

    Raises
    ------
    NotComputedError
        Where the run is not there any more.
    """
    run = result.run or ""
    started, points = engine.config(run), engine.points(run, 0, ALL)
    if started is None or points is None:
        raise NotComputedError("The run is not here any more.")
    return table(result, started, engine.marks(run), points.lanes)


def table(
    result: CnnResult, started: TrainConfig, marks: Sequence[Mark], lanes: Sequence[Columns]
) -> Numbers:
    """The same of columns that are at hand."""
    names = {index: (look.label, seed) for look in result.looks for seed, index in enumerate(look.indices)}
    columns: dict[str, list[Any]] = {"lane": [], "replica": []}
    for index, found in enumerate(lanes):
        label, replica = names[index]
        columns["lane"] += [label] * len(found["step"])
        columns["replica"] += [replica] * len(found["step"])
    columns |= {name: list(chain.from_iterable(found[name] for found in lanes)) for name in NAMES}
    description = {
        **about(result.config, result.run or None),
        "run": started.to_dict(),
        "changes": [asdict(mark) for mark in marks],
        "recorded": f"all {max(len(found['step']) for found in lanes):,} steps so far",
    }
    return Numbers(file_name(result), description, columns)


def file_name(result: CnnResult) -> str:
    """Data, network, methods and the run's name."""
    return name_of(result.training, result.run)


def name_of(training: TrainConfig, run: str | None) -> str:
    """The same of what a run trains with."""
    methods = "-".join(dict.fromkeys(lane.method for lane in training.lanes))
    images = training.dataset.partition("-")[0]  # of a visitor's own that they are
    return f"cnn_{images}_{training.network}_{methods}_{run or f'seed{training.seed}'}"
