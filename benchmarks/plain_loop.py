"""The methods as their formulas read: one method, one trial, one iteration at a time, in plain NumPy.

Nothing here is shared with the engine but the problem and the parameters of the methods. The tests hold the
engine against it, and benchmarks/synthetic.py measures how much faster the engine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from synthetic import ConstantStep, Method, PolyakStep
from synthetic.problem import Array, Problem, Rows

Gradient = Callable[[Array], Array]
Loss = Callable[[Array], float]


def plain_loop(
    problem: Problem, method: Method, x0: Array, batches: Iterator[Rows]
) -> Iterator[tuple[Array, float]]:
    """Yield x^t and γ_t for t = 0, 1, … as long as there are batches; then the last iterate and NaN."""
    x, steps = x0.copy(), STEPS[type(method)](method, problem)
    for t, rows in enumerate(batches):
        before = x
        x, gamma = steps(t, x, rows)
        yield before, gamma
    yield x, np.nan


def _blend(s: Array, rho: float, lambd: float) -> Array:
    return rho * (1 - lambd + lambd / np.linalg.norm(s)) * s


def _constant(method: ConstantStep, problem: Problem) -> Callable[[int, Array, Rows], tuple[Array, float]]:
    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        at = np.array([t])
        rho, lambd, gamma = method.rho_at(at)[0], method.lambd_at(at)[0], method.gamma_at(at)[0]
        e = x + _blend(problem.batch_gradient(x, rows), rho, lambd)
        return x - gamma * problem.batch_gradient(e, rows), gamma

    return step


def _polyak(method: PolyakStep, problem: Problem) -> Callable[[int, Array, Rows], tuple[Array, float]]:
    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        at = np.array([t])
        e = x + _blend(problem.batch_gradient(x, rows), method.rho_at(at)[0], method.lambd_at(at)[0])
        h = problem.batch_gradient(e, rows)
        if method.f_star == "minimum":
            f_star = problem.f_min
        elif method.f_star == "batch_minimum":
            f_star = float(problem.batch_minimum(rows))
        else:
            f_star = float(method.f_star)
        N = problem.batch_loss(e, rows) - f_star - h @ (e - x)
        gamma = (max(N, 0) if method.safeguard else N) / (h @ h)
        if method.gamma_b is not None:
            gamma = min(gamma, method.gamma_b)
        return x - gamma * h, gamma

    return step


STEPS: dict[type, Callable] = {ConstantStep: _constant, PolyakStep: _polyak}
