"""The page's numbers to take along: a row for each lane and moment."""

from __future__ import annotations

from typing import Any

from lab.export.about import about
from lab.export.numbers import Numbers
from lab.landscape.compute import Landscapes
from lab.landscape.results import Moment


def numbers(shown: Landscapes) -> Numbers:
    """A long table of what was measured at every moment; what is not known is None."""
    columns: dict[str, list[Any]] = {"lane": []}
    for lane, moments in zip(shown.found.lanes, shown.training or (), strict=True):
        for moment in moments:
            columns["lane"].append(lane.label)
            for name, value in _values(moment).items():
                columns.setdefault(name, []).append(value)
    return Numbers(file_name(shown), about(shown.found.config, shown.found.run), columns)


def file_name(shown: Landscapes) -> str:
    """What was looked at, and in which run."""
    run = shown.found.run if shown.found.config.what == "run" else None
    return "_".join(filter(None, ("landscape", shown.found.config.what, run)))


def _values(moment: Moment) -> dict[str, float | int | None]:
    fit = moment.fit
    return {
        "step": moment.step,
        "loss": moment.loss,
        "eigenvalue": moment.eigenvalue,
        "trace": moment.trace.value,
        "trace_error": moment.trace.error,
        "sharpness": moment.sharpness,
        "average_sharpness": moment.average.value,
        "average_sharpness_error": moment.average.error,
        "train_loss": fit.train_loss if fit else None,
        "train_accuracy": fit.train_accuracy if fit else None,
        "test_loss": fit.test_loss if fit else None,
        "test_accuracy": fit.test_accuracy if fit else None,
    }
