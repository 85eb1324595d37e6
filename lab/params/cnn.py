"""Rows of the CNN lab: of the run, of its charts, and of each lane under the lane's letter."""

from __future__ import annotations

from dataclasses import replace

from lab.params.common import GAMMA_B, LAMBD, RHO, SEED
from lab.params.table import Param, Value, grid
from neural.catalog import DATASETS, NETWORKS
from neural.methods import METHODS

LANES = "abcdef"
MAX_SEEDS = 5
MAX_GPUS = 16
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
    replace(
        GAMMA_B,
        low=1e-6,
        high=1000,
        ticks=grid(-4, 3),
        help="γ is never larger than this. 1000 is the largest cap here: there is no choice without one.",
    ),
    Param(
        "lr",
        "Learning rate",
        0.1,
        symbol="γ",
        low=1e-6,
        high=10,
        ticks=grid(-4, 1),
        help="The rate of the methods that do not choose γ themselves; the first one where it is annealed.",
    ),
    Param("weight_decay", "Weight decay", 5e-4, low=0, high=1, ticks=(0.0, *grid(-5, 0))),
    Param(
        "momentum",
        "Momentum",
        0.0,
        low=0,
        high=0.99,
        step=0.01,
        help="Heavy-ball momentum. It cannot change while the run goes on: its buffer would mix two.",
    ),
)
LANE_DEFAULTS = ("sam_sps", "sam_constant", "usam_sps", "sgd_constant", "sps_max", "adam")

RUN = (
    Param(
        "dataset",
        "Images",
        "digits",
        "choice",
        choices={key: data.label for key, data in DATASETS.items()},
    ),
    Param(
        "label_noise",
        "Label noise",
        0.0,
        low=0,
        high=1,
        step=0.05,
        help="Share of the training labels replaced by a wrong one. Then only a network that learns them by "
        "heart reaches loss 0: with ℓ* = 0 the Polyak step is too large, and the cap decides.",
    ),
    Param(
        "kappa",
        "Conditioning of the inputs",
        1.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Pixels are scaled one by one, by factors from 1 down to 1/κ, in training and test alike.",
    ),
    Param(
        "network",
        "Network",
        "small_cnn",
        "choice",
        choices={key: network.label for key, network in NETWORKS.items()},
    ),
    Param(
        "batch_size",
        "Batch size",
        64,
        "int",
        symbol="m",
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
        "seeds",
        "Seeds",
        1,
        "int",
        low=1,
        high=MAX_SEEDS,
        step=1,
        help="Every lane trains once for each seed, from the one above on; charts show the mean, and a band "
        "from the lowest to the highest.",
    ),
    Param(
        "device",
        "Device",
        "cpu",
        "choice",
        choices={
            "cpu": "CPU",
            **{f"cuda:{index}": f"CUDA GPU {index}" for index in range(MAX_GPUS)},
            "mps": "Apple GPU (MPS)",
        },
    ),
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
)
VIEW = (
    Param(
        "x",
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
    ),
    Param(
        "smooth",
        "Smoothing",
        0.0,
        low=0,
        high=0.999,
        ticks=(0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99),
        help="Weight of the past in the running mean. The raw line stays, fainter.",
    ),
    Param(
        "speed",
        "Speed",
        "0",
        "choice",
        choices={
            "0": "as fast as it goes",
            "50": "50 steps a second",
            "10": "10",
            "3": "3",
            "1": "one step a second",
        },
    ),
)


def _default(row: Param, method: str) -> Value:
    """A lane's first value: what its method suggests, where it does."""
    return method if row.key == "method" else dict(METHODS[method].suggested).get(row.key, row.default)


CNN = (
    *RUN,
    *VIEW,
    *(
        replace(row, key=f"{lane}_{row.key}", default=_default(row, method))
        for lane, method in zip(LANES, LANE_DEFAULTS, strict=True)
        for row in LANE
    ),
)
