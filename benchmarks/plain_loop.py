"""The methods as their formulas read: one method, one trial, one iteration at a time, in plain NumPy.

Nothing here is shared with the engine but the parameters of problems and methods. The tests hold the engine
against it, and benchmarks/synthetic.py measures how much faster the engine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.linalg import norm

from synthetic import (
    SASAM,
    AdaSAM,
    AF22Decreasing,
    ConstantStep,
    LightSAM1,
    LightSAM2,
    LightSAM3,
    Method,
    PolyakStep,
)
from synthetic.problem import Array, Problem, Rows

Step = Callable[[int, Array, Rows], tuple[Array, float]]


def plain_loop(
    problem: Problem, method: Method, x0: Array, batches: Iterator[Rows]
) -> Iterator[tuple[Array, float]]:
    """Yield x^t and γ_t for t = 0, 1, … as long as there are batches; then the last iterate and NaN."""
    x, step = x0.copy(), STEPS[type(method)](method, problem)
    for t, rows in enumerate(batches):
        before = x
        x, gamma = step(t, x, rows)
        yield before, gamma
    yield x, np.nan


def blend(s: Array, rho: float, lambd: float) -> Array:
    return rho * (1 - lambd + lambd / norm(s)) * s


def constant(method: ConstantStep, problem: Problem) -> Step:
    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        rho, lambd, gamma = now(method.rho, t), now(method.lambd, t), now(method.gamma, t)
        e = x + blend(problem.batch_gradient(x, rows), rho, lambd)
        return x - gamma * problem.batch_gradient(e, rows), gamma

    return step


def now(parameter: object, t: int) -> float:
    if isinstance(parameter, float | int):
        return parameter
    shapes = {"inverse": 1 / (t + 1), "one_minus_inverse": 1 - 1 / (t + 1), "inverse_sqrt": (t + 1) ** -0.5}
    return parameter.value * shapes[parameter.shape]  # type: ignore[attr-defined]


def polyak(method: PolyakStep, problem: Problem) -> Step:
    def f_star(rows: Rows) -> float:
        if method.f_star == "minimum":
            return problem.f_min
        return (
            float(problem.batch_minimum(rows)) if method.f_star == "batch_minimum" else float(method.f_star)
        )

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        e = x + blend(problem.batch_gradient(x, rows), now(method.rho, t), now(method.lambd, t))
        h = problem.batch_gradient(e, rows)
        N = problem.batch_loss(e, rows) - f_star(rows) - h @ (e - x)
        gamma = N / (h @ h) + 1 / (2 * method.L)
        gamma = min(max(gamma, 0) if method.safeguard else gamma, method.gamma_b)
        return x - gamma * h, gamma

    return step


def af22_decreasing(method: AF22Decreasing, problem: Problem) -> Step:
    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        gamma = min((8 * t + 4) / (3 * method.mu * (t + 1) ** 2), 1 / (2 * method.L_max))
        e = x + np.sqrt(gamma / method.L_max) * problem.batch_gradient(x, rows)
        return x - gamma * problem.batch_gradient(e, rows), gamma

    return step


def adasam(method: AdaSAM, problem: Problem) -> Step:
    m = np.zeros(problem.d)
    v = np.full(problem.d, method.epsilon**2)
    v_hat = v

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        nonlocal m, v, v_hat
        s = problem.batch_gradient(x, rows)
        g = problem.batch_gradient(x + method.rho * s / norm(s), rows)
        m = method.beta1 * m + (1 - method.beta1) * g
        v = method.beta2 * v + (1 - method.beta2) * g * g
        v_hat = np.maximum(v_hat, v)
        return x - method.gamma * m / np.sqrt(v_hat), method.gamma

    return step


def lightsam_1(method: LightSAM1, problem: Problem) -> Step:
    u = v = method.epsilon**2

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        nonlocal u, v
        s = problem.batch_gradient(x, rows)
        u = u + norm(s) ** 2
        g = problem.batch_gradient(x + method.rho * s / np.sqrt(u), rows)
        v = v + norm(g) ** 2
        return x - method.gamma * g / np.sqrt(v), method.gamma

    return step


def lightsam_2(method: LightSAM2, problem: Problem) -> Step:
    u = v = np.full(problem.d, method.epsilon**2)

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        nonlocal u, v
        s = problem.batch_gradient(x, rows)
        u = u + s * s
        g = problem.batch_gradient(x + method.rho * s / np.sqrt(u), rows)
        v = v + g * g
        return x - method.gamma * g / np.sqrt(v), method.gamma

    return step


def lightsam_3(method: LightSAM3, problem: Problem) -> Step:
    r = m = np.zeros(problem.d)
    u = v = np.full(problem.d, method.epsilon**2)

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        nonlocal r, m, u, v
        s = problem.batch_gradient(x, rows)
        r = method.beta1 * r + (1 - method.beta1) * s
        u = method.beta2 * u + (1 - method.beta2) * s * s
        g = problem.batch_gradient(x + method.rho * r / np.sqrt(u), rows)
        m = method.beta1 * m + (1 - method.beta1) * g
        v = method.beta2 * v + (1 - method.beta2) * g * g
        return x - method.gamma * m / np.sqrt(v), method.gamma

    return step


def sa_sam(method: SASAM, problem: Problem) -> Step:
    x_before, eta_before, theta = np.zeros(problem.d), method.eta0, np.inf

    def step(t: int, x: Array, rows: Rows) -> tuple[Array, float]:
        nonlocal x_before, eta_before, theta
        s = problem.batch_gradient(x, rows)
        eta = method.eta0
        if t > 0:
            change = norm(s - problem.batch_gradient(x_before, rows))
            ratio = norm(x - x_before) / (2 * change) if change > 0 else np.inf
            eta = min(ratio, np.sqrt(1 + theta) * eta_before)
            theta = eta / eta_before
        x_before, eta_before = x, eta
        e = x + np.sqrt(eta) * s / norm(s)
        return x - eta * problem.batch_gradient(e, rows), eta

    return step


STEPS: dict[type, Callable[..., Step]] = {
    ConstantStep: constant,
    PolyakStep: polyak,
    AF22Decreasing: af22_decreasing,
    AdaSAM: adasam,
    LightSAM1: lightsam_1,
    LightSAM2: lightsam_2,
    LightSAM3: lightsam_3,
    SASAM: sa_sam,
}
