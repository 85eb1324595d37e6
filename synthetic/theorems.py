"""The theorems behind the bounds, as data for a reader. `synthetic.bounds` evaluates them."""

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
    bounds : the array of a `Track` that it bounds: "distance_sq" or "gap_of_average" (in expectation over the
        trials where the setting is stochastic), or "grad_norm" (a limit without a rate).
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
STRONGLY_CONVEX = r"$f$ is $\mu$-strongly convex with $\mu > 0$."
RADIUS = r"$0 \le \rho < 1/L$."
UNNORMALISED = r"$\lambda = 0$ (USAM)."
DETERMINISTIC = r"True full batch, Polyak step size with $\ell^* = f^*$ and no cap."
PARABOLA = (
    r"Convexity gives the Polyak upper bound $\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma N + \gamma^2\|h\|^2$ "
    r"with $h=\nabla f(e)$; its minimum over $\gamma$ is at $\gamma = N/\|h\|^2$, "
    r"where the drop is $N^2/\|h\|^2$."
)
DROP = (
    r"Proposition 2.1, $N \ge (1-L^2\rho^2)(f(x)-f^*)$, with $\|h\| \le (1+L\rho)\|\nabla f(x)\|$ and "
    r"$\|\nabla f(x)\|^2 \le 2L(f(x)-f^*)$ makes the drop at least $(1-L\rho)^2(f(x)-f^*)/(2L)$."
)
SAMPLES_SMOOTH = r"Every $f_S$ is convex and $L_{\max}$-smooth."
SAMPLES_RADIUS = r"$0 \le \rho < 1/L_{\max}$."
LOWER_BOUND = (
    r"$\ell^*_S \le \inf f_S$ for every mini-batch $S$, "
    r"drawn independently of $x$ and without bias."
)
CAP = r"Polyak step size with cap $\gamma_b$."
ALPHA = (
    r"$\alpha = \min\{(1-L_{\max}\rho)^2/(2L_{\max}),\ \gamma_b(1-L_{\max}^2\rho^2)\}$, "
    r"$\sigma^2 = \mathbb E_S[f_S(x^*)-\ell^*_S]$."
)
NOISY_STEP = (
    r"With $\varepsilon_S = f_S(x^*)-\ell^*_S \ge 0$ convexity gives "
    r"$\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma(N-\varepsilon_S) + \gamma^2\|h\|^2$; since "
    r"$\gamma\|h\|^2 \le N$ and $\gamma \le \gamma_b$ this is at most "
    r"$\|x-x^*\|^2 - \gamma N + 2\gamma_b\varepsilon_S$."
)
NOISY_DROP = r"As in the deterministic case $\gamma N \ge \alpha(f_S(x)-\ell^*_S)$. Take expectations."

