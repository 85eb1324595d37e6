"""The theorems for the full batch: Proposition 2.1, Theorems 3.1, 3.2, 3.4, the rate of a constant step."""

from __future__ import annotations

from synthetic.theory.theorems.theorem import DERIVED, PAPER, PUBLISHED, Theorem

SMOOTH = "$f$ is convex and $L$-smooth."
STRONGLY_CONVEX = r"$f$ is $\mu$-strongly convex with $\mu > 0$."
RADIUS = r"$0 \le \rho < 1/L$."
UNNORMALISED = r"$\lambda = 0$ (USAM)."
DETERMINISTIC = r"True full batch, Polyak step size with $\ell^* = f^*$ and no cap."
PARABOLA = (
    r"Write $h=\nabla f(e)$ and expand: "
    r"$\|x^+-x^*\|^2 = \|x-x^*\|^2 - 2\gamma\langle h, x-x^*\rangle + \gamma^2\|h\|^2$.",
    r"Convexity at $e$ gives $\langle h, x-x^*\rangle = \langle h, e-x^*\rangle - \langle h, e-x\rangle \ge "
    r"f(e)-f^*-\langle h, e-x\rangle = N$, "
    r"so $\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma N + \gamma^2\|h\|^2$.",
    r"This parabola in $\gamma$ is lowest at $\gamma = N/\|h\|^2$, the Polyak step; "
    r"there the squared distance drops by $N^2/\|h\|^2$ at least.",
)
DROP = (
    r"Smoothness gives $\|h\| \le \|\nabla f(x)\| + \|h-\nabla f(x)\| \le (1+L\rho)\|\nabla f(x)\|$ and "
    r"$\|\nabla f(x)\|^2 \le 2L(f(x)-f^*)$.",
    r"With Proposition 2.1, $N \ge (1-L^2\rho^2)(f(x)-f^*)$, the drop is at least "
    r"$(1-L\rho)^2(f(x)-f^*)/(2L)$.",
)

P2_1 = Theorem(
    key="P2.1",
    name="Proposition 2.1",
    setting="one step, convex: the safeguard is not needed",
    bounds="numerator",
    statement=r"\rho \le 1/L \quad\Rightarrow\quad N = f(e)-f^*-\langle\nabla f(e), e-x\rangle"
    r" \ \ge\ (1-L^2\rho^2)\,(f(x)-f^*)\ \ge\ 0",
    assumptions=(SMOOTH, UNNORMALISED, r"$0 \le \rho \le 1/L$.", r"$\ell^* = f^*$, or anything below it."),
    meaning=r"The step size is $N$ over a square, so $N < 0$ would mean a step backwards; the safeguard "
    r"$\max(N, 0)$ forbids it. As long as $\rho$ is at most $1/L$ there is nothing to forbid: $N$ is never "
    r"negative. Beyond $1/L$ it can be.",
    proof=(
        r"Smoothness at $e$, looking back to $x$: with $e-x = \rho\nabla f(x)$ and $h=\nabla f(e)$, "
        r"$f(x) \le f(e) - \langle h, e-x\rangle + \tfrac L2\rho^2\|\nabla f(x)\|^2$.",
        r"So $N = f(e)-f^*-\langle h, e-x\rangle \ge f(x)-f^*-\tfrac L2\rho^2\|\nabla f(x)\|^2$.",
        r"Smoothness once more, $\|\nabla f(x)\|^2 \le 2L(f(x)-f^*)$, gives $N \ge (1-L^2\rho^2)(f(x)-f^*)$.",
        r"It is sharp. For a quadratic with Hessian $H$ and $y = x-x^*$ in its eigenbasis, "
        r"$N = \tfrac12\sum_i h_i\,(1-\rho^2h_i^2)\,y_i^2$: along the eigenvector of $L$ there is equality, "
        r"and for $\rho > 1/L$ that $N$ is negative.",
    ),
    source=f"{PAPER}, Proposition 2.1",
    constant=DERIVED,
)

