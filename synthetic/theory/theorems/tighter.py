"""The paper's bounds with smaller constants, derived here, each under the assumptions of the one it lowers."""

from __future__ import annotations

from dataclasses import replace

from synthetic.theory.theorems.full_batch import T3_1, T3_2
from synthetic.theory.theorems.mini_batches import C3_6, C3_6_CONVEX, T3_5, T3_8
from synthetic.theory.theorems.theorem import TIGHTER as LABEL
from synthetic.theory.theorems.theorem import Theorem

COCOERCIVE = (
    r"The proof above uses of $f$ at $e$ only that it is convex. It is smooth too, and so lies above "
    r"its tangent by more: $f^* \ge f(e)+\langle h, x^*-e\rangle+\|h\|^2/(2L)$.",
    r"So $\langle h, x-x^*\rangle \ge N + \|h\|^2/(2L)$, and "
    r"$\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma N - \gamma\|h\|^2/L + \gamma^2\|h\|^2$.",
    r"At $\gamma = N/\|h\|^2$ the squared distance drops by $N^2/\|h\|^2 + N/L$ at least. The first term is that of "
    r"the proof above, $\ge (1-r)^2(f(x)-f^*)/(2L)$; the second was given away, and by Proposition 2.1 it is "
    r"$\ge (1-r^2)(f(x)-f^*)/L$. Together: $(1-r)(3+r)(f(x)-f^*)/(2L)$.",
)
MEAN_DROP = (
    r"For a mini-batch $h-s$ with $s=\nabla f_S(x^*)$ takes the place of $h$: cocoercivity is "
    r"$f_S(x^*) \ge f_S(e)+\langle h, x^*-e\rangle+\|h-s\|^2/(2L)$.",
    r"For every $\eta\in(0,1]$: $\|h-s\|^2 \ge (1-\eta)\|h\|^2 - (1/\eta-1)\|s\|^2$, and $\|s\|^2 \le 2L\varepsilon_S$. So "
    r"$\langle h, x-x^*\rangle \ge N - \varepsilon_S/\eta + (1-\eta)\|h\|^2/(2L)$.",
    r"Hence $\|x^+-x^*\|^2 \le \|x-x^*\|^2 - 2\gamma N - (1-\eta)\gamma\|h\|^2/L + \gamma^2\|h\|^2 + 2\gamma_b\varepsilon_S/\eta$.",
    r"If $\gamma = N/\|h\|^2$ the terms without $\varepsilon_S$ are a drop by $N^2/\|h\|^2+(1-\eta)N/L$. If $\gamma = \gamma_b \le N/\|h\|^2$ they are one "
    r"by $2\gamma_bN + \gamma_b\|h\|^2((1-\eta)/L-\gamma_b)$, at least $\min\{2\gamma_b, \gamma_b+(1-\eta)/L\}N$. "
    r"Either way at least $\alpha_\eta(f_S(x)-\ell^*_S)$.",
    r"In expectation over $S$: $\mathbb E\|x^+-x^*\|^2 \le \|x-x^*\|^2 - \alpha_\eta(f(x)-f^*) + (2\gamma_b/\eta-\alpha_\eta)\sigma^2$.",
)
R = r"$r = L\rho$."
R_MAX = r"$L = L_{\max}$ and $r = L_{\max}\rho$ for short."
ALPHA_ETA = (
    r"$\alpha_\eta = \min\{(1-r)(1-r+2(1-\eta)(1+r))/(2L),\ (1-r^2)\min(2\gamma_b, \gamma_b+(1-\eta)/L)\}$."
)
ALPHA_0 = r"$\alpha_0 = \min\{(1-r)(3+r)/(2L),\ (1-r^2)\min(2\gamma_b, \gamma_b+1/L)\}$."
CHOICE = (
    r"With $\eta = 1$ this is the bound above, with $\eta = \tfrac12$ the first constant is $(1-r)/L$; the less noise, the "
    r"smaller the best $\eta$. It may be chosen anew for each $T$: drawn is the lowest."
)
INTERPOLATED = (
    r"Under interpolation $x^*$ minimises every $f_S$: $s = 0$ and $\varepsilon_S = 0$, so $\eta$ may go to 0, and "
    r"$\alpha_0$ takes the place of $\alpha$."
)


def _lowered(base: Theorem, statement: str, meaning: str, proof: tuple[str, ...], *more: str) -> Theorem:
    """The theorem `base` with a smaller constant; `more` says what the letters in the statement are."""
    return replace(
        base,
        key=f"{base.key} tighter",
        name=f"{base.name}, smaller constant",
        statement=statement,
        assumptions=(*base.assumptions, *more),
        meaning=meaning,
        proof=proof,
        source="derived here",
        constant=LABEL,
    )


