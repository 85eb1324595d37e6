"""From a configuration to the methods of a comparison: one builder for each key of the table of methods."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from synthetic import (
    Method,
    PolyakStep,
    Problem,
    Schedule,
    adasam,
    af22_constant,
    af22_decreasing,
    khanh24_deterministic,
    khanh24_stochastic,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
    sam,
    sgd,
    sps_max,
    unified_deterministic,
    unified_sam,
    unified_stochastic,
    usam,
)

F_STAR: dict[str, float | str] = {"0": 0.0, "batch": "batch_minimum", "min": "minimum"}


@dataclass(frozen=True)
class Builder:
    """What the builders of the methods ask for, on one problem."""

    problem: Problem
    config: RidgeConfig

    def scaled(self, number: float) -> float:
        """A number given in the unit chosen: 1/L or 1."""
        return number / self.problem.L if self.config.unit == "L" and self.problem.L > 0 else number

    @property
    def f_star(self) -> float | str:
        """ℓ*."""
        return F_STAR[self.config.f_star]

    @property
    def full_batch(self) -> bool:
        """Whether every step sees all rows once."""
        return self.config.m == 0

    def polyak(
        self, key: str, rho: float | Schedule, lambd: float, more: str = "", L: float = math.inf
    ) -> PolyakStep:
        """A Polyak method with the ℓ* and γ_b that all of them share; `more` is added to its name."""
        name = METHODS[key].name(self.full_batch) + more
        if not self.full_batch:
            key = key.replace("_ps", "_sps")  # the key under which it has its style
        return PolyakStep(key, name, rho, lambd, self.f_star, self.config.gamma_b, L=L)


def scheduled(value: float, shape: str) -> float | Schedule:
    """The value, constant or with this shape."""
    return value if shape == "constant" else Schedule(value, shape)


def _usam_ps(b: Builder) -> Method:
    return b.polyak("usam_ps", scheduled(b.scaled(b.config.rho), b.config.rho_shape), 0.0)


def _mix(b: Builder) -> Method:
    lambd = b.config.lambd
    return b.polyak("mix", b.scaled(b.config.mix_rho), lambd, f", λ = {lambd:g}")


def _long_ps(b: Builder) -> Method:
    L = b.problem.L if b.full_batch else b.problem.L_max
    return replace(b.polyak("long_ps", b.scaled(b.config.long_rho), 0.0, L=L), source="derived here")


def _unified_sam(b: Builder) -> Method:
    constant = b.config.uni_shape == "constant"
    lambd = scheduled(b.config.uni_lambd if constant else 1.0, b.config.uni_shape)
    return unified_sam(b.scaled(b.config.uni_gamma), b.scaled(b.config.uni_rho), lambd)


def _sgd(b: Builder) -> Method:
    return replace(sgd(b.scaled(b.config.sgd_gamma)), name=METHODS["sgd"].name(b.full_batch))


BUILDERS: dict[str, Callable[[Builder], Method]] = {
    "usam_ps": _usam_ps,
    "sam_ps": lambda b: b.polyak("sam_ps", b.config.sam_ps_rho, 1.0),
    "mix": _mix,
    "long_ps": _long_ps,
    "sps_max": lambda b: sps_max(b.config.gamma_b, b.f_star),
    "usam": lambda b: usam(b.scaled(b.config.usam_gamma), b.scaled(b.config.usam_rho)),
    "sam": lambda b: sam(b.scaled(b.config.sam_gamma), b.config.sam_rho),
    "unified_sam": _unified_sam,
    "sgd": _sgd,
    "af22": lambda b: af22_constant(b.problem) if b.full_batch else af22_decreasing(b.problem),
    "khanh24": lambda b: (khanh24_deterministic if b.full_batch else khanh24_stochastic)(b.problem),
    "unified": lambda b: (unified_deterministic if b.full_batch else unified_stochastic)(b.problem),
    "adasam": lambda b: adasam(b.config.adasam_gamma, b.config.adasam_rho),
    "lightsam_1": lambda b: lightsam_1(b.config.ls1_gamma, b.config.ls1_rho),
    "lightsam_2": lambda b: lightsam_2(b.config.ls2_gamma, b.config.ls2_rho),
    "lightsam_3": lambda b: lightsam_3(b.config.ls3_gamma, b.config.ls3_rho),
    "sa_sam": lambda b: sa_sam(b.config.sa_eta0),
}


def build(problem: Problem, config: RidgeConfig) -> tuple[list[Method], list[str]]:
    """The chosen methods in the table's order, and a notice for each that this problem has no use for."""
    builder, methods, notices = Builder(problem, config), [], []
    for key in config.methods:
        method = METHODS[key]
        if method.needs_mu and problem.mu == 0 and not builder.full_batch:
            notices.append(
                f"{method.label} is left out: on mini-batches its {method.needs_mu} divide by μ, which is 0."
            )
        else:
            methods.append(BUILDERS[key](builder))
    return methods, notices
