"""Which constants the baselines with steps from theory use, on the full batch and on mini-batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.ridge.result import RidgeResult
from synthetic import Method


@dataclass(frozen=True)
class Recipe:
    """Radius and step size of a baseline, in LaTeX, and what its source proves of them."""

    rho: str
    gamma: str
    remark: str = ""


# By method: on the full batch, on mini-batches. One rule: there L, here L_max.
RECIPES = {
    "af22": (
        Recipe(r"\rho = 1/(2L)", r"\gamma = 1/(2L)"),
        Recipe(
            r"\rho_t = \sqrt{\gamma_t/L_{\max}}",
            r"\gamma_t = \min\{(8t+4)/(3\mu(t+1)^2),\, 1/(2L_{\max})\}",
        ),
    ),
    "khanh24": (
        Recipe(r"\rho = 1/(2L)", r"\gamma = 2/(9L)"),
        Recipe(
            r"\rho = 1/(2L_{\max})",
            r"\gamma = 2/(9L_{\max})",
            "its source is about the full batch: on mini-batches nothing is guaranteed",
        ),
    ),
    "unified": (
        Recipe(r"\rho = 1/(6L)", r"\gamma = (1-3L\rho)/(2L(2L^2\rho^2+1))"),
        Recipe(
            r"\rho = \mu/(2L_{\max}(\mu+2L_{\max}))",
            r"\gamma = (\mu-L_{\max}\rho(\mu+2L_{\max}))/(2L_{\max}^2(2L_{\max}^2\rho^2+1))",
        ),
    ),
}
RULE = (
    "with the full batch they use $L$",
    r"on mini-batches they use $L_{\max}$, since a mini-batch loss can be less smooth than $f$",
)


def steps_from_theory(result: RidgeResult) -> str:
    """The constants of the baselines that are shown, as Markdown; empty where there is none."""
    stochastic = result.config.m > 0
    shown = [track.method for key, track in result.tracks.items() if key in RECIPES]
    lines = [_line(method, RECIPES[method.key][stochastic]) for method in shown]
    return "\n".join([f"Steps from theory: {RULE[stochastic]}.", *lines]) if lines else ""


def _line(method: Method, recipe: Recipe) -> str:
    start = np.zeros(1, dtype=np.int64)
    rho, gamma = float(method.rho_at(start)[0]), float(method.gamma_at(start)[0])
    now = " at first" if recipe.gamma.startswith(r"\gamma_t") else ""
    remark = f"; {recipe.remark}" if recipe.remark else ""
    return f"- {method.name}: ${recipe.rho}$, ${recipe.gamma}$, which is $\\rho = {rho:.4g}$, $\\gamma = {gamma:.4g}${now}{remark}."
