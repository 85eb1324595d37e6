"""The run: batches, gaps, the loop, and the table of numbers."""

import csv
import sys
from functools import partial

import numpy as np

from lab.export.scripts.ridge.batches import Batch, Quadratic


def full_batch(view, f, trial):
    """The same view of all rows at every step."""
    whole = view(f)
    return lambda: whole


def with_replacement(m, seed, f, trial):
    """m rows drawn at every step; the same ones for every method."""
    rng = np.random.default_rng([seed, 2, trial])
    return lambda: Batch(f, rng.integers(0, f.n, m))


def without_replacement(m, seed, f, trial):
    """m different rows at every step; the same ones for every method."""
    rng = np.random.default_rng([seed, 2, trial])
    return lambda: Batch(f, rng.random(f.n).argsort()[:m])


def all_rows(f, trial):
    """All rows at every step."""
    whole = Batch(f, np.arange(f.n))
    return lambda: whole


def gap_of_view(f, view):
    """f - f* in the coordinates of a view."""
    whole = view(f)
    return lambda y: whole(y)[0]


def gap_of_loss(f):
    """f(x) - f*."""
    whole = Batch(f, np.arange(f.n))
    return lambda x: whole(x)[0] - f.f_min


def gap_of_ridge(f, x0):
    """f(x) - f* = 1/2 (x - x*)'H(x - x*), or the loss itself where f* = 0 is reached."""
    if f.interpolates:
        return gap_of_loss(f)
    x_star, whole = f.nearest_minimiser(x0), Quadratic(f)
    return lambda x: whole(x - x_star)[0]


def log_spaced(steps):
    """The first 50 iterations, then about 200 log-spaced ones, and the last."""
    later = np.rint(np.geomspace(50, steps, 200)) if steps > 50 else []
    return {*range(min(steps + 1, 50)), *np.array(later, dtype=int).tolist(), steps}


def run(step, x, steps, record, draw, gap):
    """One method, one trial: (t, f(x^t) - f*, gamma of the step from x^t) at the iterations of `record`."""
    rows = []
    try:
        for t in range(steps + 1):
            if t in record:
                rows.append([t, gap(x), np.nan])
            if t < steps:
                x, gamma = step(draw(), x, t)
                if t in record:
                    rows[-1][2] = gamma
    except FloatingPointError:
        print(f"diverged at iteration {t}")
    return rows


def compare(f, methods, steps, record, trials=1):
    """Run and print every method: name -> (x0, its batches, its gap, its step).

    The numbers as a table: method, trial, iteration, relative gap, step size.
    """
    table = []
    for name, (x0, batches, gap, make) in methods.items():
        for trial in range(trials):
            with np.errstate(over="ignore", invalid="ignore"):
                rows = run(make(), x0, steps, record, batches(f, trial), gap)
            table += [(name, trial, t, found / rows[0][1], gamma) for t, found, gamma in rows]
            print(f"{name:28s} trial {trial}  t = {table[-1][2]:6d}  relative gap {table[-1][3]:.10e}")
    return table


def write(table, path):
    """The table as CSV."""
    with open(path, "w", newline="") as file:
        header = ("method", "trial", "iteration", "relative_gap", "gamma")
        csv.writer(file).writerows([header, *table])
