"""The constant and decreasing steps from theory that SAM-SPS is compared with.

One rule for all of them: with the full batch L, with mini-batches L_max, since every mini-batch loss is
L_max-smooth, and may be less smooth than f.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthetic import ranges
from synthetic.compiled.rules import BLEND, GIVEN, PLAIN, Rule
from synthetic.methods import ConstantStep, Method
from synthetic.names import NAMES
from synthetic.problem import Array, Problem, Rows

UNIFIED = "Oikonomou, Loizou, ICLR 2025, arXiv 2503.02225"
AF22 = "Andriushchenko, Flammarion, ICML 2022"
KHANH24 = "Khanh et al., NeurIPS 2024, arXiv 2401.08060"


def af22_constant(problem: Problem) -> ConstantStep:
    """USAM of [AF22] with constant ρ = γ = 1/(2L), as in the published figure."""
    return ConstantStep("af22", NAMES["af22"], 0.5 / problem.L, 0.5 / problem.L, source=AF22)


def khanh24_deterministic(problem: Problem) -> ConstantStep:
    """USAM of [Khanh24] with ρ = 1/(2L) and γ = 2/(9L), as in the published figure."""
    return _khanh24(problem.L)


def khanh24_stochastic(problem: Problem) -> ConstantStep:
    """The same with L_max in the place of L. Its source speaks of the full batch only: nothing is proven."""
    return _khanh24(problem.L_max)


def _khanh24(L: float) -> ConstantStep:
    return ConstantStep("khanh24", NAMES["khanh24"], 2.0 / (9.0 * L), 0.5 / L, source=KHANH24)


def unified_deterministic(problem: Problem) -> ConstantStep:
    """USAM of [Unified] for the full batch: ρ = 1/(6L), γ = (1 − 3Lρ) / (2L(2L²ρ² + 1))."""
    L, rho = problem.L, 1.0 / (6.0 * problem.L)
    gamma = (1.0 - 3.0 * L * rho) / (2.0 * L * (2.0 * L**2 * rho**2 + 1.0))
    return ConstantStep("unified", NAMES["unified"], gamma, rho, source=UNIFIED)


def unified_stochastic(problem: Problem) -> ConstantStep:
    """USAM of [Unified] for mini-batches, strongly convex.

    ρ = μ / (2L_max(μ + 2L_max)),  γ = (μ − L_max ρ(μ + 2L_max)) / (2L_max²(2L_max²ρ² + 1)).
    Raises ValueError where μ = 0.
    """
    mu, L = ranges.MU.check("mu", problem.mu), problem.L_max
    rho = mu / (2.0 * L * (mu + 2.0 * L))
    gamma = (mu - L * rho * (mu + 2.0 * L)) / (2.0 * L**2 * (2.0 * L**2 * rho**2 + 1.0))
    return ConstantStep("unified", NAMES["unified"], gamma, rho, source=UNIFIED)


@dataclass(frozen=True)
class AF22Decreasing(Method):
    """USAM of [AF22] with decreasing steps: γ_t = min{(8t+4)/(3μ(t+1)²), 1/(2L_max)}, ρ_t = √(γ_t/L_max).

    Parameters
    ----------
    mu, L_max : constants of the problem, above 0.
    """

    mu: float
    L_max: float
    source: str = field(default=AF22, kw_only=True)

    def __post_init__(self) -> None:
        ranges.MU.check("mu", self.mu)
        ranges.L_MAX.check("L_max", self.L_max)

    @property
    def formula(self) -> str:
        return (
            r"\gamma_t = \min\left\{\frac{8t+4}{3\mu(t+1)^2},\frac{1}{2L_{\max}}\right\},\qquad "
            r"\rho_t = \sqrt{\gamma_t/L_{\max}},\qquad "
            r"x^{t+1} = x^t - \gamma_t \nabla f_S\left(x^t + \rho_t \nabla f_S(x^t)\right)"
        )

    @property
    def rule(self) -> Rule:
        return Rule(BLEND, GIVEN, PLAIN)

    def lambd_at(self, t: Rows) -> Array:
        return np.zeros(len(t))

    def gamma_at(self, t: Rows) -> Array:
        return np.minimum((8.0 * t + 4.0) / (3.0 * self.mu * (t + 1.0) ** 2), 0.5 / self.L_max)

    def rho_at(self, t: Rows) -> Array:
        return np.sqrt(self.gamma_at(t) / self.L_max)


def af22_decreasing(problem: Problem) -> AF22Decreasing:
    """USAM of [AF22] with decreasing steps for this problem."""
    return AF22Decreasing("af22", NAMES["af22"], problem.mu, problem.L_max)
