"""Rows of the lessons: which lesson and step, what its picture shows, and what a lecturer's link sets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

from lab.params.common import GAMMA_B, LAMBD, RHO
from lab.params.one_step import POINT
from lab.params.table import Config, grid, like, row
from synthetic import ranges

LESSONS = {
    "uphill": "Why look uphill at all",
    "fixed": "Why a fixed step is hard",
    "polyak": "The Polyak idea",
    "radius": "What ρ and λ do",
    "cap": "The cap and the noise ball",
    "fit": "Interpolation",
    "networks": "Large ρ on networks",
    "remember": "What to remember",
}
STEPS = {"predict": "Predict", "run": "Run", "explain": "Explain", "question": "Question"}
RECORDED = {
    "mlp_all": "MLP on MNIST-1D, tuned baselines",
    "digits": "small CNN on digits",
    "digits_noise": "the same, 30% of the labels wrong",
}
ROOM = 999_999_999


@dataclass(frozen=True)
class LessonsConfig(Config):
    """The lesson, its step, the values of its picture, and what a lecturer's link asks for."""

    page: ClassVar[str] = "lessons"

    lesson: str = row("Lesson", "uphill", "choice", choices=LESSONS)
    step: str = row("Step", "predict", "choice", choices=STEPS)
    rho: float = like(replace(RHO, default=0.2))
    lambd: float = like(replace(LAMBD, default=0.0))
    gamma: float = row(
        "Constant step size",
        1.0,
        symbol="γ",
        low=0.001,
        high=1000,
        ticks=grid(-3, 3),
        help="The same at every step.",
    )
    gamma_b: float = like(replace(GAMMA_B, default=math.inf))
    kappa: float = row(
        "Condition number",
        10.0,
        symbol="κ",
        low=ranges.KAPPA.low,
        high=1e6,
        ticks=grid(0, 6),
        help="Largest over smallest curvature. The largest is L = 1.",
    )
    x1: float = like(replace(POINT, label="Start", symbol="x", default=2.0, help="Where the step starts."))
    bound: float = row(
        "Lower bound",
        0.25,
        symbol="ℓ*",
        low=-5,
        high=5,
        step=0.05,
        help="What the method believes the smallest loss to be.",
    )
    noise: float = row(
        "Label noise",
        0.2,
        low=ranges.NOISE.low,
        high=10,
        ticks=(0.0, *grid(-2, 0)),
        help="Standard deviation of the noise on the labels b. At 0 one x fits them all.",
    )
    recorded: str = row("Recorded runs", "mlp_all", "choice", choices=RECORDED)
    lock: bool = row("Hide the controls", False, "bool")
    notes: bool = row("Notes for the lecturer", False, "bool")
    room: int = row("Class", 0, "int", low=0, high=ROOM, step=1, help="0: none.")
