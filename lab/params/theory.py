"""Rows of the Theory page. Radius, rate and cap are set in units of the curvature, so that one value means
the same on every random problem.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.common import BOUNDS, LAMBD, SEED
from lab.params.guarantees import GUARANTEES
from lab.params.table import Config, grid, like, row

ROWS = 20  # samples of every problem on this page
UNKNOWNS = {"strong": 10, "convex": 30}  # of every problem of a family


@dataclass(frozen=True)
class TheoryConfig(Config):
    """The guarantee, the method and the random problems of the Theory page's live check."""

    page: ClassVar[str] = "theory"

    guarantee: str = row(
        "Guarantee",
        "T3.1",
        "choice",
        choices={key: one.label for key, one in GUARANTEES.items()},
        help="The bound that the measurements are held against.",
    )
    bounds: str = like(BOUNDS)
    kappa: float = row(
        "Condition number",
        10.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest positive eigenvalue of the Hessian, the same for every problem.",
    )
    rho_L: float = row(
        "Radius in units of 1/L",
        0.5,
        symbol="ρL",
        low=0,
        high=10,
        ticks=(
            0,
            0.1,
            0.2,
            0.3,
            0.4,
            0.5,
            0.6,
            0.7,
            0.8,
            0.9,
            0.95,
            0.99,
            0.999,
            1,
            1.01,
            1.05,
            1.1,
            1.2,
            1.5,
            2,
        ),
        help="ρ = this/L; with mini-batches ρ = this/L_max. The theory ends at 1.",
    )
    lambd: float = like(replace(LAMBD, default=0.0))
    gamma_L: float = row(
        "Constant step in units of 1/L",
        0.5,
        symbol="γL",
        low=0.001,
        high=10,
        ticks=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.2, 1.5, 1.9, 2, 2.1, 2.5, 3),
        help="γ = this/L for the constant step. Too large, and the iterates run away.",
    )
    m: int = row(
        "Batch size",
        4,
        "int",
        symbol="m",
        low=1,
        high=ROWS,
        step=1,
        help=f"Rows drawn with replacement at every step, of n = {ROWS}.",
    )
    gamma_b_L: float = row(
        "Cap in units of 1/L_max",
        1.0,
        symbol="γ_b L_max",
        low=0.001,
        high=math.inf,
        ticks=(*grid(-3, 3), math.inf),
        help="γ_b = this/L_max. ∞ means no cap.",
    )
    labels: str = row(
        "Labels",
        "fit",
        "choice",
        choices={"fit": "as the guarantee assumes", "exact": "b = A x_true: interpolated", "noisy": "noisy"},
        help="Noisy labels that no x can fit give σ² > 0: there is no interpolation.",
    )
    family: str = row(
        "Problems",
        "fit",
        "choice",
        choices={
            "fit": "as the guarantee assumes",
            "strong": f"{UNKNOWNS['strong']} unknowns: strongly convex",
            "convex": f"{UNKNOWNS['convex']} unknowns: convex only, μ = 0",
        },
        help=f"Every problem has n = {ROWS} rows; with more unknowns than rows there are flat directions.",
    )
    problems: int = row("Random problems", 50, "int", low=1, high=200, step=1)
    trials: int = row(
        "Trials of each problem",
        20,
        "int",
        low=2,
        high=400,
        ticks=(5, 10, 20, 50, 100, 200, 400),
        help="The bound is on an expectation; it is estimated by the mean of so many runs.",
    )
    iterations: int = row(
        "Iterations", 200, "int", symbol="T", low=10, high=2000, ticks=(10, 20, 50, 100, 200, 500, 1000, 2000)
    )
    seed: int = like(SEED)
