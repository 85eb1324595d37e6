"""Around a chart stands what is true of the lanes, seeds and smoothing on the screen."""

from __future__ import annotations

import pytest

from lab.cnn import chart_words as said
from lab.cnn.compute import CnnResult
from lab.cnn.run_config import train_config
from lab.params import CnnConfig
from lab.params.cnn import LaneControls
from neural.methods import METHODS
from tests.lab.cnn.engine import RUN, OneRun, found

ALL = (said.gamma, said.accuracy, said.loss, said.decided, said.norms, said.sam_gap)


def lanes(*methods: str, **values: float) -> CnnResult:
    chosen = {
        letter: LaneControls.suggested(method) for letter, method in zip("abcdef", methods, strict=False)
    }
    return found(CnnConfig(lanes=len(methods), **values, **chosen))  # type: ignore[arg-type]


def test_without_a_polyak_step_no_ratio_cap_or_rail_is_named() -> None:
    shown = lanes("sam_constant", "adam")
    notice = said.gamma(shown).notice
    for word in ("ratio", "cap", "rail", "safeguard"):
        assert word not in notice
    assert "there is nothing to cap" in said.decided(shown).notice
    assert "fraction" not in said.norms(shown).notice
    assert "faint line is the Polyak ratio" in said.gamma(lanes("adam", "sps_max")).notice


def test_what_the_strong_line_is_depends_on_smoothing_and_seeds() -> None:
    one, smooth, many = (
        said.gamma(lanes("sam_sps", **values)).notice for values in ({}, {"smooth": 0.9}, {"seeds": 3})
    )
    assert "Where the strong one is lower, the cap $\\gamma_b$ decided." in one
    assert "smoothed here" in smooth
    assert "the cap $\\gamma_b$ decided." not in smooth
    assert "for one of them at least" in many


def test_a_single_lane_is_not_compared_with_others() -> None:
    alone, beside = lanes("sam_sps"), lanes("sam_sps", "sam_constant")
    assert "line jump" in said.loss(alone).question
    assert "the same batch" in said.loss(beside).answer
    assert "lane with the smallest" not in said.accuracy(alone).question
    assert "lane with the smallest" in said.accuracy(beside).question


def test_the_loss_at_e_is_promised_where_there_is_one() -> None:
    config = CnnConfig()
    assert "a click shows it" not in said.loss(found(config)).notice
    assert "a click shows it" in said.loss(found(config, OneRun(train_config(config)), run=RUN)).notice


@pytest.mark.parametrize(("method", "plain"), [("sam_sps", "SAM"), ("usam_sps", "USAM"), ("sps_max", "SGD")])
def test_what_a_capped_method_is(method: str, plain: str) -> None:
    assert f"the plain method ({plain})" in said.decided(lanes(method, "adam")).notice


def test_every_adaptive_method_has_a_plain_one() -> None:
    assert said.PLAIN.keys() == {key for key, method in METHODS.items() if method.adaptive}


def test_methods_that_look_at_x_alone_are_those_of_one_pass() -> None:
    assert "Without a look uphill (SGD, constant γ, Muon) the gap is 0." in (
        said.sam_gap(lanes("sam_sps", "sgd_constant", "muon")).notice
    )
    assert "Without a look" not in said.norms(lanes("sam_sps", "usam_constant")).notice


def test_where_accuracy_is_measured_at_an_average_it_is_said() -> None:
    tested = {key for key, method in METHODS.items() if "average of its iterates" in method.note}
    assert tested == set(said.AVERAGED)
    assert "DoG: at the average of the iterates." in said.accuracy(lanes("sam_sps", "dog")).notice


def test_noisy_labels_can_be_learnt_by_heart() -> None:
    assert "cannot go to 0" not in said.gamma(lanes("sam_sps")).answer


def test_every_chart_has_words_for_every_method() -> None:
    for key in METHODS:
        for around in ALL:
            assert all(vars(around(lanes(key))).values())
