"""What Home's thumbnails show: small computations of what their pages are about, made once."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_table import table
from synthetic import BOUNDS, RidgeConfig, SimulationConfig, setting_of, simulate, starting_points, usam_ps

EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
RACE = EXAMPLES / "race.json"
SWEEP = EXAMPLES / "sweeps" / "mlp_all.json"


class Line(NamedTuple):
    """A line of a thumbnail: what it is (`lab.home.thumbnails.LOOKS`), and its points in [0, 1]²."""

    role: str
    x: np.ndarray
    y: np.ndarray


@cache
def one_step() -> list[Line]:
    """A loss, and the tangent at e down to the lower bound: f(x) = x² from x = 1 with ρ = 0.35."""
    x = np.linspace(-1.0, 1.6, 80)
    e = 1.35
    end = e - e**2 / (2 * e)
    return _fitted([("f", x, x**2), ("model", np.array([e, end]), np.array([e**2, 0.0]))])


@cache
def race() -> list[Line]:
    """Test accuracy of the race that the button starts, as recorded by `benchmarks/examples.py`."""
    lanes = json.loads(RACE.read_text())
    return _fitted([(lane["method"], np.array(lane["step"]), np.array(lane["accuracy"])) for lane in lanes])


@cache
def ridge() -> list[Line]:
    """Distance to the minimum of USAM-PS on a ridge problem, and what Theorem 3.1 promises, in logarithms."""
    distance, bound = _measured_and_promised(seed=0)
    t = np.arange(len(bound))
    return _fitted([("usam_sps", t, np.log(distance)), ("bound", t, np.log(bound))])


@cache
def theory() -> list[Line]:
    """Promised over measured distance at the end, in logarithms, of 24 random problems, sorted; and 1."""
    ends = [np.log(bound[-1] / distance[-1]) for distance, bound in map(_measured_and_promised, range(24))]
    place = np.arange(len(ends))
    return _fitted([("usam_sps", place, np.sort(ends)), ("bound", place, np.zeros(len(ends)))])


@cache
def robustness() -> list[Line]:
    """Mean accuracy over ρ of a finished sweep: SAM-SPS, and SAM with a cosine schedule."""
    kept = json.loads(SWEEP.read_text(encoding="utf-8"))
    sweep = SweepConfig.from_dict(kept["sweep"])
    found = [RunResult(**dict(zip(kept["columns"], row, strict=True))) for row in kept["results"]]
    rows = table(sweep, {one.name: one for one in found})
    lines = []
    for label in ("SAM-SPS", "SAM, cosine"):
        own = [row for row in rows if row["label"] == label]
        rho, accuracy = (np.array([row[name] for row in own]) for name in ("rho", "test_accuracy"))
        lines.append((own[0]["method"], rho, accuracy))
    return _fitted(lines)


@cache
def landscape() -> list[Line]:
    """The bowl with ripples in one variable, f(x) = x²/8 + sin² x, and ½ f''(0) x² with f''(0) = 9/4."""
    x = np.linspace(-3.2, 3.2, 120)
    f = x**2 / 8 + np.sin(x) ** 2
    near = np.linspace(-1.2, 1.2, 40)
    return _fitted([("f", x, f), ("model", near, 9 / 8 * near**2)])


@cache
def lessons() -> list[Line]:
    """What a step γ would bring, f(x) = x² from x = 1 with ρ = 0.35: the truth, and the promise φ."""
    x, e = 1.0, 1.35
    slope = 2 * e
    N = e**2 - slope * (e - x)
    gamma = np.linspace(0.0, 0.5, 60)
    truth, promise = (x**2 - 2 * gamma * gain + (gamma * slope) ** 2 for gain in (slope * x, N))
    return _fitted([("f", gamma, truth), ("model", gamma, promise)])


def _measured_and_promised(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """‖x^t − x*‖² for t = 0, ..., 80 on a ridge problem of that seed, and its bound."""
    problem = RidgeConfig(n=40, d=40, seed=seed).build()
    method, config = usam_ps(0.5 / problem.L), SimulationConfig(80, record="all")
    distance = simulate(problem, [method], config)[method.key].distance_sq[0]
    setting = setting_of(problem, method, config, starting_points(problem, config))
    return distance, BOUNDS["T3.1"](setting, np.arange(81)).values


def _fitted(lines: list[tuple[str, np.ndarray, np.ndarray]]) -> list[Line]:
    """The lines in one unit square."""
    x, y = (np.concatenate([line[axis] for line in lines]) for axis in (1, 2))
    return [
        Line(role, (across - x.min()) / np.ptp(x), (along - y.min()) / np.ptp(y))
        for role, across, along in lines
    ]
