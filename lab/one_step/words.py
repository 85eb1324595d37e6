"""Words of One step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lab.one_step.compute import OneStepResult
from lab.ui.words import Words
from synthetic.step import CAPPED, CLAMPED, GIVEN, RATIO, STATIONARY

LEAD = (
    "A sharpness-aware method climbs a little, from $x$ to $e$, takes the gradient *there*, and goes down along it from $x$. How far? "
    "Press Play, or one of these:"
)
INTRO = (
    "You stand at $x$ and look for the lowest point $x^*$. A sharpness-aware method first climbs a little along the gradient, to $e$, "
    "takes the gradient *there*, and goes down along it from $x$. How far? Draw the tangent of $f$ at $e$. At $x$ it is "
    "$N = f(e) - \\ell^* - \\langle\\nabla f(e), e-x\\rangle$ above the lower bound $\\ell^*$, and going down it reaches $\\ell^*$ after a step of "
    "$\\gamma = N/\\|\\nabla f(e)\\|^2$. A convex $f$ lies above its tangents, so with $\\ell^* = f^*$ the minimiser cannot lie before that place: "
    "**up to there, every bit of the step brings $x$ closer.** That is the Polyak step.\n\n"
    "$\\rho$ says how far to climb: the further, the more the directions of large curvature count. $\\lambda$ says how: at 0 (USAM) the climb is "
    "$\\rho\\nabla f(x)$ and shrinks on the way to $x^*$, at 1 (SAM) its length is always $\\rho.$ $\\gamma_b$ is the longest step allowed, for where "
    "$\\ell^*$ is too low and the tangent asks for too much. Each has its button above."
)

PLANE = Words(
    alt="The function from above as level lines, with x, the gradient, the perturbed point e, the step and the minimiser.",
    notice="On the dashed line the tangent at $e$ has come down to $\\ell^*$. Without a cap, and with $N \\ge 0$, the step ends on it, straight across: it is the nearest point. "
    "Click anywhere to start from there; drag to look closer, double-click to look at all again.",
    question="Why is the step not along the gradient at x?",
    answer="It is along the gradient at $e$. On a quadratic with $\\lambda = 0$, $\\nabla f(e) = (I + \\rho H)\\nabla f(x)$: directions of large "
    "curvature count more than at $x$, so the step turns towards those of the largest. Set $\\rho = 0$ and it turns back. "
    "For another $\\lambda$ write $\\rho(1 - \\lambda + \\lambda/\\|\\nabla f(x)\\|)$ for $\\rho$.",
)
GRAPH = Words(
    alt="The graph of the function with x, e, the tangent at e and the place where it reaches the lower bound.",
    notice="$N$ is the height of the tangent above $\\ell^*$ at $x$; divided by the slope it is the way to where the tangent reaches $\\ell^*$. "
    "There the step ends, unless the cap $\\gamma_b$ ends it sooner, or $N < 0$ forbids it. Click to start from another $x$.",
    question="Can the step pass the minimiser?",
    answer="Not while $f$ is convex and $\\ell^* = f^*$: the tangent lies under $f$, so it reaches $f^*$ before, or at, the minimiser. "
    "With $\\ell^*$ set lower, or with the ripples, it can.",
)
PARABOLA = Words(
    alt="Squared distance to the minimiser after a step of size gamma: the Polyak bound, the truth under it, the cap and the step taken.",
    notice="Nobody knows the solid line, since it needs $x^*$. How far the dashed one falls needs only $f(e)$, $\\ell^*$ and the gradients; with a convex $f$ and $\\ell^* = f^*$ "
    "it lies above for every step $\\gamma \\ge 0$. "
    "$\\gamma$ is where the dashed one is lowest, or the cap $\\gamma_b$ if that comes first, or 0 if it is lowest left of 0.",
    question="Why the lowest point of φ and not of the truth?",
    answer="Because $\\varphi(\\gamma) = \\|x-x^*\\|^2 - 2\\gamma N + \\gamma^2\\|\\nabla f(e)\\|^2$ is the best that convexity alone promises, and it needs no $L$: with a convex $f$, "
    "$\\ell^* = f^*$ and $N \\ge 0$ its drop, $N^2/\\|\\nabla f(e)\\|^2$, is certain. The truth's lowest point is then no nearer, and the room between them is what "
    "convexity leaves open.",
)

# What the player says of a step.
SAID = {
    RATIO: "The Polyak step: N is not negative and the ratio is not above the cap.",
    CAPPED: "The cap decided: the ratio is larger than γ_b, so γ = γ_b.",
    CLAMPED: "N is negative: at x the tangent is already below ℓ*, it promises nothing, and the safeguard makes γ = 0. "
    "x stays where it is, at this and every later step.",
    STATIONARY: "The gradient at e is 0: there is no way to go, and γ is set to 0.",
    GIVEN: "γ was given beforehand, from L; it does not look at f(e).",
    "broken": "Here φ lies below the truth: the guarantee does not hold at this step.",
    "left": "x left the picture at step {t}; the axes stay.",
    "diverged": "Diverged: after step {t} x was more than a million away, and the way ends here.",
    "over": "It has stood still since step {t}.",
}


ALONG = (
    "Why is the step along the gradient at x?",
    "It is along the gradient at $e$, and here both have one direction: without a climb ($\\rho = 0$) $e$ is $x$, and on a circular bowl "
    "($\\kappa = 1$) or along an axis of it every gradient on the way points to $x^*$.",
)


def picture(result: OneStepResult) -> Words:
    """Around the figure at the left; whether the gradient at e turns the step away from that at x."""
    if result.flat:
        return GRAPH
    way = result.ways[0]
    turned = way.grad_x[:, 0] * way.grad_e[:, 1] - way.grad_x[:, 1] * way.grad_e[:, 0]
    lengths = np.linalg.norm(way.grad_x, axis=1) * np.linalg.norm(way.grad_e, axis=1)
    if np.any(np.abs(turned) > 1e-6 * lengths):
        return PLANE
    question, answer = ALONG
    return replace(PLANE, question=question, answer=answer)


def parabola(result: OneStepResult) -> Words:
    """Around the parabola; where φ falls below 0, that it does."""
    way = result.ways[0]
    below = way.bound(way.ratio) < -1e-9 * way.distance_sq
    if np.any(below & (way.ratio > 0)):
        more = " Where $\\varphi$ is below 0 it is no bound: no squared distance is."
    elif np.any(below):
        more = " Left of $\\gamma = 0$ the dashed line bounds nothing, and falls below 0."
    else:
        more = ""
    return replace(PARABOLA, notice=PARABOLA.notice + more)


def constants(result: OneStepResult) -> str:
    """The function's constants, and what the theory says of this setting."""
    f = result.function
    x_star = f"{f.x_star[0]:.4g}" if result.flat else f"({f.x_star[0]:.4g}, {f.x_star[1]:.4g})"
    curvature = f"\\mu = {f.mu:.4g}" if f.convex else f"\\text{{smallest curvature }}{f.mu:.4g}"
    return (
        f"$L = {f.L:.4g}$, ${curvature}$, $x^* = {x_star}$, $f^* = {f.f_min:.4g}$, "
        f"$\\ell^* = {result.f_star:.4g}$, $\\rho L = {result.config.rho * f.L:.4g}$.  \n"
        + "  \n".join([_bound(result), _safeguard(result)])
    )


