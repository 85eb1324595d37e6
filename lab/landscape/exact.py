"""Functions of which all is known, ridge regression and those of One step, and two ways over each."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from lab.params import LandscapeConfig
from neural.landscape.functions import Functions, Vector
from neural.landscape.quadratic import Quadratic
from synthetic.plane import PlaneFunction, log_sum_exp, quadratic, ripples
from synthetic.ridge import RidgeConfig
from synthetic.step import Plan
from synthetic.walk import walk

ROWS, UNKNOWNS = 60, 40  # of the ridge problem
START = (1.2, 2.0)  # of One step
STEPS = {"ridge": 200, "plane": 60}
ANGLES, RADII = 1440, 40  # of the fine grid that stands for exact on the plane
NAMES = ("USAM-PS", "Gradient descent")
KEYS = ("usam_ps", "sgd")


@dataclass(frozen=True, eq=False)
class Known:
    """A function, its dense Hessian, its rise in a ball, and two methods' ways over it.

    Attributes
    ----------
    functions : Functions
    matrix : callable
        w to ∇²f(w), (n, n).
    greatest, average : callable
        (w, ρ) to the greatest rise in the ρ-ball, and to the mean rise on its sphere.
    ways : tuple of ndarray, (steps + 1, n)
        Where each method of `NAMES` was.
    on_a_grid : bool
        Whether `greatest` and `average` are of a fine grid, not of a formula.
    """

    functions: Functions
    matrix: Callable[[Vector], Vector]
    greatest: Callable[[Vector, float], float]
    average: Callable[[Vector, float], float]
    ways: tuple[Vector, ...]
    on_a_grid: bool


def known(config: LandscapeConfig) -> Known:
    """The function that the configuration names."""
    if config.what == "ridge":
        return _ridge(config.kappa, config.seed)
    return _plane(config.function, config.kappa)


@cache
def _ridge(kappa: float, seed: int) -> Known:
    problem = RidgeConfig(ROWS, UNKNOWNS, kappa, "H", seed=seed).build()
    exact = Quadratic(problem.H, problem.x_star, problem.f_min)
    function = PlaneFunction(
        "ridge",
        excess=lambda x: np.asarray(exact.loss(x) - exact.value),
        gradient=exact.gradient,
        x_star=tuple(problem.x_star),
        f_min=problem.f_min,
        L=problem.L,
        mu=problem.mu,
    )
    return Known(
        Functions(exact.size, exact.loss, exact.gradient, exact.hessian),
        matrix=lambda _w: exact.matrix,
        greatest=exact.sharpness,
        average=lambda _w, rho: exact.average_sharpness(rho),
        ways=_ways(function, np.zeros(exact.size), STEPS["ridge"]),
        on_a_grid=False,
    )


@cache
def _plane(name: str, kappa: float) -> Known:
    function = {"quadratic": lambda: quadratic(kappa), "log_sum_exp": log_sum_exp, "ripples": ripples}[name]()

    def matrix(w: Vector) -> Vector:
        return hessian(function, w)

    def product(w: Vector) -> Callable[[Vector], Vector]:
        found = matrix(w)
        return lambda v: found @ v

    return Known(
        Functions(2, lambda w: float(function.loss(w)), function.gradient, product),
        matrix=matrix,
        greatest=lambda w, rho: float(np.max(_rises(function, w, np.linspace(0, rho, RADII)))),
        average=lambda w, rho: float(np.mean(_rises(function, w, np.array([rho])))),
        ways=_ways(function, np.array(START), STEPS["plane"]),
        on_a_grid=True,
    )


def hessian(function: PlaneFunction, w: Vector) -> Vector:
    """∇²f(w) of a function of One step in closed form, (2, 2): that of the file that defines it."""
    if function.key == "quadratic":
        return np.stack([function.gradient(unit) for unit in np.eye(2)])  # the gradient is linear
    if function.key == "log_sum_exp":
        slopes, weights = np.array([[1.0, 1.5], [1.0, -1.5], [-1.0, 0.0]]), np.array([0.25, 0.25, 0.5])
        y = (w - np.array(function.x_star)) @ slopes.T
        p = np.exp(y - y.max()) * weights
        p /= p.sum()
        centred = slopes - p @ slopes
        return centred.T @ (p[:, None] * centred)  # the covariance of the slopes under the softmax
    along = _direction()
    return np.eye(2) / 4 + 2 * math.cos(2 * float(w @ along)) * np.outer(along, along)


def _direction() -> Vector:
    """The direction of the ripples: from the gradient, which is u/4 + sin(2u) times it, at a point across."""
    bowl = ripples()
    found = bowl.gradient(np.array([0.1, 0.0])) - np.array([0.025, 0.0])
    return found / np.linalg.norm(found)


def _rises(function: PlaneFunction, w: Vector, radii: Vector) -> Vector:
    angles = np.linspace(0.0, 2 * np.pi, ANGLES, endpoint=False)
    circle = np.stack([np.cos(angles), np.sin(angles)], -1)
    return function.excess(w + radii[:, None, None] * circle) - function.excess(w)


def _ways(function: PlaneFunction, start: Vector, steps: int) -> tuple[Vector, ...]:
    rho = 1 / (2 * function.L)
    plans = Plan(KEYS[0], NAMES[0], rho, 0.0), Plan(KEYS[1], NAMES[1], 0.0, 0.0, 1 / function.L)
    found = (walk(function, plan, start, function.f_min, math.inf, steps) for plan in plans)
    return tuple(np.vstack([way.x, way.x_next[-1:]]) for way in found)
