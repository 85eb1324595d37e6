"""What double precision can tell from 0: below it neither a measurement nor a bound says anything."""

from __future__ import annotations

import math

import numpy as np

from synthetic.problem import Array, Problem

OF_X = 1e-13  # relative to ‖x*‖ and ‖x⁰ − x*‖: some hundred roundings
OF_LOSS = 1e-15  # relative to f*: some roundings


def resolution(problem: Problem, x0: Array) -> dict[str, float]:
    """The smallest value that means something, by the quantity that a theorem bounds.

    x is known to δ² = 10⁻²⁶ (‖x*‖² + D₀). Where f is not quadratic f(x) − f* is a difference, known to
    ε = 10⁻¹⁵ f*: a Polyak step cannot see more, and leaves up to 2ε/μ of the squared distance. So ‖x − x*‖²
    is known to δ² + 2ε/μ, f(x) − f* to Lδ²/2 + ε, and ‖∇f(x)‖ to Lδ + √(2Lε).

    x0 is the start, (d,) or (trials, d); D₀ is the mean over the trials.
    """
    starts = np.atleast_2d(x0)
    distances = [np.sum((start - problem.nearest_minimizer(start)) ** 2) for start in starts]
    delta_sq = OF_X**2 * (float(np.sum(problem.x_star**2)) + float(np.mean(distances)))
    epsilon = OF_LOSS * abs(problem.f_min) if problem.spectrum is None else 0.0
    return {
        "distance_sq": delta_sq + (2 * epsilon / problem.mu if epsilon else 0.0),
        "gap_of_average": problem.L / 2 * delta_sq + epsilon,
        "grad_norm": problem.L * math.sqrt(delta_sq) + math.sqrt(2 * problem.L * epsilon),
    }