def _bound(result: OneStepResult) -> str:
    """Whether φ is sure to lie above the truth."""
    f = result.function
    if not f.convex:
        return "**$\\varphi$ need not lie above the truth**: $f$ is not convex."
    if result.f_star < f.f_min:
        gap = f.f_min - result.f_star
        return (
            f"**$\\varphi$ need not lie above the truth**: $\\ell^*$ is below $f^*$ by {gap:.3g}, and the truth can exceed $\\varphi$ "
            f"by up to $2\\gamma(f^* - \\ell^*)$."
        )
    above = "**$\\varphi$ lies above the truth**, whatever $\\rho$ and $\\lambda$: $f$ is convex and"
    if result.f_star == f.f_min:
        return f"{above} $\\ell^* = f^*$."
    return f"{above} $\\ell^* > f^*$. But that $\\ell^*$ is no lower bound: the steps end too early."


def _safeguard(result: OneStepResult) -> str:
    """Whether N is sure not to be negative, and whether the rates apply (Proposition 2.1, theorem 3.1)."""
    f = result.function
    if result.config.rho == 0 and result.f_star <= f.f_min:
        return "$N = f(x) - \\ell^* \\ge 0$: without a climb ($\\rho = 0$) the safeguard never acts, whatever $\\lambda$."
    if result.config.lambd > 0:
        return "$N$ may become negative, and no convergence theorem applies: they are for $\\lambda = 0$."
    if result.f_star > f.f_min:
        return "$N$ may become negative close to $x^*$: $\\ell^*$ is above $f^*$."
    if result.config.rho * f.L > 1:
        return "$N$ may become negative, and no convergence theorem applies: they ask for $\\rho < 1/L$."
    if not f.convex:
        return "$N \\ge 0$ all the same, since $\\rho \\le 1/L$; but no convergence theorem applies."
    return "$N \\ge 0$: $\\lambda = 0$ and $\\rho \\le 1/L$, so the safeguard never acts (Proposition 2.1)."
