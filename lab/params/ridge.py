"""Rows of the Ridge lab: the problem, the sampling, what is drawn, and each method under short keys."""

from __future__ import annotations

import math
from dataclasses import replace

from lab.params.common import GAMMA_B, LAMBD, RHO, SEED
from lab.params.table import Param, grid

METHODS = {
    "usam_ps": "USAM-PS / USAM-SPS",
    "sam_ps": "SAM-PS / SAM-SPS",
    "mix": "Polyak step, λ between",
    "sps_max": "SPS_max",
    "usam": "USAM, constant γ",
    "sam": "SAM, constant γ",
    "unified_sam": "Unified SAM, constant γ",
    "sgd": "Gradient descent / SGD",
    "af22": "AF22",
    "khanh24": "Khanh24",
    "unified": "Unified",
    "adasam": "AdaSAM",
    "lightsam_1": "LightSAM-I",
    "lightsam_2": "LightSAM-II",
    "lightsam_3": "LightSAM-III",
    "sa_sam": "SA-SAM",
}
DEFAULT_METHODS = ("usam_ps", "sam_ps", "sps_max", "usam", "sgd", "unified")
FIGURES = {
    "none": "the lab",
    "usam_theory_det": "USAM steps from theory, deterministic",
    "ada_comparison_det": "adaptive methods, deterministic",
    "usam_theory_stoch": "USAM steps from theory, stochastic",
    "ada_comparison_stoch": "adaptive methods, stochastic",
}

