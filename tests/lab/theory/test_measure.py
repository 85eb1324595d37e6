"""The live check: measured stays under the bound, refusals just outside, counts that can show a violation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.params import TheoryConfig, Value
from lab.params.guarantees import GUARANTEES
from lab.theory.check import build, method_of, relevant
from lab.theory.measure import compare, measure, measured_anew
from synthetic import BOUNDS, SimulationConfig, setting_of, simulate
from tests.lab.theory.results import result

EDGES: list[dict[str, Value]] = [
    {},
    {"rho_L": 0.0},
    {"rho_L": 0.999},
    {"kappa": 1.0},
    {"kappa": 1e6},
    {"family": "convex"},
    {"family": "strong"},
    {"m": 20},
    {"m": 1},
    {"gamma_b_L": 0.001, "m": 1},
    {"gamma_b_L": 1000.0, "rho_L": 0.999, "m": 1},
    {"labels": "exact", "gamma_b_L": float("inf")},
    {"problems": 1, "iterations": 10},
]


@pytest.mark.parametrize("changes", EDGES, ids=str)
@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
def test_measured_is_under_the_bound(guarantee: str, changes: dict[str, Value]) -> None:
    found = result(guarantee=guarantee, **changes)
    if changes.get("family") == "convex" and guarantee in ("T3.1", "T3.5", "C3.6"):
        assert "μ = 0" in found.reasons[0]
        return
    assert found.applies
    counts = found.summary
    assert counts.above == counts.undecided == counts.broken == counts.diverged == 0
    assert found.has_bound == (guarantee != "T3.4")
    if found.has_bound:
        assert counts.judged > 0
        assert np.nanmax(found.curves("ratio")[:, 1:]) <= 1 + 1e-9
        assert 0 < counts.tightest <= 1 + 1e-9
    if guarantee != "rate":
        assert counts.clamped == 0, "Proposition 2.1"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rho_L": 1.0}, "ρ must be below 1/L"),
        ({"rho_L": 1.5}, "ρ must be below 1/L"),
        ({"lambd": 0.05}, "here λ = 0.05"),
        ({"family": "convex"}, "μ = 0"),
        ({"guarantee": "T3.5", "rho_L": 1.0}, "ρ must be below 1/L_max"),
        ({"guarantee": "T3.5", "gamma_b_L": float("inf")}, "the step size needs a cap"),
        ({"guarantee": "C3.6", "labels": "noisy"}, "There is no interpolation"),
        ({"guarantee": "C3.6c", "labels": "noisy", "family": "strong"}, "There is no interpolation"),
        ({"guarantee": "rate", "lambd": 1.0}, "here λ = 1"),
    ],
)
def test_refused_outside_and_measured_all_the_same(changes: dict[str, Value], reason: str) -> None:
    found = result(**changes)
    assert not found.applies
    assert reason in " ".join(found.reasons)
    assert not found.has_bound
    assert np.isnan(found.curves("bound")).all()
    assert np.isfinite(found.curves("measured")).all()
    assert found.summary.judged == found.summary.above == found.summary.unjudged == 0


def test_hand_computed_rate() -> None:
    # κ = 1, ρL = ½: γ = (3/8)/(9/4) /L = 1/(6L), x⁺ = (1 − 3/2·1/6) x = ¾ x; published 1 − ¼/4 = 15/16
    sample = result(kappa=1.0, bounds="published").samples[0]
    assert sample.fitted == pytest.approx(9 / 16, rel=1e-12)
    assert sample.promised == pytest.approx(15 / 16, rel=1e-12)
    assert (sample.tightest, sample.tightest_at) == (pytest.approx(3 / 5, rel=1e-12), 1)
    assert sample.end == pytest.approx(0.6**100, rel=1e-9)
    assert sample.speed == pytest.approx(np.log(15 / 16) / np.log(9 / 16), rel=1e-12)


def test_the_tighter_constant_is_reached_with_a_single_curvature() -> None:
    # κ = 1, ρL = ½: promised (1 + ½)²/4 = 9/16, which is what happens; beside it the published 15/16
    sample = result(kappa=1.0).samples[0]
    assert sample.promised == pytest.approx(9 / 16, rel=1e-12)
    assert sample.tightest == pytest.approx(1.0, abs=1e-9)
    assert sample.beside_tightest == pytest.approx(3 / 5, rel=1e-12)
    assert sample.speed == pytest.approx(1.0, rel=1e-9)
    assert sample.above == 0, "rounding is not a violation"


def test_the_exact_rate_is_reached_with_a_single_curvature() -> None:
    # κ = 1, γL = ρL = ½: x⁺ = (1 − ½·3/2) x = x/4, so measured and bound are equal
    sample = result(guarantee="rate", kappa=1.0).samples[0]
    assert sample.promised == pytest.approx(1 / 16, rel=1e-12)
    assert sample.fitted == pytest.approx(1 / 16, rel=1e-12)
    assert sample.tightest == pytest.approx(1.0, abs=1e-9)
    assert sample.speed == pytest.approx(1.0, rel=1e-12)
    assert sample.above == 0, "rounding is not a violation"


def test_a_violation_is_counted() -> None:
    """The same measurement against a bound that is too small: every comparison after the start is above."""
    noisy = relevant(TheoryConfig(guarantee="T3.5"))
    problem = build(noisy, 0)
    method, config = method_of(noisy, problem), SimulationConfig(50, 4, trials=20, record="all")
    result = simulate(problem, [method], config)
    track, setting = result[method.key], setting_of(problem, method, config, result.x0)
    found = BOUNDS["T3.5"](setting, track.iterations)
    mean = np.mean(track.distance_sq, 0)
    assert compare(track, found, setting, 0.0).above == 0
    assert compare(track, replace(found, values=mean * 0.9), setting, 0.0).above == 50
    between = compare(track, replace(found, values=mean * 1.001), setting, 0.0)
    assert (between.above, between.undecided) == (0, 50), "under the bound, but not with 99.9% confidence"
    lost = compare(track, found, setting, np.inf)
    assert (lost.judged, lost.unjudged) == (0, 50)


def test_a_run_that_leaves_the_floats_is_counted_and_not_compared() -> None:
    found = result(guarantee="rate", gamma_L=10.0, rho_L=2.0, iterations=1000)
    counts = found.summary
    assert found.applies
    assert counts.diverged == found.runs == 4
    assert 0 < counts.judged < 4000
    assert counts.judged + counts.unjudged == 4000
    assert counts.above == 0


def test_the_same_configuration_gives_the_same_numbers() -> None:
    config = relevant(TheoryConfig(guarantee="C3.6"))
    kept, again = measure(config, 3), measured_anew(config, 3)
    assert np.array_equal(kept.measured, again.measured)


def test_what_rounding_leaves_in_flat_directions_breaks_no_bound() -> None:
    # 30 unknowns, κ = 1, γL = ρL = ½: x⁺ = x/4 on the range of H, and x⁰ − x* has no part off it
    found = result(guarantee="rate", family="convex", kappa=1.0, gamma_L=0.5, iterations=200, problems=10)
    assert found.summary.broken == found.summary.above == 0
    assert found.summary.judged == 10 * 21, "until 16⁻ᵗ is below the resolution"
    assert found.curves("measured")[:, -1] == pytest.approx(16.0**-200, rel=1e-9), "nothing is left in them"


@pytest.mark.parametrize("guarantee", ["T3.1", "rate", "C3.6"])
def test_nothing_below_the_resolution_is_compared(guarantee: str) -> None:
    for sample in result(guarantee=guarantee, kappa=2.0, iterations=2000).samples:
        compared = np.isfinite(sample.ratio)
        assert not compared.all()
        assert np.all(sample.measured[compared] > sample.floor)
        assert np.all(sample.bound[compared] > sample.floor)
