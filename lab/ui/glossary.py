"""The glossary: each symbol with its name in code and its meaning, and each word of the field with its meaning."""

from __future__ import annotations

import base64
from pathlib import Path

from lab.ui.words import fold

SYMBOLS: tuple[tuple[str, str, str], ...] = (
    ("x,\\ x^t", "x", "where the method stands (for a network: all its weights); after t steps"),
    ("e,\\ e^t", "e", "the perturbed point, a little uphill from x: the second look is taken there"),
    ("f,\\ f_S", "", "the loss, how badly x does: on all the data; on the mini-batch S, the rows drawn for this step"),
    ("\\langle a, b\\rangle", "", "inner product: products of the components of a and b, added up"),
    ("[a]_+", "", "max(a, 0): a where it is positive, 0 otherwise"),
    ("\\nabla f_S(x),\\ \\nabla f_S(e)", "grad_x, grad_e", "gradients of that loss at x and at e"),
    ("\\rho", "rho", "sharpness radius: how far uphill e is taken, $\\rho \\ge 0$"),
    ("\\lambda", "lambd", "0: USAM, the gradient as it is; 1: SAM, the gradient at length 1; between: a blend"),
    ("N", "N", "$f_S(e) - \\ell^*_S - \\langle\\nabla f_S(e), e-x\\rangle$, the drop that the second look promises"),
    ("\\gamma_t", "gamma", "step size of step t: $N/\\|\\nabla f_S(e)\\|^2$, not below 0, not above $\\gamma_b$"),
    ("\\varphi(\\gamma)", "", "$\\|x-x^*\\|^2 - 2\\gamma N + \\gamma^2\\|\\nabla f(e)\\|^2$: what can be promised of the squared distance after a step $\\gamma$"),
    ("\\gamma_b", "gamma_b", "cap on the step size; ∞, where allowed, for none"),
    ("\\ell^*_S,\\ \\ell^*", "f_star", "lower bound on the mini-batch loss; without S where it is the same for every mini-batch. 0 for losses that cannot be negative"),
    ("f^*,\\ x^*", "f_min, x_star", "minimum of the full loss, and a point where it is attained"),
    ("L,\\ \\mu", "L, mu", "largest and smallest curvature: extreme eigenvalues of the Hessian"),
    ("L_{\\max}", "L_max", "largest curvature that a single sample's loss has"),
    ("\\kappa", "kappa", "condition number: $\\kappa(H) = L/\\mu$ of the Hessian, or $\\kappa(A)$ of the matrix; without regularisation $\\kappa(H) = \\kappa(A)^2$"),
    ("\\sigma^2", "sigma_sq", "$\\mathbb E_S[f_S(x^*) - \\ell^*_S]$: how far the lower bound is below what $x^*$ attains; 0 if interpolated"),
    ("D_0", "D0", "$\\|x^0-x^*\\|^2$, squared distance at the start"),
    ("\\alpha", "alpha", "$\\min\\{(1-L_{\\max}\\rho)^2/(2L_{\\max}),\\ \\gamma_b(1-L_{\\max}^2\\rho^2)\\}$, in the stochastic bounds"),
    ("m,\\ n,\\ d,\\ T", "m, n, d, iterations", "batch size, rows, unknowns, iterations"),
)  # fmt: skip


