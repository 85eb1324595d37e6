"""A finished sweep of the Robustness page: python benchmarks/robustness.py KEY FOLDER

Writes assets/examples/sweeps/KEY.json from what ``python -m neural sweep KEY --out FOLDER`` has trained.
``python benchmarks/robustness.py docs`` writes docs/networks.md and docs/when-not.md from those files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab.robustness import documents  # noqa: E402
from lab.robustness.shipped import file_of, write  # noqa: E402
from neural import sweep_folder  # noqa: E402
from neural.sweep import SweepConfig  # noqa: E402
from neural.sweep_runs import configs_of  # noqa: E402


def text_of(folder: Path) -> str:
    """The sweep from a folder; ValueError where runs are missing."""
    sweep = SweepConfig.from_dict(json.loads((folder / "sweep.json").read_text(encoding="utf-8")))
    configs = configs_of(sweep)
    results = sweep_folder.read(folder / "runs", configs)
    if missing := len(configs) - len(results):
        raise ValueError(f"folder must hold all runs of its sweep, {missing} are missing in {folder}")
    return write(sweep, results)


if __name__ == "__main__":
    if sys.argv[1:] == ["docs"]:
        documents.write()
    else:
        key, folder = sys.argv[1:]
        file_of(key).write_text(text_of(Path(folder)), encoding="utf-8")
