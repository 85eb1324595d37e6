"""The commands list and sweep of `python -m neural`; each takes the options and returns the exit status."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from neural import sweep_folder
from neural.config import TrainConfig
from neural.pool import train_all
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
    failed = _train_missing(missing, options.workers, folder, done)
    write_tables(folder, config, done)
    print(written_csv(table(config, done)), end="")
    return 1 if failed else 0


def _sweep(file: str) -> SweepConfig:
    if file in READY:
        return READY[file].sweep
    if file in RECIPES:
        return RECIPES[file].sweep
    return SweepConfig.from_dict(read_json(Path(file)))


def _train_missing(
    missing: Mapping[str, TrainConfig], workers: int, folder: Path, done: dict[str, RunResult]
) -> int:
    """Train, adding to `done`; the number of runs that failed, each of which says why."""
    begun, failed = time.monotonic(), 0
    with closing(train_all(missing, min(workers, max(1, len(missing))))) as results:
        for count, (name, result) in enumerate(results, start=1):
            if isinstance(result, RunResult):
                sweep_folder.write(folder / "runs", missing[name], result)
                done[name] = result
            else:
                failed += 1
                print(f"\n{name} failed: {type(result).__name__}: {result}", file=sys.stderr)
            left = (time.monotonic() - begun) / count * (len(missing) - count)
            _progress(count, len(missing), left)
    return failed


def _progress(count: int, all_runs: int, left: float) -> None:
    """A line that renews itself on a terminal; elsewhere one for every tenth part."""
    line = f"{count} of {all_runs} runs, {int(left) // 60}:{int(left) % 60:02d} left"
    if sys.stderr.isatty():
        print(f"\r{line}   ", end="\n" if count == all_runs else "", file=sys.stderr, flush=True)
    elif count * 10 // all_runs > (count - 1) * 10 // all_runs:
        print(line, file=sys.stderr, flush=True)


def write_tables(folder: Path, config: SweepConfig, done: Mapping[str, RunResult]) -> None:
    """The sweep itself, and its table and runs as CSV and Parquet, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sweep.json").write_text(json.dumps(config.to_dict(), indent=1) + "\n", encoding="utf-8")
    for name, rows in (("table", table(config, done)), ("runs", run_rows(config, done))):
        (folder / f"{name}.csv").write_text(written_csv(rows), encoding="utf-8")
        write_parquet(rows, folder / f"{name}.parquet")
