"""SAM-SPS beside optimizers of other authors: accuracy and gradient evaluations on three small tasks.

    python benchmarks/peers.py [--workers 2] [--out build/peers]

Every method at its defaults and on a small grid, three seeds, the same weights and batches for all of a seed.
Writes assets/examples/peers.json and the table of README. Left or killed, it goes on where it was; about
twenty minutes on two cores. Methods whose packages are missing are left out, and named.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from statistics import mean, stdev
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from neural import sweep_folder  # noqa: E402
from neural.packages import missing  # noqa: E402
from neural.pool import train_all  # noqa: E402
from neural.sweep import SweepConfig, SweepMethod, Value, Values  # noqa: E402
from neural.sweep_result import RunResult  # noqa: E402
from neural.sweep_runs import configs_of, runs_of  # noqa: E402

FILE = ROOT / "assets/examples/peers.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- peers: written by benchmarks/peers.py -->", "<!-- peers: end -->"
Row = dict[str, Any]


def _method(key: str, name: str, *values: Value, also: Values = ()) -> SweepMethod:
    return SweepMethod(key, also, ((name, values),))


MOMENTUM: Values = (("momentum", 0.9),)
#: Each with the hyperparameter of its grid; the first value is the method's default here.
METHODS = (
    _method("sam_sps", "rho", 0.1, 0.05, 0.2),
    _method("usam_sps", "rho", 0.1, 0.05, 0.2),
    _method("sps_max", "gamma_b", 1.0, 0.1, 10.0),
    _method("sam_cosine", "lr", 0.1, 0.01, 0.03, 0.3, also=MOMENTUM),
    _method("sgd_cosine", "lr", 0.1, 0.01, 0.03, 0.3, also=MOMENTUM),
    _method("adam", "lr", 1e-3, 3e-4, 3e-3),
    _method("muon", "lr", 1e-3, 3e-3, 1e-2),
    _method("momo", "lr", 1.0, 0.1, 10.0),
    _method("prodigy", "lr", 1.0, 0.3, 3.0),
    _method("schedule_free", "lr", 2.5e-3, 1e-3, 1e-2),
    _method("dog", "lr", 1.0, 0.3, 3.0),
)
_COMMON: Values = (("network", "small_cnn_bn"), ("eval_every", 1_000_000))
_DIGITS: Values = (*_COMMON, ("epochs", 15))
TASKS: dict[str, Values] = {
    "digits": _DIGITS,
    "digits, 30% of the labels wrong": (*_DIGITS, ("label_noise", 0.3)),
    "textures": (*_COMMON, ("dataset", "textures"), ("train_size", 2_000), ("epochs", 10)),
}


def sweep_of(task: str) -> SweepConfig:
    """The runs of a task, of the methods that are here."""
    here = tuple(method for method in METHODS if not missing(method.method))
    return SweepConfig(here, grid=(), fixed=TASKS[task])


def rows_of(sweep: SweepConfig, results: Mapping[str, RunResult]) -> list[Row]:
    """For each method its accuracies over seeds, at its defaults and at the best of its grid, and their cost.

    Accuracies are those with BatchNorm's statistics recomputed.
    """
    rows = []
    for method in sweep.methods:
        tried: dict[Values, list[RunResult]] = {}
        for run in runs_of(sweep):
            if run.method == method:
                tried.setdefault(run.tuned, []).append(results[run.name])
        accuracies = {point: [round(r.recomputed or 0.0, 4) for r in runs] for point, runs in tried.items()}
        default, best = next(iter(tried)), max(accuracies, key=lambda point: mean(accuracies[point]))
        rows.append(
            {
                "label": method.label,
                "default": dict(default),
                "default_accuracy": accuracies[default],
                "best": dict(best),
                "best_accuracy": accuracies[best],
                "grad_evals": tried[default][0].grad_evals,
                "grad_evals_of_grid": sum(runs[0].grad_evals for runs in tried.values()),
            }
        )
    return rows


def table(data: Mapping[str, Any]) -> str:
    """What README shows, as Markdown: a table, and how SAM-SPS compares with each."""
    tasks: Mapping[str, list[Row]] = data["tasks"]
    columns = [(task, kind) for task in tasks for kind in ("default", "best")]
    top = {(task, kind): max(_percent(row, kind) for row in tasks[task]) for task, kind in columns}
    head = ["method", *(f"{task}: {kind}" for task, kind in columns), "gradients: default", "grid"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for rows in zip(*tasks.values(), strict=True):
        of_task = dict(zip(tasks, rows, strict=True))
        cells = [rows[0]["label"], *(_cell(of_task[task], kind, top[task, kind]) for task, kind in columns)]
        costs = [sum(row[name] for row in rows) for name in ("grad_evals", "grad_evals_of_grid")]
        lines.append(f"| {' | '.join([*cells, *(f'{cost:,}' for cost in costs)])} |")
    return "\n".join([*lines, "", _verdict(tasks), "", _source(data)]) + "\n"


def _percent(row: Row, kind: str) -> float:
    return round(100 * mean(row[f"{kind}_accuracy"]), 1)


def _cell(row: Row, kind: str, top: float) -> str:
    found = _percent(row, kind)
    text = f"{found:.1f} ± {100 * stdev(row[f'{kind}_accuracy']):.1f}"
    values = ", ".join(f"{name} {value:g}" for name, value in row["best"].items())
    return (f"**{text}**" if found == top else text) + (f" ({values})" if kind == "best" else "")


def _verdict(tasks: Mapping[str, list[Row]]) -> str:
    """Of each task and column, before how many of the others SAM-SPS, the first row, stands."""
    said = []
    for task, (ours, *others) in tasks.items():
        for kind in ("default", "best"):
            own = _percent(ours, kind)
            behind = sum(_percent(row, kind) < own for row in others)
            ahead = sum(_percent(row, kind) > own for row in others)
            said.append(f"{task}, {kind}: ahead of {behind}, behind {ahead}")
    return f"{ours['label']} beside the other {len(others)}: {'; '.join(said)}."


def _source(data: Mapping[str, Any]) -> str:
    absent = f" Left out, not installed: {', '.join(data['absent'])}." if data["absent"] else ""
    return f"Measured at commit {data['commit']} with torch {data['torch']} on the CPU.{absent}"


def written(text: str, data: Mapping[str, Any]) -> str:
    """The text with the table between its two marks."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table(data)}{END}{rest.split(END)[1]}"


