"""Several methods over five seeds, measured by benchmarks/landscape.py: the table, and what it says."""

from __future__ import annotations

import json
import math
from functools import cache
from html import escape
from pathlib import Path
from statistics import mean, stdev

from lab.ui.table import table_html
from lab.ui.theme import DARK, style
from lab.ui.words import plural
from neural.catalog import DATASETS, NETWORKS
from neural.landscape.comparison import MEASURES, Comparison
from neural.methods import METHODS

FILE = Path(__file__).parents[2] / "assets" / "examples" / "flatness.json"
NAMES = {
    "eigenvalue": "largest eigenvalue",
    "trace": "trace",
    "sharpness": "sharpness",
    "average": "average sharpness",
    "slice_rise": "rise of the slices",
}
COLUMNS = {**NAMES, "train_loss": "training loss", "test_accuracy": "test accuracy"}
OURS, BASELINES = "sam_sps", ("sgd_constant", "sam_constant")


@cache
def comparisons(file: Path = FILE) -> dict[str, Comparison]:
    """What was measured, by network; empty where it was not."""
    if not file.exists():
        return {}
    data = json.loads(file.read_text(encoding="utf-8"))
    return {network: Comparison.from_dict(found) for network, found in data.items()}


def subject(found: Comparison) -> str:
    """What was trained."""
    config = found.config
    seeds = len({one.seed for one in found.minima})
    return (
        f"**{NETWORKS[config.network].label}** on {DATASETS[config.dataset].label}, {config.epochs} epochs, "
        f"{plural(seeds, 'seed')}; baselines at the best of the rates that were tried, by test accuracy. "
        f"Measured on all training images, ρ = {found.rho:g}."
    )


def sentences(found: Comparison) -> list[str]:
    """Are the minima of SAM-SPS flatter than those of each baseline, and does test accuracy follow?"""
    said = []
    for other in BASELINES:
        if found.of(OURS, "trace") and found.of(other, "trace"):
            said.append(_compared(found, other))
    if said:
        said.append(_follows(found))
    return said


def _compared(found: Comparison, other: str) -> str:
    """SAM-SPS beside one baseline: by which measures it is flatter in every seed, in none, in some."""
    signs = {name: found.pair(name, OURS, other).sign for name in MEASURES}
    groups = (
        ("flatter in every seed by", [name for name, sign in signs.items() if sign < 0]),
        ("sharper in every seed by", [name for name, sign in signs.items() if sign > 0]),
        ("not the same way in every seed by", [name for name, sign in signs.items() if sign == 0]),
    )
    parts = [
        f"{how} {', '.join(_with_means(found, other, name) for name in names)}"
        for how, names in groups
        if names
    ]
    accuracy, loss = found.pair("test_accuracy", OURS, other), found.pair("train_loss", OURS, other)
    seeds = len(accuracy.first)
    mine, theirs = accuracy.means
    return (
        f"**{_label(OURS)} against {_label(other)}:** its minima are {'; '.join(parts)}. Test accuracy is "
        f"higher in {accuracy.higher} and lower in {accuracy.lower} of {plural(seeds, 'seed')} "
        f"({mine:.2%} against {theirs:.2%} in the mean); the training loss is {loss.means[0]:.2g} against "
        f"{loss.means[1]:.2g}."
    )


def _with_means(found: Comparison, other: str, measure: str) -> str:
    mine, theirs = found.pair(measure, OURS, other).means
    return f"{NAMES[measure]} ({mine:.3g} against {theirs:.3g})"


def _follows(found: Comparison) -> str:
    """Whether flatter minima test better, and whether sharp ones only fit less closely, over all minima."""
    said = [
        f"**Over all {len(found.minima)} minima** the rank correlation of test accuracy with sharpness is: "
        f"{_correlations(found, 'test_accuracy')}.",
        "Near −1, flatter would mean better; near 0, it says nothing.",
    ]
    if with_loss := _correlations(found, "train_loss"):
        said.append(f"That of the training loss is: {with_loss}.")
        said.append("Near +1, sharp is what fits less closely.")
    said.append("Other rates of the baselines would give other minima, and perhaps another order.")
    return " ".join(said)


def _correlations(found: Comparison, result: str) -> str:
    known = {name: found.rank_correlation(name, result) for name in MEASURES}
    return ", ".join(
        f"{NAMES[name]} {value:+.2f}".replace("-", "−")
        for name, value in known.items()
        if not math.isnan(value)
    )


def table(found: Comparison) -> str:
    """Mean and standard deviation over the seeds, a row for each method, as HTML."""
    head = "<th>method</th>" + "".join(f"<th>{escape(name)}</th>" for name in COLUMNS.values())
    lines = []
    for method in dict.fromkeys(one.method for one in found.minima):
        color = style(method).color
        color = f"light-dark({color}, {DARK[color]})"
        first = f'<th scope="row" style="--method: {color}">{escape(_label(method))}</th>'
        cells = (_cell(name, found.of(method, name)) for name in COLUMNS)
        lines.append(f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>")
    network = NETWORKS[found.config.network].label
    return table_html(f"Sharpness and test accuracy over seeds, {network}", head, "".join(lines))


def _cell(name: str, values: list[float]) -> str:
    spread = stdev(values) if len(values) > 1 else math.nan
    if name == "test_accuracy":
        return f"{100 * mean(values):.2f} ± {100 * spread:.2f} %"
    return f"{mean(values):.3g} ± {spread:.2g}"


def _label(method: str) -> str:
    return METHODS[method].label
