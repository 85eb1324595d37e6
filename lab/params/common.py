"""Rows that several pages share."""

from __future__ import annotations

import math

from lab.params.table import Param, grid

RHO = Param(
    "Sharpness radius",
    0.1,
    symbol="ρ",
    low=0,
    high=100,
    ticks=(0.0, *grid(-3, 2)),
    help="How far uphill from x the gradient is taken: ρ‖∇f(x)‖ at λ = 0, ρ at λ = 1. At ρ = 0: at x itself.",
)
LAMBD = Param(
    "Normalisation",
    1.0,
    symbol="λ",
    step=0.05,
    help="0: USAM, the perturbation is ρ∇f(x). 1: SAM, it has length ρ. Between: a blend.",
)
GAMMA_B = Param(
    "Step-size cap",
    1.0,
    symbol="γ_b",
    low=0,
    high=math.inf,
    ticks=(*grid(-3, 3), math.inf),
    help="γ is never larger than this. Where ∞ can be chosen, it stands for no cap.",
)
SEED = Param(
    "Seed", 0, "int", low=0, high=999_999, step=1, help="Same seed and same values: the same numbers."
)
