"""Looking for the least squares on which a bound is nearest to being broken, by evolution.

At most three unknowns and three samples. Every sequence of mini-batches is walked, so that an expectation is
exact: what lies above a bound is a counterexample, not chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthetic import BOUNDS, Setting
from synthetic.problem import Array

POPULATION, GENERATIONS, KEPT = 40, 40, 8


@dataclass(frozen=True)
class Case:
    """Samples f_i(x) = ½(⟨a_i, x⟩ − b_i)², drawn one at a time or all at once, from x⁰, with USAM-(S)PS.

    A is (n, d), b is (n,), x0 is (d,); r = Lρ in [0, 1), `cap` is γ_b L, L_max in the place of L where one
    sample is drawn.
    """

    A: Array
    b: Array
    x0: Array
    r: float
    cap: float
    full_batch: bool
    steps: int


def excess(key: str, case: Case) -> float:
    """How near a case comes to its bound at the last step: 1 is equal, above 1 it is broken; −∞: no bound.

    Measured / bound; of a contraction without noise promised / measured speed, the logarithms of their
    factors: there slow problems would look as if they were near.
    """
    n = len(case.b)
    x_star = np.linalg.lstsq(case.A, case.b, rcond=None)[0]
    residual_sq = (case.A @ x_star - case.b) ** 2
    eigenvalues = np.linalg.eigvalsh(case.A.T @ case.A / n)
    L_max = float(np.max(np.sum(case.A**2, 1)))
    L = float(eigenvalues[-1])
    unit = L if case.full_batch else L_max
    f_min = float(np.mean(residual_sq) / 2)
    setting = Setting(
        L=L,
        mu=max(float(eigenvalues[0]), 0.0),
        L_max=L_max,
        D0=float(np.sum((case.x0 - x_star) ** 2)),
        polyak=True,
        rho=case.r / unit,
        lambd=0.0,
        f_star="minimum" if case.full_batch else 0.0,
        f_min=f_min,
        gamma_b=math.inf if case.full_batch else case.cap / unit,
        full_batch=case.full_batch,
        sigma_sq=0.0 if case.full_batch else f_min,
        spectrum=(float(eigenvalues[0]), L),
    )
    found = BOUNDS[key](setting, np.array([case.steps]))
    if not found.applies or not setting.mu > 1e-9 * L:
        return -math.inf
    distance_sq, mean_gap = walk(case, setting, x_star)
    promised = float(found.values[0])
    if found.theorem.bounds == "gap_of_average":
        return mean_gap / promised
    if setting.sigma_sq > 0:
        return distance_sq / promised
    floor = 1e-30 * setting.D0
    return math.log(promised / setting.D0) / math.log(max(distance_sq, floor) / setting.D0)


def walk(case: Case, setting: Setting, x_star: Array) -> tuple[float, float]:
    """E‖x^T − x*‖² and the mean over t < T of E f(x^t) − f*, over every sequence of batches."""
    x, gaps = case.x0[None, :], 0.0
    for _ in range(case.steps):
        away = (x - x_star) @ case.A.T
        gaps += float(np.mean(away**2)) / 2
        if case.full_batch:  # f − f* is a function of x − x*
            A, residual = case.A[None], away[:, None, :]
        else:
            A, residual = case.A[:, None, :], ((x @ case.A.T) - case.b)[:, :, None]
        # Paths × batches: the gradient at x, at e, and the step.
        m = A.shape[1]
        grad_x = np.einsum("pbm,bmd->pbd", residual, A) / m
        delta = setting.rho * grad_x
        at_e = residual + np.einsum("pbd,bmd->pbm", delta, A)
        h = np.einsum("pbm,bmd->pbd", at_e, A) / m
        N = np.sum(at_e**2, 2) / (2 * m) - np.sum(h * delta, 2)
        norm_sq = np.sum(h * h, 2)
        gamma = np.minimum(np.divide(N, norm_sq, out=np.zeros_like(N), where=norm_sq > 0), setting.gamma_b)
        x = (x[:, None, :] - gamma[:, :, None] * h).reshape(-1, x.shape[1])
    return float(np.mean(np.sum((x - x_star) ** 2, 1))), gaps / case.steps


def search(key: str, decode: Callable[[Array], Case], genes: int, seed: int = 0) -> tuple[float, Case]:
    """The largest `excess` that evolution finds, and its case; `decode` turns numbers into a case."""
    rng = np.random.default_rng(seed)
    people = rng.standard_normal((POPULATION, genes))
    best, score = people[0], -math.inf
    for generation in range(GENERATIONS):
        scores = np.array([excess(key, decode(one)) for one in people])
        order = np.argsort(-scores)
        if scores[order[0]] > score:
            best, score = people[order[0]], float(scores[order[0]])
        parents = np.vstack([best, people[order[:KEPT]]])
        width = 0.7 * 0.9**generation
        chosen = parents[rng.integers(0, len(parents), POPULATION)]
        people = chosen + width * rng.standard_normal(chosen.shape) * (rng.random(chosen.shape) < 0.6)
    return score, decode(best)


def sigmoid(gene: float) -> float:
    """A number in (0, 1)."""
    return 0.5 * (1.0 + math.tanh(gene / 2))


def full_batch(d: int, steps: int) -> tuple[Callable[[Array], Case], int]:
    """Cases on the full batch with d curvatures: their logarithms, x⁰, r."""

    def decode(genes: Array) -> Case:
        A = np.diag(np.exp(np.clip(genes[:d], -3, 3)))
        return Case(A, np.zeros(d), genes[d : 2 * d], sigmoid(genes[2 * d] - 1), math.inf, True, steps)

    return decode, 2 * d + 1


def mini_batches(
    n: int, d: int, steps: int, noisy: bool, lowest_cap: float = 1e-3
) -> tuple[Callable[[Array], Case], int]:
    """Cases with one of n samples drawn: A, x⁰, b (0 if not `noisy`, else of any size), r and the cap."""

    def decode(genes: Array) -> Case:
        A, x0, b = genes[: n * d].reshape(n, d), genes[n * d : n * d + d], genes[n * d + d : -3]
        size = 10.0 ** min(2 * genes[-1] - 3, 3.0) if noisy else 0.0
        r, cap = sigmoid(genes[-3] - 1), max(10.0 ** min(float(genes[-2]), 3.0), lowest_cap)
        return Case(A, size * b, x0, r, cap, False, steps)

    return decode, n * d + d + n + 3