def trained(sweep: SweepConfig, folder: Path, workers: int) -> dict[str, RunResult]:
    """The results of a sweep; those in the folder are not run again. RuntimeError where a run fails."""
    configs = configs_of(sweep)
    done = sweep_folder.read(folder / "runs", configs)
    to_do = {name: config for name, config in configs.items() if name not in done}
    with closing(train_all(to_do, workers, folder)) as results:
        for count, (name, result) in enumerate(results, start=1):
            if not isinstance(result, RunResult):
                raise RuntimeError(f"run {name} failed: {result}") from result
            done[name] = result
            print(f"\r{count} of {len(to_do)} runs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return done


def main(arguments: Iterable[str] | None = None) -> None:
    """Train what is missing, write the numbers and the table, and print it."""
    import torch

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=ROOT / "build/peers")
    options = parser.parse_args(None if arguments is None else list(arguments))
    commit = ["git", "rev-parse", "--short", "HEAD"]
    data = {
        "commit": subprocess.run(commit, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip(),
        "torch": torch.__version__.partition("+")[0],
        "absent": [method.label for method in METHODS if missing(method.method)],
        "tasks": {
            task: rows_of(sweep, trained(sweep, options.out, options.workers))
            for task, sweep in ((task, sweep_of(task)) for task in TASKS)
        },
    }
    FILE.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    README.write_text(written(README.read_text(encoding="utf-8"), data), encoding="utf-8")
    print(table(data))


if __name__ == "__main__":
    main()
