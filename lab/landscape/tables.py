"""The table of numbers: a row for each measure, a column for each lane, beside the exact answers if known."""

from __future__ import annotations

from html import escape

from lab.landscape.compute import Landscapes
from lab.landscape.results import Numbers
from lab.ui.table import table_html
from lab.ui.theme import DARK
from neural.landscape.functions import Estimate

Row = tuple[str, str, str]
"""Name, estimate, exact answer."""


def table(shown: Landscapes) -> str:
    """The table as HTML; empty while there are no numbers."""
    numbers = shown.numbers or ()
    if not numbers:
        return ""
    known = numbers[0].exact is not None
    head = "<th>measure</th>"
    for lane in shown.found.lanes:
        color = lane.style.color
        swatch = f'style="color: light-dark({color}, {DARK[color]})"'
        head += f"<th {swatch}>{escape(lane.label)}</th>" + ("<th>exactly</th>" if known else "")
    of_lanes = [rows(one, shown.found.config.rho) for one in numbers]
    lines = []
    for cells in zip(*of_lanes, strict=True):
        line = f"<th>{cells[0][0]}</th>"
        for _, estimate, exact in cells:
            line += f"<td>{estimate}</td>" + (f"<td>{exact}</td>" if known else "")
        lines.append(f"<tr>{line}</tr>")
    return table_html("Every measure of every lane", head, "".join(lines))


def rows(one: Numbers, rho: float) -> list[Row]:
    """Every measure of one lane."""
    exact, fit = one.exact, one.fit
    found: list[Row] = [
        ("loss there", f"{one.loss:.4g}", ""),
        ("‖∇f‖ there", f"{one.gradient_norm:.3g}", ""),
    ]
    for index, value in enumerate(one.eigenvalues):
        known = f"{exact.eigenvalues[index]:.5g}" if exact else ""
        found.append((f"eigenvalue {index + 1}", f"{value:.5g}", known))
    found += [
        ("trace", _estimate(one.trace), f"{exact.trace:.4g}" if exact else ""),
        ("smallest eigenvalue, about", f"{one.density.nodes.min():.3g}", _smallest(one)),
        (f"sharpness, ρ = {rho:g}", f"≥ {one.sharpness.value:.4g}", f"{exact.greatest:.4g}" if exact else ""),
        ("… at SAM's one step", f"{one.sharpness.one_step:.4g}", ""),
        ("average sharpness", _estimate(one.average), f"{exact.average:.4g}" if exact else ""),
    ]
    if fit is not None:
        found += [
            ("training loss, all images", f"{fit.train_loss:.4g}", ""),
            ("test loss", f"{fit.test_loss:.4g}", ""),
            ("training accuracy", f"{fit.train_accuracy:.2%}", ""),
            ("test accuracy", f"{fit.test_accuracy:.2%}", ""),
        ]
    return found


def _smallest(one: Numbers) -> str:
    return f"{one.exact.eigenvalues[-1]:.3g}" if one.exact else ""


def _estimate(found: Estimate) -> str:
    return f"{found.value:.4g} ± {found.error:.2g}"
