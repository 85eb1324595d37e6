"""Words around the map of iterations to a target."""

from __future__ import annotations

import numpy as np

from lab.params.ridge_methods import METHODS
from lab.ridge.map import DIVERGED, MapResult
from lab.ui.words import Words, plural

ALT = "Heat map of the iterations to the target over the condition number and the radius."


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
        answer="Compare a row with a column. Where the colour changes mostly along $\\kappa$, conditioning is what costs; the rows in "
        "which $\\rho$ matters are those near and beyond $\\rho L = 1$.",
    )


def _notice(result: MapResult) -> str:
    config, times = result.config, result.iterations
    missing, gone = int(np.isnan(times).sum()), int((times == DIVERGED).sum())
    label = METHODS[config.map_of].label
    notice = f"Iterations of {label} until the relative gap is at most {config.map_target:g}; "
    notice += "counts above 50 are known to 2%." if (times > 50).any() else "a ring: not reached."
    if missing or gone:
        notice += f" Not reached in {config.map_T} iterations: {plural(missing, 'cell')}"
        notice += f"; ended above their start: {gone}." if gone else "."
    return notice
