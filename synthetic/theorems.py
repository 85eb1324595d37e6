"""The theorems behind the bounds, as data for a reader. The code that evaluates them is in
`synthetic.bounds`.
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "Oikonomou, Loizou, arXiv 2606.01827"
PUBLISHED = "published"
DERIVED = "derived, same form"


@dataclass(frozen=True)
class Theorem:
    """One theorem.

    Attributes
    ----------
    key, name, setting : short identifier, title, and where it applies, in words.
    bounds : what the bound is an upper bound of: "distance_sq" or "gap_of_average", "grad_norm" (a limit, no
        rate) or "factor" (an asymptotic rate).
    statement : LaTeX. assumptions, proof : sentences with LaTeX between dollar signs.
    source : where it is published. constant : "published" or "derived, same form".
    """

    key: str
    name: str
    setting: str
    bounds: str
    statement: str
    assumptions: tuple[str, ...]
    proof: tuple[str, ...]
    source: str
    constant: str


SMOOTH = "$f$ is convex and $L$-smooth."
RADIUS = r"$0 \le \rho < 1/L$."
UNNORMALISED = r"$\lambda = 0$ (USAM)."
POLYAK_PARABOLA = (
    r"Convexity gives the Polyak upper bound $\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma N + \gamma^2\|h\|^2$ "
    r"with $h=\nabla f(e)$; its minimum over $\gamma$ is at $\gamma = N/\|h\|^2$, "
    r"where the drop is $N^2/\|h\|^2$."
)
DROP = (
    r"Proposition 2.1, $N \ge (1-L^2\rho^2)(f(x)-f^*)$, with $\|h\| \le (1+L\rho)\|\nabla f(x)\|$ and "
    r"$\|\nabla f(x)\|^2 \le 2L(f(x)-f^*)$ makes the drop at least $(1-L\rho)^2(f(x)-f^*)/(2L)$."
)

T3_1 = Theorem(
    key="T3.1",
    name="Theorem 3.1",
    setting="deterministic, strongly convex",
    bounds="distance_sq",
    statement=r"\|x^T-x^*\|^2 \le \left(1-\frac{\mu(1-L\rho)^2}{4L}\right)^T \|x^0-x^*\|^2",
    assumptions=(
        SMOOTH,
        r"$f$ is $\mu$-strongly convex with $\mu > 0$.",
        UNNORMALISED,
        RADIUS,
        r"True full batch, Polyak step size with $\ell^* = f^*$ and no cap.",
    ),
    proof=(
        POLYAK_PARABOLA,
        DROP,
        r"Strong convexity, $f(x)-f^* \ge \tfrac{\mu}{2}\|x-x^*\|^2$, turns the drop into a contraction by "
        r"$1-\mu(1-L\rho)^2/(4L)$.",
    ),
    source=f"{PAPER}, Theorem 3.1",
    constant=PUBLISHED,
)

T3_2 = Theorem(
    key="T3.2",
    name="Theorem 3.2",
    setting="deterministic, convex",
    bounds="gap_of_average",
    statement=r"f(\bar x^T)-f^* \le \frac1T\sum_{t<T}\left(f(x^t)-f^*\right)"
    r" \le \frac{2L\|x^0-x^*\|^2}{(1-L\rho)^2\,T}",
    assumptions=(
        SMOOTH,
        UNNORMALISED,
        RADIUS,
        r"True full batch, Polyak step size with $\ell^* = f^*$ and no cap.",
    ),
    proof=(
        POLYAK_PARABOLA,
        DROP,
        r"Sum the drops over $t < T$: they cannot exceed $\|x^0-x^*\|^2$. Divide by $T$; for the averaged "
        r"iterate $\bar x^T$ use convexity.",
    ),
    source=f"{PAPER}, Theorem 3.2",
    constant=DERIVED,
)
