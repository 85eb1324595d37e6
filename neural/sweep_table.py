"""What a sweep says: mean and spread over its seeds, the best of what was tuned, and what all of it cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from statistics import fmean, stdev
from typing import Any, Literal

from neural.sweep import SweepConfig, SweepMethod, Values, points
from neural.sweep_result import RunResult
from neural.sweep_runs import runs_of

Measure = Literal["test_accuracy", "recomputed"]
Row = dict[str, Any]


def table(
    sweep: SweepConfig,
    results: Mapping[str, RunResult],
    *,
    measure: Measure = "test_accuracy",
    tune_once: bool = False,
) -> list[Row]:
    """One row for every method and point of the grid, as far as its runs are done.

    Parameters
    ----------
    sweep : SweepConfig
    results : mapping of str to RunResult
        By the name of the run; may be incomplete.
    measure : {"test_accuracy", "recomputed"}
        By which the best combination is chosen of those that a method is tuned over. It is measured on the
        test set, which flatters what is tuned.
    tune_once : bool
        Choose at the first point of the grid only, at its cost, and keep the choice at the others.

    Returns
    -------
    list of dict
        "method", "label"; the point, by name; "tuned", the chosen combination as a mapping. "seeds", runs of
        that combination that are done; "done" and "runs", of all combinations. For "test_accuracy" and
        "recomputed" (with BatchNorm's statistics computed anew) the mean over seeds and, under "…_std", the
        standard deviation with n − 1, None for less than two. "capped", "clamped", "skipped", shares of all
        steps. "grad_evals" of one training, and "grad_evals_tuned", of one training of every combination
        that was tried: what the choice cost. Numbers are None where no run is done.
    """
    rows = []
    by_cell = _by_cell(sweep, results)
    for method in sweep.methods:
        kept: Values | None = None
        for point in points(sweep.grid):
            found = by_cell[method, point]
            tried = found if kept is None else {kept: found[kept]}
            chosen = _best(tried, measure)
            if tune_once and kept is None:
                kept = chosen
            rows.append(_row(method, point, chosen, tried))
    return rows


def run_rows(sweep: SweepConfig, results: Mapping[str, RunResult]) -> list[Row]:
    """One row for every run that is done and every place in the sweep that it has."""
    rows = []
    for run in runs_of(sweep):
        if (result := results.get(run.name)) is not None:
            place = {"label": run.method.label, **dict(run.point), **dict(run.tuned)}
            rows.append({**place, "seed": run.config.seed, **result.to_dict()})
    return rows


def written_csv(rows: Sequence[Row]) -> str:
    """Rows as CSV; None is an empty field."""
    text = io.StringIO()
    names = list(dict.fromkeys(chain.from_iterable(map(_flat, rows))))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(_flat, rows))
    return text.getvalue()


def write_parquet(rows: Sequence[Row], path: Path) -> None:
    """Rows as a Parquet file, with the columns of `written_csv`."""
    import pyarrow
    import pyarrow.parquet

    flat = [_flat(row) for row in rows]
    names = list(dict.fromkeys(chain.from_iterable(flat)))
    columns = {name: [row.get(name) for row in flat] for name in names}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def _by_cell(
    sweep: SweepConfig, results: Mapping[str, RunResult]
) -> dict[tuple[SweepMethod, Values], dict[Values, list[RunResult | None]]]:
    """The runs of every method and point: for each combination one a seed, None where it is not done."""
    found: dict[tuple[SweepMethod, Values], dict[Values, list[RunResult | None]]] = {}
    for run in runs_of(sweep):
        cell = found.setdefault((run.method, run.point), {})
        cell.setdefault(run.tuned, []).append(results.get(run.name))
    return found


def _best(tried: Mapping[Values, Sequence[RunResult | None]], measure: Measure) -> Values:
    """The combination of the highest mean; of equal ones, and before any run is done, the first."""

    def mean(combination: Values) -> float:
        return _mean(tried[combination], lambda run: getattr(run, measure)) or 0.0

    return max(tried, key=mean)


def _row(
    method: SweepMethod,
    point: Values,
    chosen: Values,
    tried: Mapping[Values, Sequence[RunResult | None]],
) -> Row:
    runs = tried[chosen]
    everything = [run for many in tried.values() for run in many]
    row: Row = {"method": method.method, "label": method.label, **dict(point), "tuned": dict(chosen)}
    row |= {
        "seeds": sum(run is not None for run in runs),
        "done": sum(run is not None for run in everything),
        "runs": len(everything),
    }
    for name in ("test_accuracy", "recomputed"):
        known = [value for run in runs if run and (value := getattr(run, name)) is not None]
        row[name] = fmean(known) if known else None
        row[f"{name}_std"] = stdev(known) if len(known) > 1 else None
    for what in ("capped", "clamped", "skipped"):
        row[what] = _mean(runs, lambda run, what=what: getattr(run, what) / run.steps)  # type: ignore[misc]
    row["grad_evals"] = _mean(runs, lambda run: run.grad_evals)
    costs = [_mean(many, lambda run: run.grad_evals) for many in tried.values()]
    row["grad_evals_tuned"] = sum(cost for cost in costs if cost is not None) if any(costs) else None
    return row


def _mean(runs: Sequence[RunResult | None], of: Callable[[RunResult], float | None]) -> float | None:
    known = [value for run in runs if run is not None and (value := of(run)) is not None]
    return fmean(known) if known else None


def _flat(row: Row) -> Row:
    """The combination that was chosen as columns of their own."""
    return dict(_flat_items(row))


def _flat_items(row: Row) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}_{key}", inner) for key, inner in value.items())
        else:
            yield name, value
