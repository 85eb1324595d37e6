"""Results of a sweep in a folder, a small JSON file for each run: what is there is not run again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from neural.config import TrainConfig
from neural.sweep_result import RunResult


def read(folder: Path, configs: Mapping[str, TrainConfig]) -> dict[str, RunResult]:
    """The results that are there, by name; a file that is damaged, or of another run, does not count."""
    found = {}
    for name, config in configs.items():
        try:
            kept = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            if TrainConfig.from_dict(kept["config"]) == config:
                found[name] = RunResult.from_dict(kept["result"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found


def write(folder: Path, config: TrainConfig, result: RunResult) -> None:
    """Add a result, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{result.name}.json"
    part = file.with_suffix(".part")
    text = json.dumps({"config": config.to_dict(), "result": result.to_dict()}, indent=1)
    part.write_text(text + "\n", encoding="utf-8")
    os.replace(part, file)
