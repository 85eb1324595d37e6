"""Every number that a lesson states is computed here once more, and none is stated that is not."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.lessons import valleys
from lab.lessons.course import FENCE, FOLDER, lessons
from lab.robustness.reference import rows_of
from lab.robustness.shipped import file_of, read
from neural.sweep_runs import runs_of
from synthetic import RidgeConfig, SimulationConfig, simulate, usam_sps
from synthetic.plane import PlaneFunction, quadratic
from synthetic.result import Track
from synthetic.walk import Plan, Way, walk

START = np.array([1.2, 2.0])
STATED = re.compile(r"(?<!Corollary )(?<![\w.])\d+\.\d+%?|(?<![\w.])\d+%")


def factor(gamma: float, rho: float, kappa: float, steps: int = 50) -> float:
    """By how much the last of many steps of USAM with a constant γ multiplies the distance."""
    way = walk(quadratic(kappa), Plan("usam", "", rho, 0.0, gamma), START, 0.25, math.inf, steps)
    return math.sqrt(float(way.distance_sq[-1] / way.distance_sq[-2]))


def limit(rho: float) -> float:
    """The largest γ with which USAM's distance in a round bowl does not grow, by bisection on its steps."""
    low, high = 0.0, 4.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if factor(middle, rho, 1.0, steps=2) <= 1 else (low, middle)
    return low


def best_constant(rho: float, kappa: float) -> tuple[float, float]:
    """The γ with the smallest factor in the worse of both directions, and that factor, from a fine grid."""
    curvature = np.array([1.0, 1.0 / kappa])
    gamma = np.linspace(1.0, 1.4, 40_001)
    worse = np.max(np.abs(1 - gamma[:, None] * curvature * (1 + rho * curvature)), 1)
    return float(gamma[np.argmin(worse)]), float(np.min(worse))


def polyak(x: float, rho: float) -> Way:
    """A Polyak step on ½x² + ¼ with the true minimum."""
    return walk(quadratic(1.0, 0.0), Plan("usam_ps", "", rho, 0.0), np.array([x, 0.0]), 0.25, math.inf, 1)


def rest(rho: float, lambd: float, curvature: float) -> float:
    """The distance at which the Polyak step halts in a round bowl."""
    bowl = PlaneFunction(
        key="bowl",
        excess=lambda x: curvature * np.sum(x**2, -1) / 2,
        gradient=lambda x: curvature * x,
        x_star=(0.0, 0.0),
        f_min=0.0,
        L=curvature,
        mu=curvature,
    )
    way = walk(bowl, Plan("mix", "", rho, lambd), START, 0.0, math.inf, 200)
    return float(np.linalg.norm(way.x_next[-1]))


@cache
def ball(noise: float, gamma_b: float) -> Track:
    """USAM-SPS on noisy least squares, as the lessons on the cap and on interpolation describe it."""
    problem = RidgeConfig(n=200, d=50, kappa=10.0, kappa_of="H", interpolated=False, noise=noise).build()
    run = SimulationConfig(1000, batch_size=10, trials=3)
    return simulate(problem, [usam_sps(0.02 / problem.L, gamma_b)], run)["usam_sps"]


def level(noise: float, gamma_b: float) -> float:
    """The mean relative gap of the last 300 iterations."""
    track = ball(noise, gamma_b)
    return float(np.mean(track.relative_gap[:, track.iterations >= 700]))


def capped(gamma_b: float) -> float:
    """Percent of the steps that the cap decided."""
    return 100 * float(np.mean(ball(0.2, gamma_b).capped_share[:, -1]))


def runs(sweep: str, method: str, rho: float) -> list[Any]:
    """Of a recorded sweep the runs of a method without momentum, at its rate with the best mean."""
    config, results = read(file_of(sweep).read_text(encoding="utf-8"))
    by_rate: dict[Any, list[Any]] = {}
    for run in runs_of(config):
        if run.method.method == method and not dict(run.method.values) and dict(run.point)["rho"] == rho:
            by_rate.setdefault(run.tuned, []).append(results[run.name])
    assert all(len(found) == 3 for found in by_rate.values())
    return max(by_rate.values(), key=lambda found: sum(one.test_accuracy for one in found))


def reached(sweep: str, method: str, rho: float) -> str:
    return f"{100 * float(np.mean([one.test_accuracy for one in runs(sweep, method, rho)])):.1f}%"


def still(rho: float) -> float:
    """Percent of the steps in which SAM-SPS stood still on the digits."""
    found = runs("digits", "sam_sps", rho)
    return 100 * sum(one.clamped for one in found) / sum(one.steps for one in found)


def cut(rho: float) -> float:
    """Percent of the steps of SAM-SPS on the digits that the cap decided."""
    found = runs("digits", "sam_sps", rho)
    return 100 * sum(one.capped for one in found) / sum(one.steps for one in found)