T3_1 = Theorem(
    key="T3.1",
    name="Theorem 3.1",
    setting="deterministic, strongly convex",
    bounds="distance_sq",
    statement=r"\|x^T-x^*\|^2 \le \left(1-\frac{\mu(1-L\rho)^2}{4L}\right)^T \|x^0-x^*\|^2",
    assumptions=(SMOOTH, STRONGLY_CONVEX, UNNORMALISED, RADIUS, DETERMINISTIC),
    proof=(
        PARABOLA,
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
    assumptions=(SMOOTH, UNNORMALISED, RADIUS, DETERMINISTIC),
    proof=(
        PARABOLA,
        DROP,
        r"Sum the drops over $t < T$: they cannot exceed $\|x^0-x^*\|^2$. Divide by $T$; for the averaged "
        r"iterate $\bar x^T$ use convexity.",
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
    proof=(
        r"From some $t$ on $L\rho_t \le 1/2$; there the drop of Theorem 3.1 holds with $\rho_t$ for $\rho$.",
        r"The drops $(1-L\rho_t)^2(f(x^t)-f^*)/(2L)$ are summable, so $f(x^t) \to f^*$, and "
        r"$\|\nabla f(x^t)\|^2 \le 2L(f(x^t)-f^*) \to 0$.",
    ),
    source=f"{PAPER}, Theorem 3.4",
    constant=PUBLISHED,
)

T3_5 = Theorem(
    key="T3.5",
    name="Theorem 3.5",
    setting="stochastic, strongly convex",
    bounds="distance_sq",
    statement=r"\mathbb E\|x^T-x^*\|^2 \le \left(1-\frac{\alpha\mu}{2}\right)^T\|x^0-x^*\|^2"
    r" + \frac{2(2\gamma_b-\alpha)\sigma^2}{\alpha\mu}",
    assumptions=(SAMPLES_SMOOTH, STRONGLY_CONVEX, UNNORMALISED, SAMPLES_RADIUS, LOWER_BOUND, CAP, ALPHA),
    proof=(
        NOISY_STEP,
        NOISY_DROP,
        r"With $f(x)-f^* \ge \tfrac{\mu}{2}\|x-x^*\|^2$ every step contracts by $1-\alpha\mu/2$ and adds at "
        r"most $(2\gamma_b-\alpha)\sigma^2$; sum the geometric series.",
    ),
    source=f"{PAPER}, Theorem 3.5",
    constant=DERIVED,
)

T3_8 = Theorem(
    key="T3.8",
    name="Theorem 3.8",
    setting="stochastic, convex",
    bounds="gap_of_average",
    statement=r"\mathbb E\left[f(\bar x^T)-f^*\right] \le \frac1T\sum_{t<T}\mathbb E\left[f(x^t)-f^*\right]"
    r" \le \frac{\|x^0-x^*\|^2}{\alpha T} + \left(\frac{2\gamma_b}{\alpha}-1\right)\sigma^2",
    assumptions=(SAMPLES_SMOOTH, UNNORMALISED, SAMPLES_RADIUS, LOWER_BOUND, CAP, ALPHA),
    proof=(
        NOISY_STEP,
        NOISY_DROP,
        r"Sum over $t < T$, divide by $\alpha T$; for the averaged iterate use convexity.",
    ),
    source=f"{PAPER}, Theorem 3.8",
    constant=DERIVED,
)

INTERPOLATION = r"Interpolation: $\ell^*_S = f_S(x^*)$ for every $S$, so $\sigma^2 = 0$."
C3_6 = Theorem(
    key="C3.6",
    name="Corollary 3.6, strongly convex",
    setting="stochastic, strongly convex, interpolated",
    bounds="distance_sq",
    statement=r"\mathbb E\|x^T-x^*\|^2 \le \left(1-\frac{\alpha\mu}{2}\right)^T\|x^0-x^*\|^2",
    assumptions=(*T3_5.assumptions, INTERPOLATION),
    proof=(r"Theorem 3.5 with $\sigma^2 = 0$: no neighbourhood, exact convergence.",),
    source=f"{PAPER}, Corollary 3.6",
    constant=DERIVED,
)

C3_6_CONVEX = Theorem(
    key="C3.6 convex",
    name="Corollary 3.6, convex",
    setting="stochastic, convex, interpolated",
    bounds="gap_of_average",
    statement=r"\mathbb E\left[f(\bar x^T)-f^*\right] \le \frac{\|x^0-x^*\|^2}{\alpha T}",
    assumptions=(*T3_8.assumptions, INTERPOLATION),
    proof=(r"Theorem 3.8 with $\sigma^2 = 0$: no neighbourhood, exact convergence.",),
    source=f"{PAPER}, Corollary 3.6",
    constant=DERIVED,
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
    proof=(
        r"$\nabla f(e) = H(I+\rho H)(x-x^*)$, so $x^{t+1}-x^* = (I-\gamma H(I+\rho H))(x^t-x^*)$, a "
        r"symmetric matrix whose largest eigenvalue in size is the factor. It is reached along that "
        r"eigenvector.",
        r"$1-\gamma\lambda(1+\rho\lambda)$ falls with $\lambda > 0$, so the extreme eigenvalues decide.",
    ),
    source="derived here",
    constant="derived, exact",
)
