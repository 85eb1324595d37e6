"""Words of the Ridge lab."""

from __future__ import annotations

import streamlit as st

from lab.show import Words
from synthetic import Bound, RidgeRegression

INTRO = (
    "Least squares, $f(x) = \\|Ax-b\\|^2/(2n)$: its constants $L$ and $\\mu$, its minimum $f^*$ and its minimiser "
    "$x^*$ are known exactly, so the method can be held against its theorem."
)
GAP = Words(
    alt="Relative gap to the minimum of each method against iterations on a logarithmic scale.",
    notice="On a log scale a straight line is linear convergence: every step takes the same share of the gap away.",
    question="Which slope does the conditioning set, and which does ρ?",
    answer="Raise $\\kappa$ and every line flattens: the rate is about $1 - c/\\kappa$. $\\rho$ changes the slope much less, "
    "until $\\rho L$ comes near 1.",
)
GAMMA = Words(
    alt="Step size of each method against iterations on a logarithmic scale, with 1/L, 1/(2L) and the cap.",
    notice="The Polyak step is not constant: it moves between about $1/(2L)$ and far above $1/L$. A gap in a line is a "
    "clamped step, $\\gamma = 0$.",
    question="Where does the line go when ρ grows?",
    answer="Down: the gradient at $e$ is longer than at $x$, and $\\gamma = N/\\|\\nabla f(e)\\|^2$ has it in the denominator.",
)
DISTANCE = Words(
    alt="Squared distance to the minimiser of each method against iterations, and the bound of theorem 3.1.",
    notice="The thin dashed line is the guarantee; the measured line of its colour must stay under it.",
    question="How much room is between them, and why?",
    answer="A great deal: the theorem takes the worst curvature in every direction at once. It promises a rate, not this run.",
)


def bound(found: Bound) -> None:
    """Say whether the bound is drawn, and if not, why."""
    name = found.theorem.name
    if found.applies:
        st.markdown(f"**{name} applies** and is drawn:")
        st.latex(found.theorem.statement)
    else:
        reasons = "\n".join(f"- {reason}" for reason in found.reasons)
        st.info(f"**{name} does not apply here**, so no bound is drawn:\n{reasons}")


def constants(problem: RidgeRegression, rho: float) -> str:
    """The problem's constants, and the radius in their unit."""
    inside = "below 1, as the theory asks" if rho * problem.L < 1 else "not below 1, which the theory asks"
    kappa = f"{problem.kappa:.4g}" if problem.mu > 0 else r"\infty"
    return (
        f"$L = {problem.L:.4g}$, $\\mu = {problem.mu:.4g}$, $\\kappa(H) = {kappa}$, $1/L = {1 / problem.L:.4g}$, "
        f"$f^* = {problem.f_min:.4g}$.  \n$\\rho L = {rho * problem.L:.4g}$ is {inside}."
    )