def told(key: str) -> set[str]:
    """The numbers that a lesson may state, each computed."""
    if key == "uphill":
        narrow, wide = (20 * 0.1**2, 0.5 * 0.1**2)
        assert valleys.worst(-1.0, 0.1) == pytest.approx(narrow)
        assert valleys.worst(1.5, 0.1) == pytest.approx(wide)
        return {
            f"{float(valleys.worst(-1.0, 0.2)):.1f}",
            f"{wide:g}",
            f"{narrow:g}",
            f"{0.2**2:.2f}",
            f"{valleys.RIDGE + 1:.2f}",
            f"{valleys.WIDE[0]:g}",
        }
    if key == "fixed":
        best, least = best_constant(0.5, 10.0)
        curvatures = 1.5 + 0.1 * 1.05
        return {
            f"{factor(1.5, 0.5, 10.0):.2f}",
            f"{limit(0.5):.3f}",
            f"{factor(0.1, 0.5, 10.0):.4f}",
            f"{best:.3f}",
            f"{least:.3f}",
            f"{curvatures:.3f}",
        }
    if key == "polyak":
        first, second = polyak(2.0, 0.5), polyak(2.0, 0.2)
        gamma = float(first.gamma[0])
        numbers = [
            (gamma, 4),
            (float(first.bound(gamma)[0]), 2),
            (float(first.truth(gamma)[0]), 2),
            (float(first.loss_e[0]), 2),
            (float(first.x_next[0, 0]), 1),
            (float(first.loss_e[0]) - 0.25, 1),
            (float(first.N[0]), 1),
            (float(second.e[0, 0]), 1),
            (float(second.loss_e[0]) - 0.25, 2),
            (float(second.inner[0]), 2),
            (float(second.N[0]), 2),
            (float(second.norm_sq[0]), 2),
        ]
        return {f"{value:.{digits}f}" for value, digits in numbers}
    if key == "radius":
        return {f"{rest(0.5, 0.5, 1.0):.3f}", f"{np.linalg.norm(START):.2f}", f"{cut(1.0):.0f}%"}
    if key == "cap":
        levels = {f"{level(0.2, cap):.2g}" for cap in (1.0, 5.0, 15.0)}
        return levels | {f"{capped(5.0):.2f}%", f"{capped(15.0):.0f}%", "100%"}
    if key == "fit":
        wrong = {reached("digits_noise", method, 0.05) for method in ("sam_sps", "sam_cosine")}
        return wrong | {f"{level(0.2, 15.0) / level(0.1, 15.0):.2f}", "30%"}
    if key == "networks":
        digits = {reached("digits", "sam_sps", 0.5), reached("digits", "sam_cosine", 0.5)}
        digits |= {reached("digits", "usam_sps", rho) for rho in (0.5, 1.0)}
        digits |= {reached("digits", method, 1.0) for method in ("sam_constant", "sam_cosine")}
        mlp = {reached("mlp_all", "sam_sps", rho) for rho in (0.0, 0.3, 0.4, 0.8)}
        mlp |= {reached("mlp_all", "usam_sps", rho) for rho in (0.4, 0.8)}
        mlp |= {reached("mlp_all", "sam_cosine", 0.0), reached("mlp_all", "usam_cosine", 0.4)}
        wrong = {reached("digits_noise", method, 0.05) for method in ("sam_sps", "sam_cosine")}
        shares = {f"{still(rho):.0f}%" for rho in (0.05, 0.2, 0.5)}
        deviation = 100 * np.std([one.test_accuracy for one in runs("digits", "sam_sps", 1.0)], ddof=1)
        return digits | mlp | wrong | shares | {f"{deviation:.1f}", "23.9", "30%"}
    return set()


def texts(value: object) -> Iterator[str]:
    """All that is read of a lesson's header."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from () if key in ("controls", "link", "shows", "unit") else texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


def stated(key: str) -> set[str]:
    """Decimals and percentages in a lesson's text."""
    _, header, body = (FOLDER / f"{key}.md").read_text(encoding="utf-8").split(FENCE, 2)
    return set(STATED.findall("\n".join((body, *texts(tomllib.loads(header))))))


def settings(key: str) -> set[str]:
    """Values that a lesson sets, and that are no results."""
    lesson = lessons()[key]
    stops = [stop for stops in lesson.controls.values() for stop in stops]
    tried = [value for one in lesson.tries for value in one.values.values()]
    recorded = (
        [row["rho"] for name in ("digits", "mlp_all") for row in rows_of(name)] if key == "networks" else []
    )
    numbers = [one for one in (*stops, *tried, *recorded) if isinstance(one, int | float)]
    return {f"{one:g}" for one in numbers} | {f"{abs(one):.2f}" for one in numbers}


@pytest.mark.parametrize("key", lessons())
def test_every_number_of_a_lesson_is_computed_here(key: str) -> None:
    assert stated(key) <= told(key) | settings(key)
    assert told(key) <= stated(key), "and every computed one is stated"


