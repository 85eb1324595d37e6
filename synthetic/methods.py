"""Sharpness-aware methods with a constant or a Polyak step size, as small frozen objects.

All of them perturb by e = x + ρ (1 − λ + λ/‖s‖) s with s = ∇f_S(x) and move by x − γ ∇f_S(e); λ = 0 is USAM,
λ = 1 is SAM, ρ = 0 is (S)GD. They differ in γ.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from synthetic import checks, ranges
from synthetic.compiled.rules import BLEND, GIVEN, PLAIN, POLYAK, Rule
from synthetic.names import NAMES
from synthetic.problem import Array, Problem, Rows
from synthetic.schedules import Schedule, largest, values

F_STAR_CHOICES = ("minimum", "batch_minimum")
PERTURBATION = r"e^t = x^t + \rho\left(1-\lambda+\frac{\lambda}{\|\nabla f_S(x^t)\|}\right)\nabla f_S(x^t)"


@dataclass(frozen=True)
class Method(ABC):
    """One method of a comparison.

    Parameters
    ----------
    key : short identifier, unique in a comparison.
    name : the name to show.
    source : where the method is published .
    """

    key: str
    name: str

    source: str = field(default="", kw_only=True)
    gradient_evaluations: ClassVar[int] = 2  # in one step
    rotates: ClassVar[bool] = True  # the same in every orthonormal basis

    @property
    @abstractmethod
    def formula(self) -> str:
        """The step in LaTeX, one line an element of the aligned block."""

    @property
    @abstractmethod
    def rule(self) -> Rule:
        """What the compiled loop does."""

    def evaluations_before(self, t: Rows) -> Rows:
        """Gradient evaluations spent before iteration t."""
        return self.gradient_evaluations * t

    @abstractmethod
    def rho_at(self, t: Rows) -> Array:
        """ρ at the iterations t."""

    def lambd_at(self, t: Rows) -> Array:
        """λ at the iterations t."""
        return np.ones(len(t))

    def gamma_at(self, t: Rows) -> Array:
        """The step size at the iterations t; NaN where the method finds it by itself."""
        return np.full(len(t), math.nan)

    def f_star_of(self, problem: Problem, rows: Rows | None) -> Array:
        """The lower bound ℓ*_S on each mini-batch loss of `rows` (C, m), (C,); rows = None: full batch,
        (1,).
        """
        return np.zeros(1 if rows is None else len(rows))


def gradients_of_a_step(rho: float | Schedule) -> int:
    """Two, and one at ρ = 0: there e is x itself."""
    return 1 if rho == 0 else 2


@dataclass(frozen=True)
class ConstantStep(Method):
    """Unified SAM with a given step size: x⁺ = x − γ ∇f_S(e). ρ = 0 is (S)GD.

    Parameters
    ----------
    gamma : step size, above 0. rho : radius, at least 0. lambd : blend in [0, 1]. Each may be a `Schedule`.
    """

    gamma: float | Schedule
    rho: float | Schedule = 0.0
    lambd: float | Schedule = 0.0
    source: str = field(default="Oikonomou, Loizou, ICLR 2025, arXiv 2503.02225", kw_only=True)

    def __post_init__(self) -> None:
        ranges.GAMMA.check("gamma", largest(self.gamma))
        ranges.RHO.check("rho", largest(self.rho))
        ranges.LAMBD.check("lambd", largest(self.lambd))

    @property
    def formula(self) -> str:
        return PERTURBATION + r",\qquad x^{t+1} = x^t - \gamma_t \nabla f_S(e^t)"

    @property
    def rule(self) -> Rule:
        return Rule(BLEND, GIVEN, PLAIN)

    def rho_at(self, t: Rows) -> Array:
        return values(self.rho, t)

    def lambd_at(self, t: Rows) -> Array:
        return values(self.lambd, t)

    def gamma_at(self, t: Rows) -> Array:
        return values(self.gamma, t)

    def evaluations_before(self, t: Rows) -> Rows:
        return gradients_of_a_step(self.rho) * t


@dataclass(frozen=True)
class PolyakStep(Method):
    """Polyak step size for sharpness-aware methods.

        N = f_S(e) − ℓ*_S − ⟨∇f_S(e), e − x⟩,   γ = min{max(N, 0) / ‖∇f_S(e)‖², γ_b},   x⁺ = x − γ ∇f_S(e)

    Parameters
    ----------
    rho : radius, at least 0; 0 gives the classical Polyak step and SPS_max. lambd : blend in [0, 1]. Each may
        be a `Schedule`.
    f_star : ℓ*_S, a number, "minimum" (f* of the whole problem) or "batch_minimum" (exact minimum of the
        mini-batch loss, ridge and logistic regression).
    gamma_b : cap on γ, at least 0; ∞ for no cap. At 0 every step is 0, and x stands still.
    safeguard : the max(·, 0). It never acts where ρ ≤ 1/L and ℓ*_S ≤ min f_S (Proposition 2.1).
    L : above 0. The long step adds 1/(2L) to N/‖∇f_S(e)‖², before safeguard and cap; ∞ adds nothing.
    """

    rho: float | Schedule = 0.0
    lambd: float | Schedule = 0.0
    f_star: float | str = 0.0
    gamma_b: float = math.inf
    safeguard: bool = True
    L: float = math.inf
    source: str = field(default="Oikonomou, Loizou, arXiv 2606.01827", kw_only=True)

    def __post_init__(self) -> None:
        ranges.RHO.check("rho", largest(self.rho))
        ranges.LAMBD.check("lambd", largest(self.lambd))
        ranges.GAMMA_B.check("gamma_b", self.gamma_b)
        checks.flag("safeguard", self.safeguard)
        ranges.TOLD_L.check("L", self.L)
        if isinstance(self.f_star, str):
            checks.choice("f_star", self.f_star, F_STAR_CHOICES)
        else:
            checks.real("f_star", self.f_star)

    @property
    def formula(self) -> str:
        numerator = r"f_S(e^t)-\ell^*_S-\langle\nabla f_S(e^t),e^t-x^t\rangle"
        long = math.isfinite(self.L)
        if self.safeguard and not long:
            numerator = rf"\max\{{{numerator},\,0\}}"
        ratio = rf"\frac{{{numerator}}}{{\|\nabla f_S(e^t)\|^2}}"
        if long:
            ratio += r"+\frac{1}{2L}"
            ratio = rf"\max\left\{{{ratio},\,0\right\}}" if self.safeguard else ratio
        step = ratio if self.gamma_b == math.inf else rf"\min\left\{{{ratio},\,\gamma_b\right\}}"
        return PERTURBATION + rf",\qquad \gamma_t = {step},\qquad x^{{t+1}} = x^t - \gamma_t \nabla f_S(e^t)"

    @property
    def rule(self) -> Rule:
        return Rule(BLEND, POLYAK, PLAIN, float(self.gamma_b), self.safeguard, 0.5 / self.L)

    def rho_at(self, t: Rows) -> Array:
        return values(self.rho, t)

    def lambd_at(self, t: Rows) -> Array:
        return values(self.lambd, t)

    def evaluations_before(self, t: Rows) -> Rows:
        return gradients_of_a_step(self.rho) * t

    def f_star_of(self, problem: Problem, rows: Rows | None) -> Array:
        if self.f_star == "batch_minimum" and rows is not None:
            return problem.batch_minimum(rows)
        constant = problem.f_min if isinstance(self.f_star, str) else float(self.f_star)
        return np.full(1 if rows is None else len(rows), constant)


def sgd(gamma: float) -> ConstantStep:
    """(Stochastic) gradient descent with a constant step size."""
    return ConstantStep("sgd", NAMES["sgd"], gamma, source="classical")


def usam(gamma: float | Schedule, rho: float | Schedule) -> ConstantStep:
    """USAM (λ = 0) with a given step size."""
    return ConstantStep("usam", NAMES["usam"], gamma, rho, 0.0)


def sam(gamma: float | Schedule, rho: float | Schedule) -> ConstantStep:
    """SAM (λ = 1) with a given step size."""
    source = "Foret et al., arXiv 2010.01412"
    return ConstantStep("sam", NAMES["sam"], gamma, rho, 1.0, source=source)


def unified_sam(gamma: float | Schedule, rho: float | Schedule, lambd: float | Schedule) -> ConstantStep:
    """Unified SAM, λ between 0 and 1, with a given step size."""
    return ConstantStep("unified_sam", NAMES["unified_sam"], gamma, rho, lambd)


def usam_ps(rho: float | Schedule) -> PolyakStep:
    """USAM-PS: λ = 0, ℓ* = f*, no cap (deterministic)."""
    return PolyakStep("usam_ps", NAMES["usam_ps"], rho, 0.0, "minimum")


def long_ps(rho: float | Schedule, L: float) -> PolyakStep:
    """The long Polyak step N/‖∇f(e)‖² + 1/(2L) of USAM: λ = 0, ℓ* = f*, no cap (deterministic)."""
    return PolyakStep("long_ps", NAMES["long_ps"], rho, 0.0, "minimum", L=L, source="derived here")


def sam_ps(rho: float | Schedule) -> PolyakStep:
    """SAM-PS: λ = 1, ℓ* = f*, no cap (deterministic)."""
    return PolyakStep("sam_ps", NAMES["sam_ps"], rho, 1.0, "minimum")


def usam_sps(rho: float | Schedule, gamma_b: float = 1.0, f_star: float | str = 0.0) -> PolyakStep:
    """USAM-SPS: λ = 0, ℓ*_S = 0 and cap γ_b unless told otherwise (stochastic)."""
    return PolyakStep("usam_sps", NAMES["usam_sps"], rho, 0.0, f_star, gamma_b)


def sam_sps(rho: float | Schedule, gamma_b: float = 1.0, f_star: float | str = 0.0) -> PolyakStep:
    """SAM-SPS: λ = 1, ℓ*_S = 0 and cap γ_b unless told otherwise (stochastic)."""
    return PolyakStep("sam_sps", NAMES["sam_sps"], rho, 1.0, f_star, gamma_b)


def sps_max(gamma_b: float = 1.0, f_star: float | str = 0.0) -> PolyakStep:
    """SPS_max: the Polyak step of (S)GD, ρ = 0."""
    source = "Loizou et al., AISTATS 2021"
    return PolyakStep("sps_max", NAMES["sps_max"], 0.0, 0.0, f_star, gamma_b, source=source)
