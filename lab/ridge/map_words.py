"""Words around the map of iterations to a target."""

from __future__ import annotations

import numpy as np

from lab.params.ridge_methods import METHODS
from lab.ridge.map import DIVERGED, MapResult
from lab.ridge.spread import ONE_PART
from lab.ui.words import Words, plural

ALT = "Heat map of the iterations to the target over the condition number and the radius."
UNSURE = 1.1  # highest count over the lowest from which on a cell is called unsure


def map_words(result: MapResult) -> Words:
    """Around the map."""
    if not (result.iterations > 0).any():
        return Words(
            alt=ALT,
            notice=_notice(result),
            question="Why is the target reached nowhere?",
            answer="Either the iterations do not suffice, or there is a neighbourhood that the method does not leave: noise with $\\ell^* = 0$, "
            "or the fixed climb of SAM. Choose a larger target or more iterations, and see whether a colour appears.",
        )
    return Words(
        alt=ALT,
        notice=_notice(result),
        question="Along which axis does the colour change more?",
        answer="Compare a row with a column. Where the colour changes mostly along $\\kappa$, conditioning is what costs. "
        + _rows(result),
    )


def _rows(result: MapResult) -> str:
    """Which rows to look at: a radius is a factor of the gradient, or a length."""
    if result.config.map_of in ("sam_ps", "sam"):
        return "Up a column: the climb of SAM has the length $\\rho$ also near $x^*$, and from some $\\rho$ on it stops before the target."
    return "Of the rows look at those near and beyond $\\rho L = 1$, where the guarantees end."


def _notice(result: MapResult) -> str:
    config, times = result.config, result.iterations
    missing, gone = int(np.isnan(times).sum()), int((times == DIVERGED).sum())
    label = METHODS[config.map_of].label
    notice = f"Iterations of {label} until the relative gap is at most {config.map_target:g}; "
    notice += "a ring: not reached."
    if missing or gone:
        notice += f" Not reached in {config.map_T} iterations: {plural(missing, 'cell')}"
        notice += f"; ended above their start: {gone}." if gone else "."
    return notice + _known(result)


def _known(result: MapResult) -> str:
    """How far the counts are known: in how many cells rounding moves them, and in which the most."""
    there = result.iterations > 0
    known = there & np.isfinite(result.low)
    width = np.where(known, result.high / np.maximum(result.low, 1), 1.0)
    if not (unsure := int(np.sum(width > UNSURE))):
        return ""
    line, column = np.unravel_index(np.argmax(width), width.shape)
    low, high = result.low[line, column], result.high[line, column]
    most = f"{int(high):,}" if np.isfinite(high) else "more than are run"
    return (
        f" In {unsure} of the {plural(int(there.sum()), 'cell')} with a count starts that differ by one part in "
        f"{ONE_PART} change it by more than {UNSURE - 1:.0%}: steps that answer to the gradients amplify rounding. "
        f"Point at a cell for its range; the widest, at $\\kappa$ = {result.kappas[column]:.3g} and radius {result.radii[line]:.2g}, is {int(low):,} to {most}."
    )
