"""Finished sweeps that ship with the app, made by `benchmarks/robustness.py`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

from neural.sweep import SweepConfig
from neural.sweep_result import RunResult

FOLDER = Path(__file__).parents[2] / "assets" / "examples" / "sweeps"
COLUMNS = tuple(field.name for field in fields(RunResult) if field.name != "run")


@cache
def shipped() -> Mapping[SweepConfig, Mapping[str, RunResult]]:
    """The results of each by the names of their runs."""
    return MappingProxyType(dict(read(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")))


def file_of(key: str) -> Path:
    """Where the finished sweep lies that the command line knows by this key."""
    return FOLDER / f"{key}.json"


def read(text: str) -> tuple[SweepConfig, Mapping[str, RunResult]]:
    """The inverse of `write`."""
    kept = json.loads(text)
    found = [RunResult(**dict(zip(COLUMNS, row, strict=True))) for row in kept["results"]]
    return SweepConfig.from_dict(kept["sweep"]), MappingProxyType({one.name: one for one in found})


def write(sweep: SweepConfig, results: Mapping[str, RunResult]) -> str:
    """A sweep and its results as JSON, one line a run, without the ids of runs in a store."""
    head = f'"sweep": {json.dumps(sweep.to_dict())},\n"columns": {json.dumps(COLUMNS)}'
    rows = ",\n".join(json.dumps([getattr(one, name) for name in COLUMNS]) for one in results.values())
    return f'{{{head},\n"results": [\n{rows}\n]}}\n'
