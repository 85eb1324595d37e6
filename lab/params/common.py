"""Rows that several pages share. Their ends are those of the engine (`synthetic.ranges`), or narrower."""

from __future__ import annotations

import math

from lab.params.table import Param, grid
from synthetic import ranges

RHO = Param(
    "Sharpness radius",
    0.1,
    symbol="ρ",
    low=ranges.RHO.low,
    high=100,
    ticks=(0.0, *grid(-3, 2)),
    help="How far uphill from x the gradient is taken: ρ‖∇f(x)‖ at λ = 0, ρ at λ = 1. At ρ = 0: at x itself.",
)
LAMBD = Param(
    "Normalisation",
    1.0,
    symbol="λ",
    low=ranges.LAMBD.low,
    high=ranges.LAMBD.high,
    step=0.05,
    help="0: USAM, the perturbation is ρ∇f(x). 1: SAM, it has length ρ. Between: a blend.",
)
GAMMA_B = Param(
    "Step-size cap",
    1.0,
    symbol="γ_b",
    low=ranges.GAMMA_B.low,
    high=ranges.GAMMA_B.high,
    ticks=(*grid(-3, 3), math.inf),
    help="γ is never larger than this; where it decides every step, it is a constant rate. "
    "Where ∞ can be chosen, it stands for no cap.",
)
BOUNDS = Param(
    "Bounds",
    "tighter",
    "choice",
    choices={
        "tighter": "derived here, tighter",
        "published": "published form alone",
    },
    help="The tighter is drawn beside the published form. Theory has the proofs of both.",
)
SEED = Param(
    "Seed",
    0,
    "int",
    low=ranges.SEED.low,
    high=999_999,
    step=1,
    help="Same seed and same values: the same numbers.",
)
X_AXIS = Param(
    "x-axis",
    "step",
    "choice",
    choices={
        "step": "steps",
        "epoch": "epochs",
        "grad_evals": "gradient evaluations",
        "seconds": "seconds",
    },
    help="A sharpness-aware step costs two gradient evaluations, a step of SGD one.",
)
SMOOTHING = Param(
    "Smoothing",
    0.0,
    low=0,
    high=0.999,
    ticks=(0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99),
    help="Weight of the past in the running mean.",
)
