"""Rows of the Landscape page: whose minimum is looked at, when, and how far around it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.cnn import LANES
from lab.params.common import RHO, SEED
from lab.params.one_step import OneStepConfig
from lab.params.table import Config, grid, like, row

MEASURES = {
    "eigenvalue": "largest eigenvalue",
    "trace": "trace",
    "sharpness": "sharpness",
    "average": "average sharpness",
}


@dataclass(frozen=True)
class LandscapeConfig(Config):
    """Where the landscape is looked at, and how closely."""

    page: ClassVar[str] = "landscape"

    what: str = row(
        "Look at",
        "example",
        "choice",
        choices={
            "example": "the example: two networks, trained before",
            "run": "a run of yours",
            "ridge": "ridge regression: all known exactly",
            "plane": "a function of One step: all known exactly",
        },
        help="Begin with what is known exactly, to learn to read the others.",
    )
    a: str = row("First lane", "a", "choice", choices={letter: letter.upper() for letter in LANES})
    b: str = row(
        "Second lane",
        "b",
        "choice",
        choices={"none": "none"} | {letter: letter.upper() for letter in LANES},
    )
    other: str = row(
        "Run of the second lane",
        "",
        "id",
        help="Two networks can be joined by a line where they have the same shape.",
    )
    moment: int = row(
        "Moment, in % of the run",
        100,
        "int",
        high=100,
        step=5,
        help="The weights that were kept nearest to it. 100 is the newest.",
    )
    function: str = like(OneStepConfig.rows()["function"])
    kappa: float = row(
        "Condition number",
        100.0,
        symbol="κ",
        low=1,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest eigenvalue of the Hessian.",
    )
    rho: float = like(
        replace(
            RHO,
            low=1e-3,
            high=10,
            ticks=grid(-3, 1),
            help="Radius of the ball in which the loss may rise. SAM looks as far as its own ρ.",
        )
    )
    reach: float = row(
        "Reach of the slices",
        1.0,
        symbol="t",
        low=0.01,
        high=10,
        ticks=(0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        help="At 1 every filter moves by its own length.",
    )
    normalise: bool = row(
        "Filter normalisation",
        True,
        "bool",
        help="Off: a direction is as long as all weights together, whatever the scale of each filter.",
    )
    directions: int = row("Directions", 5, "int", low=2, high=10, step=1)
    images: int = row(
        "Images",
        512,
        "int",
        low=16,
        high=2000,
        ticks=(16, 64, 128, 256, 512, 1000, 2000),
        help="The first ones of the training set; the loss is the mean over them. A large network takes "
        "long: begin with few.",
    )
    alpha: float = row(
        "Factor of the control",
        8.0,
        symbol="α",
        low=1,
        high=64,
        ticks=(1, 2, 4, 8, 16, 32, 64),
        help="One layer times α, the next divided by it: the network computes the same function.",
    )
    measure: str = row("Over training", "eigenvalue", "choice", choices=MEASURES)
    seed: int = like(SEED)
