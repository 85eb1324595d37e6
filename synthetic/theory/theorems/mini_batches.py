"""The theorems for mini-batches: Theorems 3.5 and 3.8, and Corollary 3.6 for interpolation."""

from __future__ import annotations

from synthetic.theory.theorems.full_batch import STRONGLY_CONVEX, UNNORMALISED
from synthetic.theory.theorems.theorem import DERIVED, PAPER, Theorem

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
    r"Write $h=\nabla f_S(e)$ and $\varepsilon_S = f_S(x^*)-\ell^*_S \ge 0$. Expanding the square and "
    r"convexity at $e$ give $\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma(N-\varepsilon_S) + \gamma^2\|h\|^2$.",
    r"Since $\gamma\|h\|^2 \le N$ and $\gamma \le \gamma_b$, this is at most "
    r"$\|x-x^*\|^2 - \gamma N + 2\gamma_b\varepsilon_S$.",
)
NOISY_DROP = (
    r"If $\gamma = N/\|h\|^2$ then, as in the deterministic case, "
    r"$\gamma N \ge (1-L_{\max}\rho)^2(f_S(x)-\ell^*_S)/(2L_{\max})$; if $\gamma = \gamma_b$ then "
    r"$\gamma N \ge \gamma_b(1-L_{\max}^2\rho^2)(f_S(x)-\ell^*_S)$. "
    r"Either way $\gamma N \ge \alpha(f_S(x)-\ell^*_S)$.",
    r"In expectation over $S$: $\mathbb E[f_S(x)-\ell^*_S] = f(x)-f^*+\sigma^2$ and "
    r"$\mathbb E\,\varepsilon_S = \sigma^2$, so "
    r"$\mathbb E\|x^+-x^*\|^2 \le \|x-x^*\|^2 - \alpha(f(x)-f^*) + (2\gamma_b-\alpha)\sigma^2$.",
)

T3_5 = Theorem(
    key="T3.5",
    name="Theorem 3.5",
    setting="stochastic, strongly convex",
    bounds="distance_sq",
    statement=r"\mathbb E\|x^T-x^*\|^2 \le \left(1-\frac{\alpha\mu}{2}\right)^T\|x^0-x^*\|^2"
    r" + \frac{2(2\gamma_b-\alpha)\sigma^2}{\alpha\mu}",
    assumptions=(SAMPLES_SMOOTH, STRONGLY_CONVEX, UNNORMALISED, SAMPLES_RADIUS, LOWER_BOUND, CAP, ALPHA),
    meaning=r"With mini-batches the mean squared distance shrinks as before, but only down to a "
    r"neighbourhood of $x^*$. Its size is set by $\sigma^2$, how far $\ell^*_S$ lies below what $x^*$ "
    r"attains, and by the cap: a lower $\gamma_b$ makes it smaller, until $\gamma_b$ itself decides "
    r"$\alpha$; from there on only the way gets slower.",
    proof=(
        *NOISY_STEP,
        *NOISY_DROP,
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
    meaning=r"The same for the loss of the averaged iterate, and without strong convexity: it falls like "
    r"$1/T$, down to a floor that $\sigma^2$ and $\gamma_b$ set.",
    proof=(
        *NOISY_STEP,
        *NOISY_DROP,
        r"Sum over $t < T$ and divide by $\alpha T$; for the averaged iterate use convexity.",
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
    meaning=r"If one point fits every sample, mini-batches do no lasting harm: no neighbourhood, and a cap "
    r"is not needed.",
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
    meaning=r"The same for the loss of the averaged iterate where there are flat directions, for example "
    r"with more unknowns than samples: down to $f^*$ like $1/T$.",
    proof=(r"Theorem 3.8 with $\sigma^2 = 0$: no neighbourhood, exact convergence.",),
    source=f"{PAPER}, Corollary 3.6",
    constant=DERIVED,
)
