"""Adaptive sharpness-aware methods: AdaSAM, LightSAM I to III, SA-SAM.

Notation: s = ∇f_S(x), g = ∇f_S(e); products and roots of vectors are element by element.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from synthetic import ranges
from synthetic.compiled.rules import (
    ADAGRAD,
    ADAGRAD_NORM,
    ADAM,
    ADAM_SCALED,
    AMSGRAD,
    BLEND,
    COORDINATE_SCALED,
    GIVEN,
    NORM_SCALED,
    PLAIN,
    SMOOTHNESS,
    Rule,
)
from synthetic.methods import Method
from synthetic.names import NAMES
from synthetic.problem import Array, Rows

LIGHTSAM = "Cheng et al., arXiv 2505.24399"


@dataclass(frozen=True)
class _Adaptive(Method):
    """Common parameters of the adaptive methods.

    Parameters
    ----------
    gamma : base step size, above 0. rho : radius, at least 0. epsilon : the accumulators start at ε², above
        0.
    """

    gamma: float
    rho: float
    epsilon: float = 1e-12

    def __post_init__(self) -> None:
        ranges.GAMMA.check("gamma", self.gamma)
        ranges.RHO.check("rho", self.rho)
        ranges.EPSILON.check("epsilon", self.epsilon)

    def rho_at(self, t: Rows) -> Array:
        return np.full(len(t), self.rho)

    def gamma_at(self, t: Rows) -> Array:
        return np.full(len(t), self.gamma)


@dataclass(frozen=True)
class _Moments(_Adaptive):
    """Adaptive methods with moving averages: β₁, β₂ in [0, 1)."""

    beta1: float = 0.9
    beta2: float = 0.999

    rotates: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        ranges.BETA.check("beta1", self.beta1)
        ranges.BETA.check("beta2", self.beta2)

    def _rule(self, perturbation: int, update: int) -> Rule:
        floor = self.epsilon**2
        return Rule(perturbation, GIVEN, update, beta1=self.beta1, beta2=self.beta2, floor=floor)


@dataclass(frozen=True)
class AdaSAM(_Moments):
    """AdaSAM: e = x + ρs/‖s‖; m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g⊙g, v̂ = max(v̂, v), x⁺ = x − γm/√v̂.

    m starts at 0, v and v̂ at ε².
    """

    source: str = field(default="Sun et al., AdaSAM, 2023", kw_only=True)

    @property
    def formula(self) -> str:
        return (
            r"e^t = x^t + \rho \frac{s}{\|s\|},\quad m \leftarrow \beta_1 m + (1-\beta_1) g,\quad "
            r"v \leftarrow \beta_2 v + (1-\beta_2) g\odot g,\quad \hat v \leftarrow \max(\hat v, v),\quad "
            r"x^{t+1} = x^t - \gamma \frac{m}{\sqrt{\hat v}}"
        )

    @property
    def rule(self) -> Rule:
        return self._rule(BLEND, AMSGRAD)


@dataclass(frozen=True)
class LightSAM1(_Adaptive):
    """LightSAM-I (AdaGrad-Norm): u += ‖s‖², e = x + ρs/√u; v += ‖g‖², x⁺ = x − γg/√v; u and v start at ε²."""

    source: str = field(default=LIGHTSAM, kw_only=True)

    @property
    def formula(self) -> str:
        return (
            r"u \leftarrow u + \|s\|^2,\quad e^t = x^t + \rho \frac{s}{\sqrt u},\quad "
            r"v \leftarrow v + \|g\|^2,\quad x^{t+1} = x^t - \gamma \frac{g}{\sqrt v}"
        )

    @property
    def rule(self) -> Rule:
        return Rule(NORM_SCALED, GIVEN, ADAGRAD_NORM, floor=self.epsilon**2)


@dataclass(frozen=True)
class LightSAM2(_Adaptive):
    """LightSAM-II (AdaGrad): u += s⊙s, e = x + ρs/√u; v += g⊙g, x⁺ = x − γg/√v; u and v start at ε²."""

    source: str = field(default=LIGHTSAM, kw_only=True)

    rotates: ClassVar[bool] = False

    @property
    def formula(self) -> str:
        return (
            r"u \leftarrow u + s\odot s,\quad e^t = x^t + \rho \frac{s}{\sqrt u},\quad "
            r"v \leftarrow v + g\odot g,\quad x^{t+1} = x^t - \gamma \frac{g}{\sqrt v}"
        )

    @property
    def rule(self) -> Rule:
        return Rule(COORDINATE_SCALED, GIVEN, ADAGRAD, floor=self.epsilon**2)


@dataclass(frozen=True)
class LightSAM3(_Moments):
    """LightSAM-III (Adam): r, u moving averages of s and s⊙s, e = x + ρr/√u; m, v of g and g⊙g, x⁺ = x −
    γm/√v.

    r and m start at 0, u and v at ε²; no bias correction.
    """

    source: str = field(default=LIGHTSAM, kw_only=True)

    @property
    def formula(self) -> str:
        return (
            r"r \leftarrow \beta_1 r + (1-\beta_1)s,\; u \leftarrow \beta_2 u + (1-\beta_2)s\odot s,\; "
            r"e^t = x^t + \rho \frac{r}{\sqrt u},\quad m \leftarrow \beta_1 m + (1-\beta_1) g,\; "
            r"v \leftarrow \beta_2 v + (1-\beta_2) g\odot g,\; x^{t+1} = x^t - \gamma \frac{m}{\sqrt v}"
        )

    @property
    def rule(self) -> Rule:
        return self._rule(ADAM_SCALED, ADAM)


@dataclass(frozen=True)
class SASAM(Method):
    """Smoothness-adaptive SAM: η_t from the local smoothness, ρ_t = √η_t along s/‖s‖, x⁺ = x − η_t g.

    First step with η₀; then η_t = min{‖x^t − x^(t−1)‖ / (2‖∇f_S(x^t) − ∇f_S(x^(t−1))‖), √(1 + θ_(t−1))
    η_(t−1)}, both gradients on the same batch, θ_t = η_t/η_(t−1), θ₀ = +∞. A step after the first has three
    gradients.

    Parameters
    ----------
    eta0 : first step size, above 0.
    """

    eta0: float = 0.1
    source: str = field(default="smoothness-adaptive SAM, cited in arXiv 2606.01827", kw_only=True)

    def __post_init__(self) -> None:
        ranges.ETA_0.check("eta0", self.eta0)

    @property
    def formula(self) -> str:
        return (
            r"\eta_t = \min\left\{\frac{\|x^t-x^{t-1}\|}{2\|\nabla f_S(x^t)-\nabla f_S(x^{t-1})\|},"
            r"\sqrt{1+\theta_{t-1}}\,\eta_{t-1}\right\},\quad \theta_t = \frac{\eta_t}{\eta_{t-1}},\quad "
            r"e^t = x^t + \sqrt{\eta_t}\frac{s}{\|s\|},\quad x^{t+1} = x^t - \eta_t g"
        )

    @property
    def rule(self) -> Rule:
        return Rule(BLEND, SMOOTHNESS, PLAIN)

    def evaluations_before(self, t: Rows) -> Rows:
        return np.maximum(3 * t - 1, 0)

    def rho_at(self, t: Rows) -> Array:
        return np.full(len(t), math.nan)  # √η_t, found on the way

    def gamma_at(self, t: Rows) -> Array:
        return np.full(len(t), self.eta0)


def adasam(gamma: float, rho: float) -> AdaSAM:
    """AdaSAM with its usual key and name."""
    return AdaSAM("adasam", NAMES["adasam"], gamma, rho)


def lightsam_1(gamma: float, rho: float) -> LightSAM1:
    """LightSAM-I with its usual key and name."""
    return LightSAM1("lightsam_1", NAMES["lightsam_1"], gamma, rho)


def lightsam_2(gamma: float, rho: float) -> LightSAM2:
    """LightSAM-II with its usual key and name."""
    return LightSAM2("lightsam_2", NAMES["lightsam_2"], gamma, rho)


def lightsam_3(gamma: float, rho: float) -> LightSAM3:
    """LightSAM-III with its usual key and name."""
    return LightSAM3("lightsam_3", NAMES["lightsam_3"], gamma, rho)


def sa_sam(eta0: float = 0.1) -> SASAM:
    """SA-SAM with its usual key and name."""
    return SASAM("sa_sam", NAMES["sa_sam"], eta0)