T3_1 = Theorem(
    key="T3.1",
    name="Theorem 3.1",
    setting="deterministic, strongly convex",
    bounds="distance_sq",
    statement=r"\|x^T-x^*\|^2 \le \left(1-\frac{\mu(1-L\rho)^2}{4L}\right)^T \|x^0-x^*\|^2",
    assumptions=(SMOOTH, STRONGLY_CONVEX, UNNORMALISED, RADIUS, DETERMINISTIC),
    meaning=r"Every step takes at least the same share of the squared distance away: a straight line on a "
    r"log scale. A larger $\kappa = L/\mu$ makes the promised share smaller, and so does $\rho$ near $1/L$. "
    r"No learning rate has to be known.",
    proof=(
        *PARABOLA,
        *DROP,
        r"Strong convexity, $f(x)-f^* \ge \tfrac{\mu}{2}\|x-x^*\|^2$, turns the drop into a contraction by "
        r"$1-\mu(1-L\rho)^2/(4L)$. Repeat it $T$ times.",
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
    assumptions=(SMOOTH, UNNORMALISED, RADIUS, DETERMINISTIC),
    meaning=r"Without strong convexity there may be flat directions, and nothing is promised of the "
    r"distance. The loss of the averaged iterate still comes down to $f^*$: twice the steps, half the bound.",
    proof=(
        *PARABOLA,
        *DROP,
        r"Sum the drops over $t < T$: together they cannot exceed $\|x^0-x^*\|^2$. Divide by $T$.",
        r"For the averaged iterate $\bar x^T$ convexity gives $f(\bar x^T) \le \frac1T\sum_{t<T} f(x^t)$.",
    ),
    source=f"{PAPER}, Theorem 3.2",
    constant=DERIVED,
)

T3_4 = Theorem(
    key="T3.4",
    name="Theorem 3.4",
    setting="deterministic, convex, radius going to 0 (a limit, no rate)",
    bounds="grad_norm",
    statement=r"\rho_t \to 0 \quad\Rightarrow\quad \|\nabla f(x^t)\| \to 0",
    assumptions=(SMOOTH, UNNORMALISED, r"$\rho_t \to 0$, for example $\rho/\sqrt{t+1}$.", DETERMINISTIC),
    meaning=r"The radius may start as large as you like if it shrinks to 0: in the end the gradient "
    r"vanishes. It does not say how soon, so there is no curve to hold against the measurement.",
    proof=(
        r"From some $t$ on $L\rho_t \le 1/2$; there the drop of Theorem 3.1, "
        r"$(1-L\rho_t)^2(f(x^t)-f^*)/(2L)$, holds with $\rho_t$ for $\rho$.",
        r"Before, the parabola at $\gamma = \max(N,0)/\|h\|^2$ is not above its value at $\gamma = 0$: "
        r"the distance does not grow.",
        r"The drops add up to at most $\|x^0-x^*\|^2$, so $f(x^t) \to f^*$, and "
        r"$\|\nabla f(x^t)\|^2 \le 2L(f(x^t)-f^*) \to 0$.",
    ),
    source=f"{PAPER}, Theorem 3.4",
    constant="published, no constant in it",
)

RATE = Theorem(
    key="rate",
    name="Exact rate of a constant step",
    setting="deterministic, quadratic, constant step size",
    bounds="distance_sq",
    statement=r"\|x^T-x^*\|^2 \le \left(\max_i|1-\gamma\lambda_i(1+\rho\lambda_i)|\right)^{2T}\|x^0-x^*\|^2",
    assumptions=(
        r"$f$ is quadratic with Hessian $H$; $\lambda_i$ are its positive eigenvalues.",
        r"$\lambda = 0$ in the perturbation (USAM), constant $\rho$ and $\gamma$, true full batch.",
    ),
    meaning=r"What a constant learning rate does instead, exactly: a little too large and the factor passes "
    r"1, the iterates run away. It is drawn over the constant-step baselines. Here $\rho$ may be of any "
    r"size.",
    proof=(
        r"$\nabla f(e) = H(I+\rho H)(x-x^*)$, so $x^{t+1}-x^* = (I-\gamma H(I+\rho H))(x^t-x^*)$.",
        r"The matrix is symmetric; its largest eigenvalue in size is the factor, reached along that "
        r"eigenvector.",
        r"$1-\gamma\lambda(1+\rho\lambda)$ falls with $\lambda > 0$, so the extreme eigenvalues decide.",
    ),
    source="derived here",
    constant="derived, exact",
)
