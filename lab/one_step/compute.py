"""What One step computes: from its configuration to the whole way of each method, number by number."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lab.params import OneStepConfig
from synthetic.plane import PlaneFunction, log_sum_exp, quadratic, ripples
from synthetic.walk import Plan, Way, walk

VIEWS = (3.2, 4.5, 6.5)  # the picture shows [−view, view]², with one of these


@dataclass(frozen=True)
class OneStepResult:
    """Everything that figures, frames and words show.

    Attributes
    ----------
    config : OneStepConfig
    function : PlaneFunction
    f_star : float
        The lower bound ℓ* that the methods were given.
    ways : tuple of Way
        Of the method that the controls set, and of the second one if there is one.
    """

    config: OneStepConfig
    function: PlaneFunction
    f_star: float
    ways: tuple[Way, ...]

    @property
    def flat(self) -> bool:
        """Whether the function has one variable only."""
        return self.config.variables == "1"

    @property
    def view(self) -> float:
        """The smallest view that holds x, e and x⁺ at every step, or the largest."""
        points = [points for way in self.ways for points in (way.x, way.e, way.x_next)]
        far = max(float(np.max(np.abs(one), initial=0.0)) for one in points)
        return next((view for view in VIEWS if far <= 0.97 * view), VIEWS[-1])

    @property
    def capped(self) -> bool:
        """Whether there is a cap γ_b < ∞."""
        return math.isfinite(self.config.gamma_b)


def compute(config: OneStepConfig) -> OneStepResult:
    """Take the steps that the configuration describes."""
    function = function_of(config)
    f_star = {"min": function.f_min, "0": 0.0, "value": config.bound}[config.f_star]
    start = np.array([config.x1, 0.0 if config.variables == "1" else config.x2])
    ways = tuple(
        walk(function, plan, start, f_star, config.gamma_b, config.steps) for plan in plans(function, config)
    )
    return OneStepResult(config, function, f_star, ways)


def function_of(config: OneStepConfig) -> PlaneFunction:
    """The function on the plane, or the one whose first axis is the function of one variable."""
    flat = config.variables == "1"
    if config.function == "quadratic":
        return quadratic(1.0, 0.0) if flat else quadratic(config.kappa)
    if config.function == "log_sum_exp":
        return log_sum_exp(0.0) if flat else log_sum_exp()
    return ripples(0.0) if flat else ripples()


def plans(function: PlaneFunction, config: OneStepConfig) -> list[Plan]:
    """The method that the controls set, then the second one if there is one."""
    rho, lambd, L = config.rho, config.lambd, function.L

    def adaptive(lambd: float) -> Plan:
        key, name = {0.0: ("usam_ps", "USAM-PS"), 1.0: ("sam_ps", "SAM-PS")}.get(
            lambd, ("mix", f"PS, λ = {lambd:g}")
        )
        return Plan(key, name, rho, lambd)

    second = {
        "none": [],
        "other": [adaptive(1.0 if lambd < 0.5 else 0.0)],
        "sps_max": [Plan("sps_max", "SPS_max, c = 1", 0.0, 0.0)],
        "usam": [Plan("usam", "USAM, constant γ", 1 / (2 * L), 0.0, 1 / (2 * L))],
        "sgd": [Plan("sgd", "Gradient descent", 0.0, 0.0, 1 / L)],
    }
    return [adaptive(lambd), *second[config.second]]