T3_1_TIGHTER = _lowered(
    T3_1,
    r"\|x^T-x^*\|^2 \le \left(1-\frac{\mu(1-r)(3+r)}{4L}\right)^T \|x^0-x^*\|^2, \qquad r = L\rho",
    r"Of the squared distance every step is promised to take $(3+r)/(1-r)$ times the share: 3 times at $\rho = 0$, 7 times at $r = \tfrac12$, 399 times at "
    r"$r = 0.99$. With $\kappa = 1$ every run meets it exactly, so this constant cannot be improved for all problems.",
    (
        *COCOERCIVE,
        r"Strong convexity, $f(x)-f^* \ge \tfrac{\mu}{2}\|x-x^*\|^2$, turns the drop into a contraction by "
        r"$1-\mu(1-r)(3+r)/(4L)$. Repeat it $T$ times.",
        r"This parabola is lowest at $\gamma = N/\|h\|^2+1/(2L)$, a longer step that needs $L$; the bound holds for it too.",
        r"It is reached: for $f = \tfrac L2\|x\|^2$ the step is $\gamma = (1-r)/(2L(1+r))$, $x^+ = \tfrac{1+r}2x$, and with $\mu = L$ "
        r"the promise is $1-(1-r)(3+r)/4 = (1+r)^2/4$.",
    ),
    R,
)
T3_2_TIGHTER = _lowered(
    T3_2,
    r"f(\bar x^T)-f^* \le \frac1T\sum_{t<T}\left(f(x^t)-f^*\right)"
    r" \le \frac{2L\|x^0-x^*\|^2}{(1-r)(3+r)\,T}, \qquad r = L\rho",
    r"The same $1/T$ with a constant $(3+r)/(1-r)$ times smaller. For the sum over all $t$ it is the smallest possible.",
    (
        *COCOERCIVE,
        r"Sum the drops over $t < T$: together they cannot exceed $\|x^0-x^*\|^2$. Divide by $T$; for $\bar x^T$ use convexity.",
        r"For $f = \tfrac L2\|x\|^2$ every drop is equal to its bound, and they add up to $\|x^0-x^*\|^2$ as $T\to\infty$.",
    ),
    R,
)
T3_5_TIGHTER = _lowered(
    T3_5,
    r"\mathbb E\|x^T-x^*\|^2 \le \min_{0<\eta\le1}\ \left(1-\frac{\alpha_\eta\mu}{2}\right)^T\|x^0-x^*\|^2"
    r" + \frac{2(2\gamma_b/\eta-\alpha_\eta)\sigma^2}{\alpha_\eta\mu}",
    r"A smaller $\eta$ promises up to $(3+r)/(1-r)$ times the share in each step, and charges more for the noise. Drawn is at "
    r"each $T$ the best $\eta$, so this line is never above the one before.",
    (
        *MEAN_DROP,
        r"With $f(x)-f^* \ge \tfrac{\mu}{2}\|x-x^*\|^2$ every step contracts by $1-\alpha_\eta\mu/2$ and adds at most "
        r"$(2\gamma_b/\eta-\alpha_\eta)\sigma^2$; sum the geometric series.",
        CHOICE,
    ),
    R_MAX,
    ALPHA_ETA,
)
T3_8_TIGHTER = _lowered(
    T3_8,
    r"\mathbb E\left[f(\bar x^T)-f^*\right] \le \frac1T\sum_{t<T}\mathbb E\left[f(x^t)-f^*\right]"
    r" \le \min_{0<\eta\le1}\ \frac{\|x^0-x^*\|^2}{\alpha_\eta T} + \left(\frac{2\gamma_b}{\eta\,\alpha_\eta}-1\right)\sigma^2",
    r"The same trade for the averaged iterate.",
    (
        *MEAN_DROP,
        r"Sum over $t < T$ and divide by $\alpha_\eta T$; for the averaged iterate use convexity.",
        CHOICE,
    ),
    R_MAX,
    ALPHA_ETA,
)
C3_6_TIGHTER = _lowered(
    C3_6,
    r"\mathbb E\|x^T-x^*\|^2 \le \left(1-\frac{\alpha_0\mu}{2}\right)^T\|x^0-x^*\|^2",
    r"Without noise nothing has to be traded: $\alpha_0$ is $(3+r)/(1-r)$ times $\alpha$ where no cap acts, and up to twice "
    r"where the cap decides.",
    (*MEAN_DROP[:4], INTERPOLATED),
    R_MAX,
    ALPHA_0,
)
C3_6_CONVEX_TIGHTER = _lowered(
    C3_6_CONVEX,
    r"\mathbb E\left[f(\bar x^T)-f^*\right] \le \frac{\|x^0-x^*\|^2}{\alpha_0 T}",
    r"The same for the averaged iterate.",
    (*MEAN_DROP[:4], INTERPOLATED),
    R_MAX,
    ALPHA_0,
)