ANSWERS = {
    ("uphill", "predict"): lambda: float(valleys.worst(-1.0, 0.2)),
    ("uphill", "question"): lambda: float(valleys.worst(-1.0, 0.1) / valleys.worst(1.5, 0.1)),
    ("fixed", "question"): lambda: limit(0.25),
    ("polyak", "predict"): lambda: float(polyak(2.0, 0.5).x_next[0, 0]),
    ("polyak", "question"): lambda: float(polyak(2.0, 0.2).gamma[0]),
    ("radius", "predict"): lambda: rest(0.5, 1.0, 1.0),
    ("radius", "question"): lambda: rest(0.5, 1.0, 4.0),
    ("cap", "predict"): lambda: capped(5.0),
    ("fit", "predict"): lambda: level(0.2, 15.0) / level(0.1, 15.0),
    ("networks", "predict"): lambda: still(0.2),
}


def test_every_answer_that_is_a_number_is_computed_here() -> None:
    found = set()
    for key, lesson in lessons().items():
        for name, question in (("predict", lesson.predict), ("question", lesson.question)):
            if question and question.choices is None:
                found.add((key, name))
                assert ANSWERS[key, name]() == pytest.approx(question.answer, abs=question.tolerance / 2)
    assert found == ANSWERS.keys()


def test_answers_that_are_choices() -> None:
    assert factor(1.5, 0.5, 10.0) > 1 > factor(1.5, 0.0, 10.0)  # fixed: it runs away
    way = walk(quadratic(1.0), Plan("usam_ps", "", 1.2, 0.0), START, 0.25, math.inf, 5)
    assert way.gamma.tolist() == [0.0]  # radius: ρ beyond 1/L
    others = ("sam_constant", "sam_cosine", "usam_cosine")
    for sweep, rho, ahead in (("mlp_all", 0.4, True), ("mlp_all", 0.0, False), ("digits", 0.5, False)):
        best = max(float(reached(sweep, method, rho)[:-1]) for method in others)
        assert (float(reached(sweep, "sam_sps", rho)[:-1]) > best) is ahead  # networks
    momentum = [row for row in rows_of("mlp_all") if "momentum" in row["label"] and row["rho"] == 0.4]
    assert float(reached("mlp_all", "sam_sps", 0.4)[:-1]) > 100 * momentum[0]["test_accuracy"]
    wrong = [float(reached("digits_noise", method, 0.05)[:-1]) for method in ("sam_sps", "sam_cosine")]
    assert wrong[0] < wrong[1]


def test_what_the_lessons_say_without_a_number() -> None:
    # uphill: at ρ = 0.4 the worst loss nearby never rises on the way to the wide valley.
    x = np.linspace(-2.1, 1.5, 2001)
    assert np.all(np.diff(valleys.worst(x, 0.4)) <= 1e-9)
    assert np.any(np.diff(valleys.worst(x, 0.2)) > 0)
    # cap: 1/L is 63, and nearly every ratio lies between 9 and 21.
    raw = ball(0.2, 5.0).gamma_raw
    problem = RidgeConfig(n=200, d=50, kappa=10.0, kappa_of="H", interpolated=False, noise=0.2).build()
    assert round(1 / problem.L) == 63
    assert 0.85 < np.nanmean((raw > 9) & (raw < 21.5)) < 1
    # networks: up to ρ = 0.5 all methods lie within two points on the digits, SAM-SPS last at 0.5.
    rows = [row for row in rows_of("digits") if row["rho"] <= 0.5]
    ends = [row["test_accuracy"] for row in rows]
    assert max(ends) - min(ends) < 0.02
    assert min(rows, key=lambda row: row["test_accuracy"])["method"] == "sam_sps"
    # The best of the MLP's picture is a cosine schedule at ρ = 0, that of SAM-SPS lies at ρ = 0.3.
    best = max(rows_of("mlp_all"), key=lambda row: row["test_accuracy"])
    assert (best["label"].split(",")[1], best["rho"]) == (" cosine", 0.0)
    own = [row for row in rows_of("mlp_all") if row["method"] == "sam_sps"]
    assert max(own, key=lambda row: row["test_accuracy"])["rho"] == 0.3
    low = [
        row["test_accuracy"] for row in rows_of("mlp_all") if "_sps" in row["method"] and row["rho"] <= 0.4
    ]
    assert (round(min(low), 3), round(max(low), 3)) == (0.678, 0.714)
    # One seed of three learnt at ρ = 1.
    assert sorted(one.test_accuracy > 0.5 for one in runs("digits", "sam_sps", 1.0)) == [False, False, True]
    # What one rate for every ρ costs is read from the same runs by the page Robustness.
    advice = (Path(__file__).parents[3] / "docs" / "when-not.md").read_text(encoding="utf-8")
    assert "SAM, constant γ: 0.0;" in advice
    assert "USAM, cosine: 23.9." in advice
