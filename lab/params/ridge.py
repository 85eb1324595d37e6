"""Rows of the Ridge lab."""

from __future__ import annotations

import math
from dataclasses import replace

from lab.params.common import GAMMA_B, LAMBD, RHO, SEED
from lab.params.table import Param, grid

F_STAR = {"0": "0", "min": "the true minimum f*"}
RIDGE = (
    Param("n", "Rows", 100, "int", symbol="n", low=2, high=500, step=1, help="Number of samples."),
    Param("d", "Columns", 100, "int", symbol="d", low=2, high=500, step=1, help="Number of unknowns."),
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
    replace(RHO, default=2.0),
    replace(LAMBD, default=0.0),
    replace(GAMMA_B, default=math.inf),
    Param(
        "f_star",
        "Lower bound",
        "min",
        "choice",
        symbol="ℓ*",
        choices=F_STAR,
        help="What the method believes the smallest loss to be.",
    ),
    Param(
        "m",
        "Batch size",
        0,
        "int",
        symbol="m",
        low=0,
        high=500,
        step=1,
        help="Rows drawn with replacement at every step. 0: the full batch, no randomness.",
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
    SEED,
)
