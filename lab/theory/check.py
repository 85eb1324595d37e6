"""What the live check of the Theory page measures: which guarantee, which problems, which method."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from lab.params import Value, real, whole
from lab.params.theory import ROWS
from synthetic import ConstantStep, Method, PolyakStep, RidgeConfig, RidgeRegression, Schedule

STRONG, CONVEX = 10, 30  # unknowns
MAX_PROBLEMS = 1000  # seeds of one page seed


@dataclass(frozen=True)
class Guarantee:
    """A bound of `synthetic.BOUNDS` and the setting that it speaks of."""

    bound: str
    stochastic: bool = False
    noisy: bool = False
    convex: bool = False
    vanishing: bool = False
    constant: bool = False


GUARANTEES = {
    "T3.1": Guarantee("T3.1"),
    "T3.2": Guarantee("T3.2", convex=True),
    "T3.4": Guarantee("T3.4", convex=True, vanishing=True),
    "T3.5": Guarantee("T3.5", stochastic=True, noisy=True),
    "T3.8": Guarantee("T3.8", stochastic=True, noisy=True),
    "C3.6": Guarantee("C3.6", stochastic=True),
    "C3.6c": Guarantee("C3.6 convex", stochastic=True, convex=True),
    "rate": Guarantee("rate", constant=True),
}


@dataclass(frozen=True)
class Check:
    """What is measured on each problem. Values that the guarantee does not use are neutral."""

    guarantee: str
    kappa: float
    convex: bool
    noisy: bool
    rho_L: float
    lambd: float
    gamma_L: float
    gamma_b_L: float
    m: int
    trials: int
    iterations: int
    seed: int

    @property
    def kind(self) -> Guarantee:
        """The guarantee and its setting."""
        return GUARANTEES[self.guarantee]


def method_rows(guarantee: str) -> list[str]:
    """The rows of the table that the method of a guarantee uses."""
    kind = GUARANTEES[guarantee]
    return [
        "rho_L",
        "lambd",
        *(("gamma_L",) if kind.constant else ()),
        *(("m", "gamma_b_L") if kind.stochastic else ()),
    ]


def problem_rows(guarantee: str) -> list[str]:
    """The rows of the table that the problems of a guarantee use."""
    stochastic = GUARANTEES[guarantee].stochastic
    return [
        "kappa",
        "family",
        *(("labels",) if stochastic else ()),
        "problems",
        *(("trials",) if stochastic else ()),
        "iterations",
        "seed",
    ]


def check_of(values: Mapping[str, Value]) -> Check:
    """What the screen's values ask for."""
    kind = GUARANTEES[str(values["guarantee"])]
    chosen = {"strong": False, "convex": True}
    noisy = {"exact": False, "noisy": True}
    return Check(
        guarantee=str(values["guarantee"]),
        kappa=real(values, "kappa"),
        convex=chosen.get(str(values["family"]), kind.convex),
        noisy=kind.stochastic and noisy.get(str(values["labels"]), kind.noisy),
        rho_L=real(values, "rho_L"),
        lambd=real(values, "lambd"),
        gamma_L=real(values, "gamma_L") if kind.constant else math.nan,
        gamma_b_L=real(values, "gamma_b_L") if kind.stochastic else math.inf,
        m=whole(values, "m") if kind.stochastic else 0,
        trials=whole(values, "trials") if kind.stochastic else 1,
        iterations=whole(values, "iterations"),
        seed=whole(values, "seed"),
    )


def build(kappa: float, convex: bool, noisy: bool, seed: int, index: int) -> RidgeRegression:
    """Random problem number `index`: κ is the ratio of the positive eigenvalues of H."""
    return RidgeConfig(
        n=ROWS,
        d=CONVEX if convex else STRONG,
        kappa=math.sqrt(kappa),
        kappa_of="A",
        interpolated=not noisy,
        seed=seed * MAX_PROBLEMS + index,
    ).build()


def method_of(check: Check, problem: RidgeRegression) -> Method:
    """The method that the guarantee speaks of, with the radius in units of its curvature."""
    unit = problem.L_max if check.kind.stochastic else problem.L
    family = "USAM" if check.lambd == 0 else "SAM"
    radius: float | Schedule = check.rho_L / unit
    if check.kind.constant:
        name = f"{family}, constant γ"
        return ConstantStep(family.lower(), name, check.gamma_L / problem.L, radius, check.lambd)
    if check.kind.vanishing:
        radius = Schedule(check.rho_L / unit, "inverse_sqrt")
    if not check.kind.stochastic:
        return PolyakStep(f"{family.lower()}_ps", f"{family}-PS", radius, check.lambd, "minimum")
    gamma_b = check.gamma_b_L / unit
    return PolyakStep(f"{family.lower()}_sps", f"{family}-SPS", radius, check.lambd, 0.0, gamma_b)
