"""A line of the table: one lane of a run, or one method of a sweep at its best place."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from neural.catalog import DATASETS, NETWORKS
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.sweep_runs import runs_of
from neural.sweep_table import Row, table
from runs.label import Label
from runs.outcome import Outcome
from runs.shelf import KeptRun, KeptSweep

SHOWN = ("rho", "lambd", "gamma_b", "lr")
"""The values of a lane that have a column."""


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes
    ----------
    key : str
        Its own; `item` is that of the run or the sweep.
    kind : {"run", "sweep"}
    label : Label
        What is written on the run or the sweep.
    title : str
        Its name, or else when it was started.
    lane, method : str
        Letter and name of the method; its key.
    values : mapping of str to float
        Of `SHOWN`, those that the method uses; as the run was started.
    changes : int
        Values of the run that were changed while it went on.
    accuracy, best, loss, grad_evals, seconds : float or None
        Test accuracy at the end and the highest on the way, test loss, gradients computed, seconds of
        training: means over the seeds; None where nothing was measured.
    sources : tuple of (str, int)
        Its seeds, each a run and the place of the lane in it; empty where no run is in the store.
    link : str
        What shows the run or the sweep.
    """

    key: str
    item: str
    kind: str
    created: float
    label: Label
    title: str
    lane: str
    method: str
    values: Mapping[str, float]
    data: str
    network: str
    seeds: int
    state: str
    changes: int
    accuracy: float | None
    best: float | None
    loss: float | None
    grad_evals: float | None
    seconds: float | None
    sources: tuple[tuple[str, int], ...]
    link: str

    @property
    def words(self) -> str:
        """All that a search looks at, in small letters."""
        written = (self.title, self.label.note, *self.label.tags)
        return " ".join((*written, self.lane, self.method, self.data, self.network, self.state)).lower()


def of_run(run: KeptRun) -> Iterator[Line]:
    """A line for each lane of a run; none for one that cannot be read."""
    config, summary = run.summary.config, run.summary
    if config is None:
        return
    seeds = 1 + max(lane.replica for lane in config.lanes)
    count = len(config.lanes) // seeds
    for index, lane in enumerate(config.lanes[:count]):
        places = range(index, len(config.lanes), count)
        ends = [run.outcomes[place] for place in places if place < len(run.outcomes)]
        yield Line(
            key=f"{summary.run}:{index}",
            item=summary.run,
            kind="run",
            created=summary.created,
            label=run.label,
            title=run.label.name or when(summary.created),
            lane=f"{chr(ord('A') + index)} · {lane.label}",
            method=lane.method,
            values=values_of(lane),
            data=data_of(config),
            network=NETWORKS[config.network].label,
            seeds=seeds,
            state=summary.status.state,
            changes=run.changes,
            **means(ends),
            sources=tuple((summary.run, place) for place in places),
            link=f"cnn?v=1&run={summary.run}",
        )


def of_sweep(sweep: KeptSweep) -> Iterator[Line]:
    """A line for each method of a sweep, at the place where its mean accuracy is highest so far."""
    rows = table(sweep.config, sweep.results)
    sweep_runs = runs_of(sweep.config)
    for index, method in enumerate(sweep.config.methods):
        own = [row for row in rows if row["label"] == method.label]
        row = max(own, key=lambda row: -1.0 if row["test_accuracy"] is None else row["test_accuracy"])
        chosen = [run for run in sweep_runs if run.method == method and _is_at(row, run.point, run.tuned)]
        ends = [sweep.results[run.name] for run in chosen if run.name in sweep.results]
        config = chosen[0].config
        places = f" (best of {len(own)})" if len(own) > 1 else ""
        yield Line(
            key=f"{sweep.sweep}:{index}",
            item=sweep.sweep,
            kind="sweep",
            created=sweep.created,
            label=sweep.label,
            title=sweep.label.name or when(sweep.created),
            lane=method.label + places,
            method=method.method,
            values=values_of(config.lanes[0]),
            data=data_of(config),
            network=NETWORKS[config.network].label,
            seeds=len(sweep.config.seeds),
            state=f"{sweep.progress.done} of {sweep.progress.runs} runs",
            changes=0,
            accuracy=row["test_accuracy"],
            best=None,
            loss=_mean([end.test_loss for end in ends]),
            grad_evals=row["grad_evals"],
            seconds=_mean([end.seconds for end in ends]),
            sources=tuple((end.run, 0) for end in ends if end.run),
            link=sweep.link,
        )


def means(ends: Sequence[Outcome]) -> dict[str, float | None]:
    """The outcomes of the seeds of a lane as one."""
    return {
        "accuracy": _mean([end.accuracy for end in ends]),
        "best": _mean([end.best for end in ends]),
        "loss": _mean([end.test_loss for end in ends]),
        "grad_evals": _mean([end.grad_evals for end in ends]),
        "seconds": _mean([end.seconds for end in ends]),
    }


def values_of(lane: LaneConfig) -> dict[str, float]:
    """Those of `SHOWN` that the method uses or sets itself."""
    method, effective = METHODS[lane.method], lane.effective()
    used = {*method.parameters, *dict(method.fixed)}
    return {name: effective[name] for name in SHOWN if name in used}


def data_of(config: TrainConfig) -> str:
    """The images, and what makes them harder."""
    noise = f", {config.label_noise:.0%} of the labels wrong" if config.label_noise else ""
    offset = f", offset {config.offset:g}" if config.offset else ""
    fading = f", κ {config.kappa:g}" if config.kappa > 1 else ""
    return DATASETS[config.dataset].label + noise + offset + fading


def when(created: float) -> str:
    """A time as the table shows it."""
    return time.strftime("%d %b %H:%M:%S", time.localtime(created))


def _is_at(row: Row, point: tuple[tuple[str, object], ...], tuned: tuple[tuple[str, object], ...]) -> bool:
    return all(row[name] == value for name, value in point) and row["tuned"] == dict(tuned)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