WORDS: tuple[tuple[str, str], ...] = (
    ("SAM, USAM", "sharpness-aware minimisation: the gradient is taken at $e$, a little uphill from $x$; U for unnormalised, $\\lambda = 0$"),
    ("PS, SPS", "the step size of Polyak, on all the data; S for stochastic: on mini-batches, with the cap $\\gamma_b$"),
    ("ratio", "the Polyak ratio $N/\\|\\nabla f_S(e)\\|^2$: the step before cap and safeguard"),
    ("rate", "learning rate: a step size $\\gamma$ that somebody chose beforehand; constant, or annealed to 0 along half a cosine"),
    ("baseline", "a method to compare with, whose rate has to be chosen; tuned: several were tried, the best is shown"),
    ("relative gap", "$(f(x) - f^*)/(f(x^0) - f^*)$: how much of the height above the minimum is left"),
    ("neighbourhood", "how near to $x^*$ a method comes under noise, and then no nearer"),
    ("momentum", "each step also goes on along the steps before it, less and less along the older ones"),
    ("weight decay", "every step also draws the weights a little towards 0"),
    ("epoch", "as many steps as it takes to see all training data once"),
    ("BatchNorm", "a layer that centres and scales what goes through it by the mini-batch's mean and spread; at the test by averages of these"),
    ("capped", "the Polyak step was larger than $\\gamma_b$, so $\\gamma_b$ was taken instead"),
    ("safeguard", "the $\\max(N, 0)$ in the formula: where $N$ is negative the tangent promises nothing, and $\\gamma$ is 0, not below"),
    ("clamped", "the safeguard acted: $N$ was negative, so $\\gamma = 0$"),
    ("skipped", "a loss or a gradient was not finite: the step is not taken, and x stays where it is"),
    ("Hessian", "the matrix of second derivatives of the loss; its eigenvalues are the curvatures, positive where the loss bends upwards"),
    ("trace", "the sum of the Hessian's eigenvalues: the curvature of all directions together"),
    ("sharpness", "how much the loss rises within a distance $\\rho$: at most (what SAM lowers), or on average"),
    ("filter normalisation", "a random direction is given, filter by filter, the length of the network's own filters, so that networks of other scales can be compared"),
    ("lane", "one method of a comparison: all lanes start from the same x and see the same mini-batches"),
    ("smooth", "$L$-smooth: the gradient changes by at most $L$ times the way from one point to another, so no curvature is above $L$"),
    ("convex", "the loss lies above each of its tangents: going straight to the minimum never leads uphill"),
    ("strongly convex", "$\\mu$-strongly convex: curved upwards in every direction, by at least $\\mu > 0$, so there is one minimum and no flat direction"),
    ("interpolation", "one $x^*$ has the smallest loss on every mini-batch at once (a network that fits all its data): $\\sigma^2 = 0$"),
)  # fmt: skip

EXPLAINED = ("smooth", "strongly convex", "interpolation")
SAID_AS = {"interpolation": ("interpolat",)}  # beginnings of the forms of a word; else the word itself
DRAWN = Path(__file__).resolve().parents[2] / "assets" / "pictures" / "interpolation.svg"
PICTURE = (
    f"\n\n![two batches' losses](data:image/svg+xml;base64,{base64.b64encode(DRAWN.read_bytes()).decode()})"
)


def explained(*texts: str) -> str:
    """What words of the field in these texts mean, as Markdown for a tooltip; empty without such words."""
    said = " ".join(texts).lower()
    found = [
        f"**{word}**: {meaning}"
        for word, meaning in WORDS
        if word in EXPLAINED and any(form in said for form in SAID_AS.get(word, (word,)))
    ]
    return "\n\n".join(found) + (PICTURE if "interpolat" in said else "")


def letters(*symbols: str) -> str:
    """A list of these symbols, each a first entry of `SYMBOLS`, with their meanings."""
    meanings = {symbol: meaning for symbol, _, meaning in SYMBOLS}
    return "\n".join(f"- ${symbol}$: {meanings[symbol]}" for symbol in symbols)


def glossary() -> None:
    """Show the tables of symbols and words, folded."""
    fold("Every symbol on this page", "glossary", _tables)


def _tables() -> str:
    symbols = (
        f"| ${symbol}$ | {f'`{code}`' if code else ''} | {meaning} |" for symbol, code, meaning in SYMBOLS
    )
    words = (f"| {word} | {meaning} |" for word, meaning in WORDS)
    heads = ("| symbol | in code | meaning |", "|---|---|---|"), ("", "| word | meaning |", "|---|---|")
    return "\n".join([*heads[0], *symbols, *heads[1], *words])
