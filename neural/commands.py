"""The commands list and sweep of `python -m neural`; each takes the options and returns the exit status."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from neural import sweep_folder
from neural.config import TrainConfig
from neural.pool import train_all
from neural.progress_line import ProgressLine
from neural.ready_sweeps import READY
from neural.recipes import RECIPES
from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.sweep_table import run_rows, table, write_parquet, written_csv
from neural.train_command import read_json


def list_ready(_options: argparse.Namespace) -> int:
    """One paragraph for each sweep that is ready."""
    for key, ready in READY.items():
        runs = len(configs_of(ready.sweep))
        print(f"{key}: {ready.label}\n  {ready.about} {runs} runs, about {ready.seconds:g} s on two cores.")
    for key, recipe in RECIPES.items():
        runs = len(configs_of(recipe.sweep))
        print(
            f"{key}: {recipe.label}\n  At full size, for GPUs. {runs} runs of {recipe.config.epochs} epochs."
        )
    return 0


def sweep(options: argparse.Namespace) -> int:
    """Train what is not done yet; write every result at once, and the tables at the end."""
    config = _sweep(options.file)
    if options.device:
        others = tuple(pair for pair in config.fixed if pair[0] != "device")
        config = replace(config, fixed=(*others, ("device", options.device)))
    folder = options.out or Path("build/sweeps") / Path(options.file).stem
    configs = configs_of(config)
    done = sweep_folder.read(folder / "runs", configs)
    missing = {name: one for name, one in configs.items() if name not in done}
    print(f"{len(configs)} runs, {len(missing)} to do, into {folder}", file=sys.stderr)
    failed = _train_missing(missing, options, folder, done)
    write_tables(folder, config, done)
    print(written_csv(table(config, done)), end="")
    return 1 if failed else 0


def _sweep(file: str) -> SweepConfig:
    if file in READY:
        return READY[file].sweep
    if file in RECIPES:
        return RECIPES[file].sweep
    if not Path(file).exists():
        raise ValueError(f"FILE must be a file or one of {', '.join([*READY, *RECIPES])}, got {file!r}")
    return SweepConfig.from_dict(read_json(Path(file)))


def _train_missing(
    missing: Mapping[str, TrainConfig],
    options: argparse.Namespace,
    folder: Path,
    done: dict[str, RunResult],
) -> int:
    """Train, adding to `done`; the number of runs that failed. Each reason is said once."""
    line = ProgressLine(len(missing) or 1, "runs")
    failed: Counter[str] = Counter()
    workers = min(options.workers, max(1, len(missing)))
    with closing(train_all(missing, workers, folder, options.every)) as results:
        for count, (name, result) in enumerate(results, start=1):
            if isinstance(result, RunResult):
                done[name] = result
            else:
                why = f"{type(result).__name__}: {result}"
                failed[why] += 1
                if failed[why] == 1:
                    line.clear()
                    print(f"{name} failed: {why}", file=sys.stderr)
            line.at(count)
    for why, count in failed.items():
        if count > 1:
            print(f"{count} runs failed like this: {why}", file=sys.stderr)
    return failed.total()


def write_tables(folder: Path, config: SweepConfig, done: Mapping[str, RunResult]) -> None:
    """The sweep itself, and its table and runs as CSV and Parquet, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sweep.json").write_text(json.dumps(config.to_dict(), indent=1) + "\n", encoding="utf-8")
    for name, rows in (("table", table(config, done)), ("runs", run_rows(config, done))):
        (folder / f"{name}.csv").write_text(written_csv(rows), encoding="utf-8")
        write_parquet(rows, folder / f"{name}.parquet")
