"""Rows of the CNN lab: of the run, of its charts, and of each lane under the lane's letter.

Their ends are those of the engine (`neural.ranges`), or narrower.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.common import GAMMA_B, LAMBD, RHO, SEED, SMOOTHING, X_AXIS
from lab.params.table import Config, Param, grid, like, part, row
from neural.catalog import DATASETS, NETWORKS
from neural.methods import METHODS
from neural.own_images import parsed
from neural.ranges import RANGES

LANES = "abcdef"
MAX_SEEDS = 5
MAX_GPUS = 16


class Labels(dict[str, str]):
    """The images on offer, by their labels; those that a visitor brings are allowed and not listed."""

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or parsed(key) is not None

    def __missing__(self, key: str) -> str:
        return DATASETS[key].label


IMAGES = Labels({key: data.label for key, data in DATASETS.items()})
AUGMENT = Param(
    "Padded, cropped and mirrored images",
    False,
    "bool",
    help="Each training image anew at random. Made for photographs: a mirrored digit is another one.",
)


@dataclass(frozen=True)
class LaneControls(Config):
    """What the controls of one lane say: the method and every hyperparameter, also those it does not use."""

    method: str = row(
        "Method", "sam_sps", "choice", choices={key: method.label for key, method in METHODS.items()}
    )
    rho: float = like(RHO)
    lambd: float = like(LAMBD)
    gamma_b: float = like(
        replace(
            GAMMA_B,
            low=1e-6,
            high=1000,
            ticks=grid(-4, 3),
            help="γ is never larger than this; where it decides every step, it is a constant rate. "
            "1000 is the largest cap here: there is no choice without one.",
        )
    )
    lr: float = row(
        "Learning rate",
        0.1,
        symbol="γ",
        low=1e-6,
        high=10,
        ticks=grid(-4, 1),
        help="The rate of the methods that do not choose γ themselves; the first one where it is annealed.",
    )
    weight_decay: float = row(
        "Weight decay", 5e-4, low=RANGES["weight_decay"].low, high=1, ticks=(0.0, *grid(-5, 0))
    )
    momentum: float = row(
        "Momentum",
        0.0,
        low=RANGES["momentum"].low,
        high=0.99,
        step=0.01,
        help="Heavy-ball momentum. It cannot change while the run goes on: its buffer would mix two.",
    )

    @classmethod
    def suggested(cls, method: str) -> LaneControls:
        """A lane as its method suggests it."""
        return cls(**{"method": method, **dict(METHODS[method].suggested)})  # type: ignore[arg-type]


@dataclass(frozen=True)
class CnnConfig(Config):
    """The run, its charts, and each lane under the lane's letter."""

    page: ClassVar[str] = "cnn"

    dataset: str = row(
        "Images",
        "digits",
        "choice",
        choices=IMAGES,
    )
    label_noise: float = row(
        "Label noise",
        0.0,
        low=RANGES["label_noise"].low,
        high=RANGES["label_noise"].high,
        step=0.05,
        help="Share of the training labels replaced by a wrong one. Then only a network that learns them by "
        "heart reaches loss 0: with ℓ* = 0 the Polyak step is too large, and the cap decides.",
    )
    offset: float = row(
        "Offset of the pixels",
        0.0,
        low=RANGES["offset"].low,
        high=30.0,
        ticks=(0.0, 1.0, 3.0, 10.0, 30.0),
        help="Added to every pixel, in training and test alike; pixels are in [0, 1]. Nothing is lost, but "
        "inputs far from 0 worsen the conditioning of the curvature: its largest eigenvalue grows with the "
        "square of their mean.",
    )
    kappa: float = row(
        "Fading of the pixels",
        1.0,
        symbol="κ",
        low=RANGES["kappa"].low,
        high=1e6,
        ticks=grid(0, 6),
        help="Pixels are scaled one by one, by factors from 1 down to 1/κ, in training and test alike: at a "
        "large κ most of them are as good as erased.",
    )
    augment: bool = like(AUGMENT)
    network: str = row(
        "Network",
        "small_cnn",
        "choice",
        choices={key: network.label for key, network in NETWORKS.items()},
    )
    batch_size: int = row(
        "Batch size",
        64,
        "int",
        symbol="m",
        low=8,
        high=512,
        ticks=(8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0),
    )
    epochs: int = row(
        "Epochs",
        100,
        "int",
        low=RANGES["epochs"].low,
        high=1000,
        ticks=(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0),
    )
    seed: int = like(SEED)
    seeds: int = row(
        "Seeds",
        1,
        "int",
        low=1,
        high=MAX_SEEDS,
        step=1,
        help="Every lane trains once for each seed, from the one above on; charts show the mean, and a band "
        "from the lowest to the highest.",
    )
    device: str = row(
        "Device",
        "cpu",
        "choice",
        choices={
            "cpu": "CPU",
            **{f"cuda:{index}": f"CUDA GPU {index}" for index in range(MAX_GPUS)},
            "mps": "Apple GPU (MPS)",
        },
    )
    lanes: int = row(
        "Lanes",
        2,
        "int",
        low=1,
        high=len(LANES),
        step=1,
        help="How many methods train side by side, from the same weights on the same batches.",
    )

    x: str = like(X_AXIS)
    smooth: float = like(replace(SMOOTHING, help=f"{SMOOTHING.help} The raw line stays, fainter."))
    speed: str = row(
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
    )

    more: str = row(
        "More of the run",
        "loss",
        "choice",
        choices={
            "loss": "Training loss",
            "decided": "What decided γ",
            "formula": "The formula",
            "norms": "Gradient norms",
            "sam_gap": "SAM gap",
            "pictures": "What the network sees",
        },
    )

    a: LaneControls = part(LaneControls.suggested("sam_sps"))
    b: LaneControls = part(LaneControls.suggested("sam_constant"))
    c: LaneControls = part(LaneControls.suggested("usam_sps"))
    d: LaneControls = part(LaneControls.suggested("sgd_constant"))
    e: LaneControls = part(LaneControls.suggested("sps_max"))
    f: LaneControls = part(LaneControls.suggested("adam"))

    @property
    def shown_lanes(self) -> dict[str, LaneControls]:
        """The lanes that train, by their letters."""
        return {letter: getattr(self, letter) for letter in LANES[: self.lanes]}
