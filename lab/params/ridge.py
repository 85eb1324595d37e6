"""Rows of the Ridge lab: the problem, the sampling, what is drawn, and each method under short keys."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.common import BOUNDS, GAMMA_B, LAMBD, RHO, SEED
from lab.params.ridge_methods import LABELS
from lab.params.table import NONE, Config, Param, grid, like, row
from synthetic import ranges

DEFAULT_METHODS = ("usam_ps", "sam_ps", "sps_max", "usam", "sgd", "unified")
FIGURES = {
    "none": "the lab",
    "usam_theory_det": "USAM steps from theory, deterministic",
    "ada_comparison_det": "adaptive methods, deterministic",
    "usam_theory_stoch": "USAM steps from theory, stochastic",
    "ada_comparison_stoch": "adaptive methods, stochastic",
}

# A radius in the unit chosen; at λ = 1 it is a length.
SCALED = replace(RHO, default=0.2, ticks=(0.0, *grid(-3, 2)))
LENGTH = replace(
    RHO, default=0.1, help="The length of the step uphill from x to the point where the gradient is taken."
)
STEP = Param("Step size", 0.5, symbol="γ", low=1e-9, high=1000, ticks=grid(-3, 2))
OWN_STEP = "Its base step size, in no unit."
SHAPES = {"constant": "constant", "inverse_sqrt": "ρ/√(t+1)"}
BLENDS = {"constant": "constant", "inverse": "1/t", "one_minus_inverse": "1 − 1/t"}


ONE_OR_MORE_BOUNDS = replace(
    BOUNDS,
    choices={"lowest": "the lowest alone", **(BOUNDS.choices or {})},
    help="Of each method the lowest that applies; or the tighter beside the published form. Theory has the "
    "proofs of both.",
)


@dataclass(frozen=True)
class RidgeConfig(Config):
    """The problem, the sampling, the methods and the charts of the Ridge lab."""

    page: ClassVar[str] = "ridge"

    problem: str = row(
        "Problem",
        "ridge",
        "choice",
        choices={
            "ridge": "Least squares / ridge, random",
            "logistic": "Logistic, breast-cancer data",
            "own": "Ridge, your own A and b",
        },
        help="The second is scikit-learn's data of 569 tumours with 30 measured features, standardised.",
    )
    data: str = row("Your data", NONE, "digest", help="The SHA-256 of the file: a link names the data by it.")
    n: int = row("Rows", 100, "int", symbol="n", low=2, high=500, step=1, help="Number of samples.")
    d: int = row("Columns", 100, "int", symbol="d", low=2, high=500, step=1, help="Number of unknowns.")
    design: str = row(
        "Matrix A",
        "conditioned",
        "choice",
        choices={"conditioned": "with a chosen κ", "gaussian": "Gaussian entries"},
    )
    kappa: float = row(
        "Condition number",
        100.0,
        symbol="κ",
        low=ranges.KAPPA.low,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest eigenvalue of the Hessian, or the ratio of singular values of A.",
    )
    kappa_of: str = row(
        "κ is that of",
        "H",
        "choice",
        choices={"H": "the Hessian H", "A": "the matrix A"},
        help="Without regularisation κ(H) = κ(A)².",
    )
    interpolated: bool = row(
        "Interpolated",
        True,
        "bool",
        help="On: b = A x_true, so the minimum is 0. Off: b is noisy; for n > d the minimum is above 0.",
    )
    noise: float = row(
        "Label noise",
        1.0,
        low=ranges.NOISE.low,
        high=100,
        ticks=(0.0, *grid(-2, 2)),
        help="Standard deviation of the noise on b.",
    )
    reg: float = row(
        "Regularisation",
        0.0,
        low=ranges.REG.low,
        high=100,
        ticks=(0.0, *grid(-6, 1)),
        help="Weight of ‖x‖²/2. Above 0 nothing is interpolated any more.",
    )
    seed: int = like(SEED)

    m: int = row(
        "Batch size",
        0,
        "int",
        symbol="m",
        low=0,
        high=600,
        step=1,
        help="Rows drawn at every step. 0: the full batch, no randomness.",
    )
    replacement: bool = row(
        "With replacement", True, "bool", help="Whether a batch may hold the same row twice."
    )
    trials: int = row(
        "Trials",
        1,
        "int",
        low=ranges.TRIALS.low,
        high=50,
        step=1,
        help="Repetitions from the same x⁰ on other mini-batches. The full batch knows no chance.",
    )
    iterations: int = row(
        "Iterations",
        1000,
        "int",
        symbol="T",
        low=10,
        high=10_000,
        ticks=(10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
    )

    x: str = row(
        "Horizontal axis",
        "t",
        "choice",
        choices={"t": "iterations", "evals": "gradient evaluations", "s": "time"},
        help="A step with a second look costs two gradients; SA-SAM's costs three.",
    )
    log_x: bool = row(
        "Logarithmic in x", False, "bool", help="The start, at 0, has no place on such an axis."
    )
    center: str = row(
        "Of several trials",
        "mean",
        "choice",
        choices={"mean": "mean ± standard deviation", "median": "median, 10% to 90%"},
        help="The bounds speak of the mean. The median and its band show what is usual.",
    )
    held: str = row(
        "Held against the bounds",
        "distance",
        "choice",
        choices={"distance": "squared distance ‖x − x*‖²", "average": "gap of the averaged iterate"},
        help="Theorems 3.1, 3.5 and the exact rates bound the first, theorems 3.2 and 3.8 the second.",
    )
    bounds: str = like(ONE_OR_MORE_BOUNDS)
    more: str = row(
        "More of the run",
        "gap",
        "choice",
        choices={"gap": "Relative gap", "grad": "Gradient norm", "shares": "Capped and clamped steps"},
    )

    methods: tuple[str, ...] = row("Methods", DEFAULT_METHODS, "set", high=len(LABELS), choices=LABELS)
    f_star: str = row(
        "Lower bound",
        "min",
        "choice",
        symbol="ℓ*",
        choices={"0": "0", "batch": "the mini-batch's minimum", "min": "the true minimum f*"},
        help="What the Polyak methods believe the smallest loss to be.",
    )
    gamma_b: float = like(replace(GAMMA_B, default=math.inf))
    unit: str = row(
        "Unit of USAM's ρ and of constant γ",
        "L",
        "choice",
        choices={"L": "1/L", "1": "1, as they are"},
        help="In the unit 1/L a number means the same for every κ. SAM's ρ is a length and has no such unit.",
    )

    # Of one method each.
    rho: float = like(SCALED)
    rho_shape: str = row(
        "ρ over time", "constant", "choice", choices=SHAPES, help="Theorem 3.4 asks that ρ goes to 0."
    )
    sam_ps_rho: float = like(replace(LENGTH, label="Radius, SAM-PS"))
    mix_rho: float = like(replace(SCALED, label="Radius, the blend"))
    lambd: float = like(replace(LAMBD, default=0.5))
    long_rho: float = like(replace(SCALED, label="Radius, the long step"))
    usam_rho: float = like(replace(SCALED, label="Radius, constant USAM", default=0.5))
    usam_gamma: float = like(replace(STEP, label="Step size, constant USAM"))
    sam_rho: float = like(replace(LENGTH, label="Radius, constant SAM"))
    sam_gamma: float = like(replace(STEP, label="Step size, constant SAM"))
    uni_rho: float = like(replace(SCALED, label="Radius, Unified SAM"))
    uni_gamma: float = like(replace(STEP, label="Step size, Unified SAM"))
    uni_lambd: float = like(replace(LAMBD, label="Normalisation, Unified SAM", default=0.5))
    uni_shape: str = row("λ over time", "constant", "choice", choices=BLENDS, help="As published.")
    sgd_gamma: float = like(replace(STEP, label="Step size, gradient descent", default=1.0))
    adasam_gamma: float = like(replace(STEP, label="Step size, AdaSAM", default=0.01, help=OWN_STEP))
    adasam_rho: float = like(replace(LENGTH, label="Radius, AdaSAM", default=0.01))
    ls1_gamma: float = like(replace(STEP, label="Step size, LightSAM-I", default=5.0, help=OWN_STEP))
    ls1_rho: float = like(replace(LENGTH, label="Radius, LightSAM-I", default=0.1))
    ls2_gamma: float = like(replace(STEP, label="Step size, LightSAM-II", default=0.5, help=OWN_STEP))
    ls2_rho: float = like(replace(LENGTH, label="Radius, LightSAM-II", default=0.01))
    ls3_gamma: float = like(replace(STEP, label="Step size, LightSAM-III", default=0.01, help=OWN_STEP))
    ls3_rho: float = like(replace(LENGTH, label="Radius, LightSAM-III", default=0.01))
    sa_eta0: float = like(replace(STEP, label="First step size", symbol="η₀", default=0.1))

    map: bool = row("ρ × κ map", False, "bool", help="Whether the map of iterations to a target is open.")
    map_of: str = row(
        "Method",
        "usam_ps",
        "choice",
        choices={key: LABELS[key] for key in ("usam_ps", "sam_ps", "usam", "sam")},
    )
    map_target: float = row(
        "Target, relative gap", 1e-6, low=1e-12, high=0.5, ticks=(1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.1)
    )
    map_T: int = row(
        "Iterations at most",
        2000,
        "int",
        low=100,
        high=10_000,
        ticks=(100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
    )
    map_size: int = row("Cells a side", 12, "int", low=4, high=24, step=1)

    figure: str = row("Shown", "none", "choice", choices=FIGURES)
    edition: str = row(
        "Edition",
        "released",
        "choice",
        choices={"released": "as released", "described": "as described"},
        help="Released code and text differ: bootstrap batches or the full batch, a Gaussian A or κ(A) = 10, "
        "the lowest loss seen or f* subtracted.",
    )
