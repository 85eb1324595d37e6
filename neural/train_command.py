"""The command train of `python -m neural`: one run, alone or as a rank of several."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from neural.config import LaneConfig, TrainConfig
from neural.point import Point
from neural.progress_line import ProgressLine
from neural.recipes import RECIPES
from neural.sweep import OF_LANES

if TYPE_CHECKING:  # it imports torch
    from neural.ranks import Ranks


def train(options: argparse.Namespace) -> int:
    """Train one configuration, alone or as a rank of several; print what was evaluated."""
    import torch

    from neural.openml import DataUnavailableError
    from neural.ranks import joined

    config = train_config(options.values, options.json, options.recipe)
    torch.set_num_threads(1)
    try:
        with joined(config.device) as ranks:
            _train(config, ranks, options)
    except DataUnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _train(config: TrainConfig, ranks: Ranks, options: argparse.Namespace) -> None:
    from neural.long_run import LongRun, result_of
    from neural.train import TrainingLoop

    first, begun = ranks.rank == 0, 0
    if options.out and result_of(config, options.out):
        print(f"This run is done: its result lies in {options.out / 'runs'}.", file=sys.stderr)
        return
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)  # what cannot be written is said before the hours
    loop = TrainingLoop(config, ranks)
    points = loop.run()
    if options.out:
        long_run = LongRun(loop, options.out, options.every, writes=first)
        points, begun = long_run.run(), long_run.begun
    if not first:
        deque(points, maxlen=0)  # takes part, and leaves the rest to the first rank
        return
    line = ProgressLine(loop.total_steps, "steps", begun)
    told = map(asdict, _told(points, line, len(config.lanes) - 1))
    if options.csv:
        kept = _kept_lines(options.csv, begun)
        with options.csv.open("w", encoding="utf-8", newline="") as file:
            file.writelines(kept)
            _print_evaluations(_copied(told, file, head=not kept), line)
    else:
        _print_evaluations(told, line)


def _told(points: Iterable[Point], line: ProgressLine, last: int) -> Iterable[Point]:
    """The same points; the line moves on with every step of the last lane."""
    for point in points:
        yield point
        if point.lane == last:
            line.at(point.step)


def _kept_lines(path: Path, begun: int) -> list[str]:
    """The lines of a file of steps up to those of the checkpoint; none without one."""
    if not begun or not path.exists():
        return []
    head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [head, *(line for line in lines if int(line.partition(",")[0]) <= begun)]


def train_config(pairs: Iterable[str], file: Path | None, recipe: str | None = None) -> TrainConfig:
    """The file's configuration, a recipe's or the default, with values by name; a lane's for every lane."""
    given: dict[str, Any] = {}
    for name, value in map(_pair, pairs):
        if name in given:
            raise ValueError(f"each NAME must be given once, got {name} twice")
        given[name] = value
    lane = {name: given.pop(name) for name in ("method", *OF_LANES) if name in given}
    if recipe is not None:
        base = RECIPES[recipe].config
    elif file is not None:
        base = TrainConfig.from_dict(read_json(file))
    else:
        lanes = [LaneConfig.from_dict({"method": "sam_sps"} | lane).to_dict()]
        return TrainConfig.from_dict({"lanes": lanes} | given)
    lanes = [one.to_dict() | lane for one in base.lanes]
    return TrainConfig.from_dict(base.to_dict() | given | {"lanes": lanes})


def _pair(text: str) -> tuple[str, Any]:
    name, is_pair, value = text.partition("=")
    if not is_pair:
        raise ValueError(f"a value must be given as NAME=VALUE, got {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value  # a word


def _copied(points: Iterable[dict[str, Any]], file: TextIO, head: bool = True) -> Iterable[dict[str, Any]]:
    """The same points, each written as a line of CSV on its way; `head` where the file is empty."""
    writer = None
    for point in points:
        if writer is None:
            writer = csv.DictWriter(file, list(point), lineterminator="\n")
            if head:
                writer.writeheader()
        writer.writerow(point)
        yield point


def _print_evaluations(points: Iterable[dict[str, Any]], line: ProgressLine) -> None:
    line.clear()
    print("lane,step,grad_evals,test_loss,test_accuracy,test_accuracy_recomputed")
    for point in points:
        if point["test_accuracy"] is not None:
            anew = point["test_accuracy_recomputed"]
            line.clear()
            print(
                f"{point['lane']},{point['step']},{point['grad_evals']},{point['test_loss']:.6g},"
                f"{point['test_accuracy']:.6g},{'' if anew is None else f'{anew:.6g}'}",
                flush=True,
            )


def read_json(path: Path) -> Any:
    """What a file says; ValueError where it is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
