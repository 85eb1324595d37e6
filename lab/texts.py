"""Words of the pages: captions that say what to notice and end in a question; sentences with numbers."""

from __future__ import annotations

import streamlit as st

from synthetic import Bound, RidgeRegression

RIDGE = {
    "intro": "Least squares, $f(x) = \\|Ax-b\\|^2/(2n)$: its constants $L$ and $\\mu$, its minimum $f^*$ and its minimiser "
    "$x^*$ are known exactly, so the method can be held against its theorem.",
    "gap": "On a log scale a straight line is linear convergence. Which slope does the conditioning set, and which "
    "does $\\rho$?",
    "gap_alt": "Relative gap to the minimum of each method against iterations on a logarithmic scale.",
    "gamma": "The Polyak step is not constant: it moves between about $1/(2L)$ and far above $1/L$. A gap in a line is a "
    "clamped step, $\\gamma = 0$. Where does the line go when $\\rho$ grows?",
    "gamma_alt": "Step size of each method against iterations on a logarithmic scale, with 1/L, 1/(2L) and the cap.",
    "distance": "The thin dashed line is the guarantee; the measured line of its colour must stay under it. How much "
    "room is between them?",
    "distance_alt": "Squared distance to the minimiser of each method against iterations, and the bound of theorem 3.1.",
}

CNN = {
    "intro": "Each lane trains the same small network from the same weights on the same batches of 1,437 real digits (8×8 pixels); 360 others test it. Sliders of a lane act on its next step, also while it trains.",
    "gamma": "The faint line is the Polyak ratio, the strong one the step taken. Where they part, the cap $\\gamma_b$ decided. What happens to $\\gamma_t$ as the loss goes to 0?",
    "capped": "At 100% the method is SAM with the constant rate $\\gamma_b$: nothing adapts any more. Which $\\gamma_b$ is just large enough to let it adapt?",
    "loss": "The loss at $x$, before the step, on the batch of that step; not the loss at $e$.",
    "gamma_alt": "Step size of each lane against steps on a logarithmic scale, with ratio and cap.",
    "accuracy_alt": "Share of the test images each lane gets right, against steps.",
    "capped_alt": "Share of the last fifty steps in which the cap decided the step size, for each adaptive lane.",
    "loss_alt": "Mini-batch training loss of each lane at its iterate, against steps, on a logarithmic scale.",
}


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
