"""Settings of One step that are worth a look: the page's buttons."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lab.params import OneStepConfig


@dataclass(frozen=True)
class Try:
    """A setting worth a look: its name, its values, and what to look for."""

    name: str
    config: OneStepConfig
    see: str


TRIES = (
    Try(
        "On a graph",
        OneStepConfig(function="log_sum_exp", variables="1", x1=2.0),
        "One variable: the tangent at $e$ runs down to $\\ell^*$, and there the step ends.",
    ),
    Try(
        "From above",
        OneStepConfig(),
        "$\\gamma$ is where $\\varphi$ is lowest. Press Play: each step comes closer to $x^*$.",
    ),
    Try(
        "ℓ* too low",
        OneStepConfig(f_star="0", steps=80),
        "$\\ell^* = 0$ lies below $f^* = ¼$: close to $x^*$ the tangent needs too long a way down to it, "
        "and $x$ is thrown out again and again.",
    ),
    Try(
        "… and a cap",
        OneStepConfig(f_star="0", gamma_b=1.0),
        "The same $\\ell^* = 0$, now with $\\gamma_b = 1$: from step 3 on the cap takes the long steps away. "
        "That is what $\\gamma_b$ is for.",
    ),
    Try(
        "ρ beyond 1/L",
        OneStepConfig(rho=1.2),
        "$\\rho L > 1$: from so far up the tangent at $e$ is below $\\ell^*$ already at $x$. "
        "$N < 0$, $\\gamma = 0$, and nothing moves.",
    ),
    Try(
        "SAM stops",
        OneStepConfig(lambd=1.0, rho=0.5, second="other"),
        "$\\lambda = 1$ always climbs by the same length $\\rho$. At about that distance from $x^*$, "
        "$N$ goes to 0 and SAM-PS comes to a halt; USAM-PS, whose climb shrinks with the gradient, goes on.",
    ),
    Try(
        "Not convex",
        OneStepConfig(function="ripples", variables="1", x1=1.5, rho=0.2),
        "The graph does not stay above its tangent at $e$, so the tangent reaches $\\ell^*$ far beyond "
        "$x^*$: $\\varphi$ falls below the truth, and the step ends further away than it began.",
    ),
)


OWN = "Values of your own: none of the buttons' settings."


def shown(config: OneStepConfig) -> Try | None:
    """The button whose values these are, however far and fast they are played."""
    return next((one for one in TRIES if _played_alike(one.config, config) == config), None)


def _played_alike(config: OneStepConfig, other: OneStepConfig) -> OneStepConfig:
    return replace(config, steps=other.steps, speed=other.speed)
