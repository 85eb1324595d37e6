"""The Ridge lab's summary, and which guarantees apply to the methods in it."""

from __future__ import annotations

from html import escape

import numpy as np

from lab.ridge.guarantees import BOUNDED, bounds_of, reasons
from lab.ridge.summary import COLUMNS, TARGET, Row
from lab.ui.theme import DARK, style
from synthetic import BOUNDS, Result

SYMBOLS = {
    "ℓ*_S": r"$\ell^*_S$",
    "ℓ*": r"$\ell^*$",
    "f*": "$f^*$",
    "L_max": r"$L_{\max}$",
    "γ_b": r"$\gamma_b$",
    "f_S": "$f_S$",
}


def table(rows: list[Row]) -> str:
    """The summary as HTML; the method's name in its colour's company."""
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    lines = []
    for row in rows:
        color = style(row.key).color
        color = f"light-dark({color}, {DARK[color]})"
        name, *cells = (escape(cell) for cell in row.cells)
        first = f'<th scope="row" style="--method: {color}">{name}</th>'
        lines.append("<tr>" + first + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f'<div class="lab-table"><table><tr>{head}</tr>{"".join(lines)}</table></div>'


TABLE = (
    f"Rate: factor of $f - f^*$ in one iteration, by least squares on its logarithm over the last half of the iterations before "
    f"the gap reaches rounding; beside it what a theorem guarantees for $\\|x-x^*\\|^2$, without the neighbourhood of noise. "
    f"Of several trials: medians. The target is a relative gap of {TARGET:g}."
)


def why_not(result: Result) -> str:
    """For each method the theorems that apply, and why the others do not."""
    blocks = []
    for track in result.tracks.values():
        applies, against = reasons(result, track)
        line = f"**{track.method.name}**: " + (f"{', '.join(applies)} apply." if applies else "none applies.")
        if len(applies) == 1:
            line = line.replace(" apply.", " applies.")
        by_text = [f"- not {', '.join(keys)}: {typeset(text)}" for text, keys in against.items()]
        blocks.append("\n".join([line, *by_text]))
    return "\n\n".join(blocks)


def typeset(reason: str) -> str:
    """A plain sentence of `synthetic.theory.assumptions` with its symbols as the charts show them."""
    for plain, symbol in SYMBOLS.items():
        reason = reason.replace(plain, symbol)
    return reason


def statements(result: Result, held: str) -> list[tuple[str, str]]:
    """Name and statement of every theorem that applies to a method and bounds what is held against it."""
    found = {}
    for track in result.tracks.values():
        for key, bound in bounds_of(result, track, np.array([0])).items():
            theorem = bound.theorem
            if bound.applies and theorem.bounds == BOUNDED[held]:
                found[key] = (f"{key}: {theorem.name}, {theorem.constant}", theorem.statement)
    return [found[key] for key in BOUNDS if key in found]


def guarantees(result: Result, held: str) -> str:
    """Why theorems apply or not, then the statements of those that are drawn."""
    stated = [f"{name}\n\n$$\n{statement}\n$$" for name, statement in statements(result, held)]
    return "\n\n".join([why_not(result), *stated])
