"""The table of a sweep, one row for each method and value of ρ, with links to its runs."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from lab.params import CnnConfig
from lab.robustness.compute import RobustnessResult, is_adaptive
from lab.robustness.looks import look
from lab.ui.table import table_html
from lab.ui.theme import DARK
from neural.sweep import SweepMethod
from neural.sweep_runs import runs_of
from neural.sweep_table import Row

COLUMNS = ("accuracy", "recomputed", "tuned", "capped", "clamped", "gradients", "with tuning", "runs")


def table(result: RobustnessResult) -> str:
    """The table as HTML."""
    left_out = {"recomputed"} if not result.batch_norm else set()
    left_out |= {"runs"} if result.shipped else set()
    columns = [name for name in COLUMNS if name not in left_out]
    symbol = CnnConfig.rows()[f"a_{result.axis}"].symbol
    head = "".join(f"<th>{escape(name)}</th>" for name in ("method", symbol, *columns))
    links = _links(result)
    lines = []
    for method, rows in result.by_method.items():
        color = look(result, method).color
        first = (
            f'<th scope="row" style="--method: light-dark({color}, {DARK[color]})">'
            f"{escape(method.label)}</th>"
        )
        for row in rows:
            cells = _cells(row, is_adaptive(method)) | {
                "runs": links.get((method, row[result.axis], _tuned(row)), "–")
            }
            shown = "".join(f"<td>{cells[name]}</td>" for name in columns)
            lines.append(f"<tr>{first}<td>{row[result.axis]:g}</td>{shown}</tr>")
    return table_html("Every number of the sweep", head, "".join(lines))


def _cells(row: Row, adaptive: bool) -> dict[str, str]:
    return {
        "accuracy": _accuracy(row, "test_accuracy"),
        "recomputed": _accuracy(row, "recomputed"),
        "tuned": escape(_tuned(row) or "–") if row["done"] else "–",
        "capped": _percent(row["capped"]) if adaptive else "–",
        "clamped": _percent(row["clamped"]) if adaptive else "–",
        "gradients": _number(row["grad_evals"]),
        "with tuning": _number(row["grad_evals_tuned"]),
    }


def _links(result: RobustnessResult) -> dict[tuple[SweepMethod, object, str], str]:
    """Links to the runs of every cell, each under its seed; without an id in the store the seed alone."""
    found: dict[tuple[SweepMethod, object, str], list[str]] = {}
    for run in runs_of(result.sweep):
        if (one := result.results.get(run.name)) is None:
            continue
        tuned = _tuned({"tuned": dict(run.tuned)})
        seed = f"seed {run.config.seed}"
        shown = f'<a href="cnn?v=1&amp;run={quote(one.run)}">{seed}</a>' if one.run else seed
        found.setdefault((run.method, run.point[0][1], tuned), []).append(shown)
    return {cell: ", ".join(many) for cell, many in found.items()}


def _tuned(row: Row) -> str:
    return ", ".join(f"{'rate' if name == 'lr' else name} {value:g}" for name, value in row["tuned"].items())


def _accuracy(row: Row, name: str) -> str:
    if row[name] is None:
        return "–"
    spread = row[f"{name}_std"]
    return f"{100 * row[name]:.1f}" + ("" if spread is None else f" ± {100 * spread:.1f}")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
