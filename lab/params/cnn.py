"""Rows of the CNN lab: those of the run, and those of each lane under the lane's letter."""

from __future__ import annotations

from dataclasses import replace

from lab.params.common import GAMMA_B, LAMBD, RHO, SEED
from lab.params.table import Param, grid
from neural.methods import METHODS

LANES = "abcd"
LANE = (
    Param(
        "method",
        "Method",
        "sam_sps",
        "choice",
        choices={key: method.label for key, method in METHODS.items()},
    ),
    RHO,
    LAMBD,
    replace(GAMMA_B, low=1e-6, high=1000, ticks=grid(-4, 3)),
    Param(
        "lr",
        "Learning rate",
        0.1,
        symbol="γ",
        low=1e-6,
        high=10,
        ticks=grid(-4, 1),
        help="The rate of the methods that do not choose γ themselves.",
    ),
    Param("weight_decay", "Weight decay", 5e-4, low=0, high=1, ticks=(0.0, *grid(-5, 0))),
)
LANE_DEFAULTS = ("sam_sps", "sam_constant", "usam_sps", "sgd_constant")
CNN = (
    Param(
        "batch_size",
        "Batch size",
        64,
        "int",
        low=8,
        high=512,
        ticks=(8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0),
    ),
    Param(
        "epochs",
        "Epochs",
        100,
        "int",
        low=1,
        high=1000,
        ticks=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    ),
    SEED,
    Param(
        "lanes",
        "Lanes",
        2,
        "int",
        low=1,
        high=len(LANES),
        step=1,
        help="How many methods train side by side, from the same weights on the same batches.",
    ),
    *(
        replace(row, key=f"{lane}_{row.key}", default=method if row.key == "method" else row.default)
        for lane, method in zip(LANES, LANE_DEFAULTS, strict=True)
        for row in LANE
    ),
)
