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
        ({"methods": ("usam_ps",), "rho": 3.0}, "No line falls in the second half"),
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
        (1000.0, "A line in its method's own style: the cap $\\gamma_b$ decided; at the end in at most 0%"),
        (0.0, "every step of a Polyak method is 0, and x stays at the start"),
    ],
)
def test_the_words_at_the_shares_say_what_the_cap_did(gamma_b: float, part: str) -> None:
    assert part in words.shares(result(gamma_b=gamma_b, methods=("usam_ps", "sgd"))).notice


def test_a_cap_of_zero_is_said_around_every_chart_that_it_empties() -> None:
    found = result(gamma_b=0.0, methods=("usam_ps", "sps_max"))
    assert "No line falls in the second half" in words.gap(found).notice
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
    assert r"$\rho L = 0.2$ is below 1" in words.constants(result(iterations=10))
    assert r"$\rho L_{\max} = " in words.constants(result(iterations=10, m=5))
    assert config().rho == 0.2
