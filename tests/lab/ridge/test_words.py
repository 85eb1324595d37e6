"""What the words around the charts claim is chosen by what the charts show."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from lab.params import Value
from lab.ridge import words
from lab.ridge.result import RidgeResult
from tests.lab.ridge.ridge import config, result


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"methods": ("sps_max",)}, "a straight line downwards is linear convergence"),
        ({"methods": ("usam_ps",), "rho": 3.0}, "No line falls by more than 1% in the second half"),
        ({"methods": ("sgd",), "sgd_gamma": 2.2}, "Gradient descent: further from the minimum"),
        ({"methods": ("sps_max", "sam_ps")}, "Flat in the second half: SAM-PS."),
    ],
)
def test_the_words_at_the_gap_are_chosen_by_the_lines(changes: dict[str, Value], part: str) -> None:
    assert part in words.gap(result(**changes)).notice


@pytest.mark.parametrize(
    ("gamma_b", "part"),
    [
        (math.inf, "There is no cap"),
        (1e-3, "mostly the plain method with learning rate"),
        (1000.0, "A line in its method's own style: the cap $\\gamma_b$ decided; at the end in at most 0.0%"),
        (0.0, "every step of a Polyak method is 0, and x stays at the start"),
    ],
)
def test_the_words_at_the_shares_say_what_the_cap_did(gamma_b: float, part: str) -> None:
    assert part in words.shares(result(gamma_b=gamma_b, methods=("usam_ps", "sgd"))).notice


def test_a_cap_of_zero_is_said_around_every_chart_that_it_empties() -> None:
    found = result(gamma_b=0.0, methods=("usam_ps", "sps_max"))
    assert "No line falls by more than 1% in the second half" in words.gap(found).notice
    assert "Steps with γ = 0 have no place on a log scale." in words.gamma(found).notice
    assert "No guarantee applies" in words.held(found).notice


def clamped(found: RidgeResult, since: int) -> RidgeResult:
    """The result with every step from t = `since` on clamped, in every method."""
    tracks = {}
    for key, track in found.tracks.items():
        share = np.maximum(track.iterations - since, 0) / np.maximum(track.iterations, 1)
        tracks[key] = dataclasses.replace(track, clamped_share=share[None, :])
    return RidgeResult(found.config, found.notices, dataclasses.replace(found.measured, tracks=tracks))


def test_a_clamped_step_that_is_rounding_is_said_to_be() -> None:
    found = clamped(result(methods=("usam_ps", "sps_max"), iterations=100), since=60)
    notice = words.shares(found).notice
    assert "The safeguard raised γ to 0 most often in USAM-PS: 40.0% of its steps" in notice
    assert (
        " USAM-PS from t = 61 on, SPS_max, c = 1 from t = 61 on: Proposition 2.1 says $N \\ge 0$ here."
        in notice
    )
    assert "That is rounding" in notice
    beyond = clamped(result(methods=("usam_ps",), rho=3.0, iterations=100), since=60)
    assert "most often in USAM-PS" in words.shares(beyond).notice
    assert "rounding" not in words.shares(beyond).notice


def test_steps_of_0_that_are_rounding_are_said_to_be_beside_the_step_sizes() -> None:
    found = result(problem="logistic", reg=0.1, methods=("usam_ps",), iterations=300)
    assert found.summaries["usam_ps"].clamped > 0.5, "at the minimum the sign of N is chance"
    assert "Proposition 2.1 says $N \\ge 0$ here. That is rounding" in words.gamma(found).notice


def test_a_share_below_a_half_percent_is_not_called_none() -> None:
    found = result(methods=("usam_ps",), gamma_b=400.0, iterations=1000)
    share = found.summaries["usam_ps"].capped
    assert 0 < share < 0.05
    assert f"in at most {share:.1%} of a method's steps" in words.shares(found).notice


def test_one_iteration_is_one() -> None:
    assert words._in_iterations(0.5) == "halves every 1 iteration"
    assert words._in_iterations(0.25) == "halves every 0.5 iterations"
    assert words._in_iterations(0.9) == "halves every 6.6 iterations"


def test_a_gap_of_the_logistic_loss_that_is_rounding_is_said_to_be() -> None:
    found = result(problem="logistic", reg=0.1, methods=("sgd",), iterations=20)
    assert "shows rounding" not in words.gap(found).notice
    track = found.tracks["sgd"]
    gap = track.relative_gap.copy()
    gap[:, -1] = 1e-16
    tracks = {"sgd": dataclasses.replace(track, relative_gap=gap)}
    ended = RidgeResult(found.config, (), dataclasses.replace(found.measured, tracks=tracks))
    assert "Below 1e-15 a line shows rounding of f − f*." in words.gap(ended).notice


def test_every_chart_has_words_and_they_name_the_axis() -> None:
    for x, name in (("t", "iterations"), ("evals", "gradient evaluations"), ("s", "time")):
        around = words.around(result(x=x, iterations=50))
        assert set(around) == {"gap", "gamma", "grad", "held", "shares"}
        assert all(name in said.alt for said in around.values())


def test_constants_are_in_the_unit_of_the_batch() -> None:
    assert r"Radius of USAM-PS: $\rho = 2$; $\rho L = 0.2$ is below 1" in words.constants(
        result(iterations=10)
    )
    assert r"Radius of USAM-SPS: " in words.constants(result(iterations=10, m=5))
    assert r"$\rho L_{\max} = " in words.constants(result(iterations=10, m=5))
    assert "is not below 1: the theory asks for less." in words.constants(result(iterations=10, rho=1.0))
    shrinking = words.constants(result(iterations=10, rho=3.0, rho_shape="inverse_sqrt"))
    assert shrinking.endswith("the theory asks for less at first, and goes to 0.")


def test_of_a_radius_that_nothing_uses_nothing_is_said() -> None:
    assert "Radius" not in words.constants(result(iterations=10, methods=("sgd",)))


def test_a_cap_of_zero_is_not_called_noise() -> None:
    """x stands still since every step is 0, not since noise keeps it in a neighbourhood."""
    found = result(gamma_b=0.0, m=5, interpolated=False, n=60, d=20, methods=("usam_ps",), iterations=50)
    assert "noise" not in words.gap(found).notice


def test_a_straight_line_over_a_logarithmic_axis_is_not_called_linear() -> None:
    shown = words.gap(result(log_x=True, iterations=50)).notice
    assert "linear convergence" not in shown
    assert "a power of $t$" in shown


def test_what_to_move_is_among_the_controls() -> None:
    for changes in ({"problem": "logistic", "reg": 0.1}, {"design": "gaussian"}):
        answer = words.gap(result(iterations=20, methods=("sgd",), **changes)).answer
        assert "Move the regularisation down" in answer
    assert words.gap(result(iterations=20)).answer.startswith("Move $\\kappa$ up")


def test_the_radius_changes_less_than_the_conditioning() -> None:
    def halves(key: str, **changes: Value) -> float:
        found = result(methods=("usam_ps", "usam"), iterations=2000, **changes)
        return math.log(0.5) / math.log(found.summaries[key].rate.factor)

    for key, at in (("usam_ps", "rho"), ("usam", "usam_rho")):
        short, long, worse = (
            halves(key, **{at: one, "kappa": k}) for one, k in ((0.0, 30.0), (0.5, 30.0), (0.0, 300.0))
        )
        assert abs(math.log(long / short)) < 0.5 * math.log(worse / short)


def test_without_a_guarantee_nobody_asks_how_much_room_there_is() -> None:
    assert words.held(result(methods=("sam_ps",), iterations=20)).question == "When is there a guarantee?"
    assert "How much room" in words.held(result(methods=("usam_ps",), iterations=20)).question


def test_the_least_step_holds_with_the_full_batch_and_not_with_mini_batches() -> None:
    full, mini = (result(methods=("usam_ps",), iterations=200, m=m) for m in (0, 5))
    L, r = full.problem.L, 0.2
    least = (1 - r) / (2 * L * (1 + r))
    assert np.nanmin(full.tracks["usam_ps"].gamma[:, :100]) >= least * (1 - 1e-9)
    assert np.nanmin(mini.tracks["usam_sps"].gamma[:, :100]) < least
    assert words.gamma(full).answer.startswith("With the full batch, $\\lambda = 0$")
    assert config().rho == 0.2
