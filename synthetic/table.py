"""A comparison as a long table: one line a method, trial and recorded iteration."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from synthetic.result import Result

COLUMNS = ("figure", "method", "trial", "iteration", "loss", "relative_gap", "gamma")


def rows(figure: str, result: Result) -> Iterator[tuple[str | int | float, ...]]:
    """The lines, with the methods in the order of the comparison; γ is NaN at the last iteration."""
    for track in result.tracks.values():
        for trial in range(track.loss.shape[0]):
            for index, t in enumerate(track.iterations):
                numbers = (array[trial, index] for array in (track.loss, track.relative_gap, track.gamma))
                yield (figure, track.method.name, trial, int(t), *map(float, numbers))


def write_csv(figure: str, result: Result, file: TextIO) -> None:
    """Write header and lines; every number in full (its shortest text that reads back to the same float)."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows(figure, result))