PROBLEM = (
    Param(
        "problem",
        "Problem",
        "ridge",
        "choice",
        choices={"ridge": "Least squares / ridge, random", "logistic": "Logistic, breast-cancer data"},
        help="The second is scikit-learn's data of 569 tumours with 30 measured features, standardised.",
    ),
    Param("n", "Rows", 100, "int", symbol="n", low=2, high=500, step=1, help="Number of samples."),
    Param("d", "Columns", 100, "int", symbol="d", low=2, high=500, step=1, help="Number of unknowns."),
    Param(
        "design",
        "Matrix A",
        "conditioned",
        "choice",
        choices={"conditioned": "with a chosen κ", "gaussian": "Gaussian entries"},
    ),
    Param(
        "kappa",
        "Condition number",
        100.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest eigenvalue of the Hessian, or the ratio of singular values of A.",
    ),
    Param(
        "kappa_of",
        "κ is that of",
        "H",
        "choice",
        choices={"H": "the Hessian H", "A": "the matrix A"},
        help="Without regularisation κ(H) = κ(A)².",
    ),
    Param(
        "interpolated",
        "Interpolated",
        True,
        "bool",
        help="On: b = A x_true, so the minimum is 0. Off: b is noisy; for n > d the minimum is above 0.",
    ),
    Param(
        "noise",
        "Label noise",
        1.0,
        low=0,
        high=100,
        ticks=(0.0, *grid(-2, 2)),
        help="Standard deviation of the noise on b.",
    ),
    Param(
        "reg",
        "Regularisation",
        0.0,
        low=0,
        high=100,
        ticks=(0.0, *grid(-6, 1)),
        help="Weight of ‖x‖²/2. Above 0 nothing is interpolated any more.",
    ),
    SEED,
)
RUN = (
    Param(
        "m",
        "Batch size",
        0,
        "int",
        symbol="m",
        low=0,
        high=600,
        step=1,
        help="Rows drawn at every step. 0: the full batch, no randomness.",
    ),
    Param(
        "replacement", "With replacement", True, "bool", help="Whether a batch may hold the same row twice."
    ),
    Param(
        "trials",
        "Trials",
        1,
        "int",
        low=1,
        high=50,
        step=1,
        help="Repetitions from the same x⁰ on other mini-batches. The full batch knows no chance.",
    ),
    Param(
        "iterations",
        "Iterations",
        1000,
        "int",
        symbol="T",
        low=10,
        high=10_000,
        ticks=(10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
    ),
)
DRAWN = (
    Param(
        "x",
        "Horizontal axis",
        "t",
        "choice",
        choices={"t": "iterations", "evals": "gradient evaluations", "s": "time"},
        help="A step with a second look costs two gradients; SA-SAM's costs three.",
    ),
    Param("log_x", "Logarithmic in x", False, "bool", help="The start, at 0, has no place on such an axis."),
    Param(
        "center",
        "Of several trials",
        "mean",
        "choice",
        choices={"mean": "mean ± standard deviation", "median": "median, 10% to 90%"},
        help="The bounds speak of the mean. The median and its band show what is usual.",
    ),
    Param(
        "held",
        "Held against the bounds",
        "distance",
        "choice",
        choices={"distance": "squared distance ‖x − x*‖²", "average": "gap of the averaged iterate"},
        help="Theorems 3.1, 3.5 and the exact rates bound the first, theorems 3.2 and 3.8 the second.",
    ),
)
POLYAK = (
    Param(
        "f_star",
        "Lower bound",
        "min",
        "choice",
        symbol="ℓ*",
        choices={"0": "0", "batch": "the mini-batch's minimum", "min": "the true minimum f*"},
        help="What the Polyak methods believe the smallest loss to be.",
    ),
    replace(GAMMA_B, default=math.inf),
    Param(
        "unit",
        "Unit of USAM's ρ and of constant γ",
        "L",
        "choice",
        choices={"L": "1/L", "1": "1, as they are"},
        help="In the unit 1/L a number means the same for every κ. SAM's ρ is a length and has no such unit.",
    ),
)
# A radius in the unit chosen; at λ = 1 it is a length.
SCALED = replace(RHO, default=0.2, ticks=(0.0, *grid(-3, 2)))
LENGTH = replace(
    RHO, default=0.1, help="The length of the step uphill from x to the point where the gradient is taken."
)
STEP = Param("gamma", "Step size", 0.5, symbol="γ", low=1e-9, high=1000, ticks=grid(-3, 2))


def adaptive(prefix: str, name: str, gamma: float, rho: float) -> tuple[Param, ...]:
    """Rows of an adaptive baseline: its step size and radius, as they are in every unit."""
    return (
        replace(
            STEP,
            key=f"{prefix}_gamma",
            label=f"Step size, {name}",
            default=gamma,
            help="Its base step size, in no unit.",
        ),
        replace(LENGTH, key=f"{prefix}_rho", label=f"Radius, {name}", default=rho),
    )


SHAPES = {"constant": "constant", "inverse_sqrt": "ρ/√(t+1)"}
BLENDS = {"constant": "constant", "inverse": "1/t", "one_minus_inverse": "1 − 1/t"}
# The rows of each method, under the method's key.
OF_METHOD: dict[str, tuple[Param, ...]] = {
    "usam_ps": (
        SCALED,
        Param(
            "rho_shape",
            "ρ over time",
            "constant",
            "choice",
            choices=SHAPES,
            help="Theorem 3.4 asks that ρ goes to 0.",
        ),
    ),
    "sam_ps": (replace(LENGTH, key="sam_ps_rho", label="Radius, SAM-PS"),),
    "mix": (replace(SCALED, key="mix_rho", label="Radius, the blend"), replace(LAMBD, default=0.5)),
    "usam": (
        replace(SCALED, key="usam_rho", label="Radius, constant USAM", default=0.5),
        replace(STEP, key="usam_gamma", label="Step size, constant USAM"),
    ),
    "sam": (
        replace(LENGTH, key="sam_rho", label="Radius, constant SAM"),
        replace(STEP, key="sam_gamma", label="Step size, constant SAM"),
    ),
    "unified_sam": (
        replace(SCALED, key="uni_rho", label="Radius, Unified SAM"),
        replace(STEP, key="uni_gamma", label="Step size, Unified SAM"),
        replace(LAMBD, key="uni_lambd", label="Normalisation, Unified SAM", default=0.5),
        Param("uni_shape", "λ over time", "constant", "choice", choices=BLENDS, help="As published."),
    ),
    "sgd": (replace(STEP, key="sgd_gamma", label="Step size, gradient descent", default=1.0),),
    "adasam": adaptive("adasam", "AdaSAM", 0.01, 0.01),
    "lightsam_1": adaptive("ls1", "LightSAM-I", 5.0, 0.1),
    "lightsam_2": adaptive("ls2", "LightSAM-II", 0.5, 0.01),
    "lightsam_3": adaptive("ls3", "LightSAM-III", 0.01, 0.01),
    "sa_sam": (replace(STEP, key="sa_eta0", label="First step size", symbol="η₀", default=0.1),),
}  # fmt: skip
MAP = (
    Param("map", "ρ × κ map", False, "bool", help="Whether the map of iterations to a target is open."),
    Param(
        "map_of",
        "Method",
        "usam_ps",
        "choice",
        choices={key: METHODS[key] for key in ("usam_ps", "sam_ps", "usam", "sam")},
    ),
    Param(
        "map_target",
        "Target, relative gap",
        1e-6,
        low=1e-12,
        high=0.5,
        ticks=(1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.1),
    ),
    Param(
        "map_T",
        "Iterations at most",
        2000,
        "int",
        low=100,
        high=10_000,
        ticks=(100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10_000.0),
    ),
    Param("map_size", "Cells a side", 12, "int", low=4, high=24, step=1),
)
OPENED = (
    Param("figure", "Shown", "none", "choice", choices=FIGURES),
    Param(
        "edition",
        "Edition",
        "released",
        "choice",
        choices={"released": "as released", "described": "as described"},
        help="Released code and text differ: bootstrap batches or the full batch, a Gaussian A or κ(A) = 10.",
    ),
)
RIDGE = (
    *PROBLEM,
    *RUN,
    *DRAWN,
    Param("methods", "Methods", DEFAULT_METHODS, "set", high=len(METHODS), choices=METHODS),
    *POLYAK,
    *(row for rows in OF_METHOD.values() for row in rows),
    *MAP,
    *OPENED,
)
