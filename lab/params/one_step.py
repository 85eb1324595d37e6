"""Rows of One step."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.common import GAMMA_B, LAMBD, RHO
from lab.params.table import Config, Param, grid, like, row

EDGE = 3.0  # x is picked in [−EDGE, EDGE]²
POINT = Param(
    "First coordinate of x",
    1.2,
    symbol="x₁",
    low=-EDGE,
    high=EDGE,
    step=0.01,
    help="Where the first step starts. A click in the picture sets it too.",
)


@dataclass(frozen=True)
class OneStepConfig(Config):
    """Function, start, method and play of the One step page."""

    page: ClassVar[str] = "one_step"

    function: str = row(
        "Function",
        "quadratic",
        "choice",
        choices={
            "quadratic": "quadratic (convex)",
            "log_sum_exp": "log-sum-exp (convex)",
            "ripples": "bowl with ripples (not convex)",
        },
    )
    variables: str = row(
        "Variables",
        "2",
        "choice",
        choices={"2": "two: seen from above", "1": "one: its graph"},
        help="With one variable the tangent at e can be drawn, and where it reaches ℓ*.",
    )
    kappa: float = row(
        "Condition number",
        5.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest curvature of the quadratic. Its largest is L = 1.",
    )
    x1: float = like(POINT)
    x2: float = like(replace(POINT, label="Second coordinate of x", symbol="x₂", default=2.0))
    rho: float = like(
        replace(
            RHO,
            default=0.2,
            ticks=(0.0, 0.01, 0.02, 0.05, *(i / 10 for i in range(1, 16)), 2.0, 3.0, 5.0, 10.0, 100.0),
        )
    )
    lambd: float = like(replace(LAMBD, default=0.0))
    gamma_b: float = like(replace(GAMMA_B, default=math.inf, ticks=(*grid(-2, 2), math.inf)))
    f_star: str = row(
        "Lower bound",
        "min",
        "choice",
        symbol="ℓ*",
        choices={"min": "the true minimum f*", "0": "0", "value": "another value"},
        help="What the method believes the smallest loss to be.",
    )
    bound: float = row("Value of ℓ*", 0.0, symbol="ℓ*", low=-5, high=5, step=0.05)
    second: str = row(
        "Second method from the same x",
        "none",
        "choice",
        choices={
            "none": "none",
            "other": "the same with the other λ",
            "sps_max": "Polyak step, ρ = 0 (SPS_max, c = 1)",
            "usam": "USAM, constant γ = ρ = 1/(2L)",
            "sgd": "gradient descent, γ = 1/L",
        },
    )
    steps: int = row("Steps", 60, "int", low=1, high=90, step=1)
    speed: float = row("Steps a second", 1.0, low=0.25, high=16, ticks=(0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0))
