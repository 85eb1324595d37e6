"""The worst case of one step on a least-squares loss."""

from __future__ import annotations

from synthetic.theory.theorems.full_batch import DETERMINISTIC, RADIUS, UNNORMALISED
from synthetic.theory.theorems.theorem import Theorem

LEAST_SQUARES = Theorem(
    key="least squares",
    name="Least squares, worst case of one step",
    setting="deterministic, quadratic",
    bounds="distance_sq",
    statement=r"\|x^T-x^*\|^2 \le q^T\,\|x^0-x^*\|^2,\quad q = \max_{0\le p\le1}\ 1-\frac{A(2C-A)}{B},"
    r"\quad q = 1-\frac{3\mu L}{(\mu+L)^2}\text{ at }\rho = 0",
    assumptions=(
        r"$f$ is quadratic with Hessian $H$; $\mu$ and $L$ are its smallest positive and its largest eigenvalue.",
        r"$A$, $B$, $C$: with $s(h) = h(1+\rho h)$ the means of $\tfrac12s(h)(1-\rho h)$, $s(h)^2$ and $s(h)$ over weight $p$ on "
        r"$h = L$ and $1-p$ on $h = \mu$.",
        UNNORMALISED,
        RADIUS,
        DETERMINISTIC,
    ),
    meaning=r"On least squares one can compute how bad a single step can be, whatever $x$: no constant promises more for one "
    r"step. It takes two directions, the flattest and the steepest, in the worst mixture. With $\kappa = 100$ it promises 12 times "
    r"the published share of the squared distance at $\rho = 0$, and 25 times at $\rho L = \tfrac12$. A whole run need not meet the worst mixture in every step, and does not.",
    proof=(
        r"Let $p_i$ be the weights of $y = x-x^*$ in the eigenbasis of $H$, $p_i = y_i^2/\|y\|^2$, and $s_i = s(h_i)$. Then $\nabla f(e)$ has the "
        r"coordinates $s_iy_i$.",
        r"So $N = A\|y\|^2$, $\|\nabla f(e)\|^2 = B\|y\|^2$ and $\langle\nabla f(e), y\rangle = C\|y\|^2$ with $A = \tfrac12\sum_ip_is_i(1-\rho h_i)$, "
        r"$B = \sum_ip_is_i^2$, $C = \sum_ip_is_i$; with $\gamma = A/B$: "
        r"$\|x^+-x^*\|^2 = \|y\|^2(1-2\gamma C+\gamma^2B) = \|y\|^2(1-A(2C-A)/B)$.",
        r"Keep $C$. As functions of $s$, $\tfrac12s(1-\rho h)$ is concave and $s^2$ is convex, so moving all weight to the two ends "
        r"$h=\mu$ and $h=L$ makes $A$ least and $B$ greatest. As $A < C$, $A(2C-A)$ grows with $A$: this is the worst.",
        r"What is left is one weight $p$. $A$, $B$ and $C$ are linear in $p$, so the derivative is 0 at a root of a quadratic; compare these with $p = 0$ and $p = 1$.",
        r"At $\rho = 0$: $A = C/2$ and $1-\tfrac34C^2/B$, with Kantorovich's $C^2/B \ge 4\mu L/(\mu+L)^2$.",
    ),
    source="derived here",
    constant="derived here, exact for one step",
)
