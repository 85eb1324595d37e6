"""The four published synthetic figures, each as released and as described.

*released*: the numbers of the released notebook. Its "deterministic" figures draw bootstrap batches of n
rows, and its stochastic figures use a Gaussian A and subtract the lowest loss seen. *described*: what the
text says instead, the true full batch in the deterministic figures, kappa(A) = 10 and f* in the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthetic import checks
from synthetic.adaptive import adasam, lightsam_1, lightsam_2, lightsam_3, sa_sam
from synthetic.baselines import (
    af22_constant,
    af22_decreasing,
    khanh24_deterministic,
    unified_deterministic,
    unified_stochastic,
)
from synthetic.config import TARGET, SimulationConfig, every
from synthetic.methods import Method, PolyakStep
from synthetic.names import NAMES
from synthetic.problem import Array
from synthetic.result import Result
from synthetic.ridge import RidgeRegression
from synthetic.simulator import simulate

SEED = 3107
SIZE = 100  # n = d
KAPPA = 10.0
EDITIONS = ("released", "described")
RECORD_EVERY = 100


def _conditioned(generator: np.random.RandomState) -> Array:
    """A = Q diag(τ) Qᵀ with τ log-spaced from κ^(−1/2) to κ^(1/2)."""
    first = generator.rand(SIZE, SIZE)
    generator.rand(SIZE, SIZE)  # drawn by the released code too, where it cancels out
    Q = np.linalg.qr((first - 5.0) * 200.0)[0]
    return Q * np.geomspace(KAPPA**-0.5, KAPPA**0.5, SIZE) @ Q.T


def deterministic_problem() -> tuple[RidgeRegression, Array]:
    """The interpolated problem with κ(A) = 10 (so κ(H) = 100, μ = 0.001, L = 0.1), and x⁰."""
    generator = np.random.RandomState(SEED)
    A = _conditioned(generator)
    b = A @ generator.randn(SIZE)
    return RidgeRegression(A, b), generator.randn(SIZE)


def stochastic_problem(edition: str = "released") -> tuple[RidgeRegression, Array]:
    """The noisy problem with reg = 0.1/n, and x⁰: Gaussian A as released, κ(A) = 10 as described."""
    generator = np.random.RandomState(SEED)
    conditioned = _conditioned(generator)
    labels = generator.randn(SIZE)
    if edition == "described":
        return RidgeRegression(conditioned, labels, 0.1 / SIZE), generator.randn(SIZE)
    A, b = generator.randn(SIZE, SIZE), generator.randn(SIZE)
    return RidgeRegression(A, b, 0.1 / SIZE), generator.randn(SIZE)


def _usam_ps(rho: float) -> PolyakStep:
    """As released: ℓ* = 0, no cap, no safeguard."""
    return PolyakStep("usam_ps", NAMES["usam_ps"], rho, safeguard=False)


def _usam_sps(rho: float) -> PolyakStep:
    """As released: ℓ* = 0, γ_b = 1, no safeguard."""
    return PolyakStep("usam_sps", NAMES["usam_sps"], rho, gamma_b=1.0, safeguard=False)


def _theory_det(problem: RidgeRegression) -> list[Method]:
    polyak = _usam_ps(0.5 / problem.L)
    return [af22_constant(problem), khanh24_deterministic(problem), unified_deterministic(problem), polyak]


def _adaptive_det(problem: RidgeRegression) -> list[Method]:
    return [
        adasam(gamma=0.01, rho=0.01),
        lightsam_1(gamma=5.0, rho=0.1),
        lightsam_2(gamma=0.5, rho=0.01),
        lightsam_3(gamma=0.01, rho=0.01),
        sa_sam(eta0=0.1),
        _usam_ps(0.1),
    ]


def _theory_stoch(problem: RidgeRegression) -> list[Method]:
    return [af22_decreasing(problem), unified_stochastic(problem), _usam_sps(0.5 / problem.L_max)]


def _adaptive_stoch(problem: RidgeRegression) -> list[Method]:
    return [
        adasam(gamma=0.01, rho=0.01),
        lightsam_1(gamma=5.0, rho=0.01),
        lightsam_2(gamma=0.5, rho=0.1),
        lightsam_3(gamma=0.01, rho=0.001),
        sa_sam(eta0=0.1),
        _usam_sps(0.01),
    ]


@dataclass(frozen=True)
class PublishedFigure:
    """Recipe of one figure.

    Attributes
    ----------
    name, title : identifier and heading.
    stochastic : mini-batches of `batch_size`; otherwise batches of all n rows.
    iterations, trials, batch_size : as published.
    methods : the methods in the published order, for a problem.
    fragile : keys whose later curve amplifies rounding in the released edition: a change of x⁰ by one part in
        10¹³ changes it by 100% and more, so that only its early part can agree between machines.
    """

    name: str
    title: str
    stochastic: bool
    iterations: int
    trials: int
    batch_size: int
    methods: Callable[[RidgeRegression], list[Method]]
    fragile: tuple[str, ...] = ()

    def subtracts_lowest_seen(self, edition: str) -> bool:
        """Whether its gaps are taken from the lowest loss of any method at a record, and not from f*."""
        return self.stochastic and edition == "released"

    def problem(self, edition: str = "released") -> tuple[RidgeRegression, Array]:
        """The problem and x⁰."""
        checks.choice("edition", edition, EDITIONS)
        return stochastic_problem(edition) if self.stochastic else deterministic_problem()

    def config(self, edition: str = "released") -> SimulationConfig:
        """How to run it. As described, the deterministic figures see the true full batch."""
        checks.choice("edition", edition, EDITIONS)
        full_batch = edition == "described" and not self.stochastic
        return SimulationConfig(
            iterations=self.iterations,
            batch_size=None if full_batch else self.batch_size,
            trials=self.trials,
            seed=SEED,
            record=every(RECORD_EVERY, self.iterations),
            draws="published",
            target=TARGET,
        )


FIGURES = {
    figure.name: figure
    for figure in (
        PublishedFigure(
            "usam_theory_det", "USAM steps from theory, deterministic", False, 10_000, 1, 100, _theory_det
        ),
        PublishedFigure(
            "ada_comparison_det",
            "Adaptive sharpness-aware methods, deterministic",
            False,
            10_000,
            1,
            100,
            _adaptive_det,
            ("adasam", "lightsam_3", "sa_sam"),
        ),
        PublishedFigure(
            "usam_theory_stoch", "USAM steps from theory, stochastic", True, 10_000, 5, 10, _theory_stoch
        ),
        PublishedFigure(
            "ada_comparison_stoch",
            "Adaptive sharpness-aware methods, stochastic",
            True,
            50_000,
            3,
            10,
            _adaptive_stoch,
            ("sa_sam",),
        ),
    )
}


def run_figure(
    name: str,
    edition: str = "released",
    progress: Callable[[float], None] | None = None,
    threads: int | None = None,
) -> Result:
    """Compute a published figure: the `Result` with the methods in the published order.

    `progress` and `threads` as in `simulate`. Raises ValueError for an unknown name or edition.
    """
    figure = FIGURES[checks.choice("name", name, tuple(FIGURES))]
    problem, x0 = figure.problem(edition)
    return simulate(problem, figure.methods(problem), figure.config(edition), x0, progress, threads)
