"""The Theory page under its defaults, its extremes and hostile links, and what it says there."""

from __future__ import annotations

import re

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest

from lab.params.guarantees import GUARANTEES
from lab.theory.words import in_a_line
from synthetic.theory.theorems import THEOREMS, TIGHTER


def opened(**query: str) -> AppTest:
    app = AppTest.from_file("../../pages/theory.py", default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


def test_defaults() -> None:
    app = opened()
    assert not app.exception
    assert not app.warning
    assert not app.info
    said = re.search(
        r"\*\*0 of 50 problems above the bound\*\* \(0 of ([0-9,]+) comparisons, at up to 200 of the 200",
        words(app),
    )
    left_out = re.search(r"([0-9,]+) comparisons are left out", words(app))
    assert said
    assert left_out
    assert sum(int(found[1].replace(",", "")) for found in (said, left_out)) == 50 * 200
    assert "The safeguard acted in 0 of 10,000 steps." in words(app)
    assert "$N < 0$ at **0 of 1,000** random points" in words(app)


def test_every_theorem_has_a_line_with_its_proof_folded_in_it() -> None:
    app = opened()
    lines = [fold.label for fold in app.expander if fold.label in map(in_a_line, THEOREMS)]
    assert lines == [in_a_line(theorem) for theorem in THEOREMS]
    assert len(set(lines)) == 10
    for theorem in THEOREMS:
        assert theorem.statement in [formula.value.strip("$\n") for formula in app.latex]
        assert theorem.proof[0] in words(app)
    for tighter in TIGHTER.values():
        assert tighter.proof[-1] in words(app)


@pytest.mark.parametrize("guarantee", sorted(GUARANTEES))
@pytest.mark.parametrize(
    "query",
    [
        {"kappa": "1", "rho_L": "0", "m": "1", "gamma_b_L": "inf", "problems": "1", "trials": "2"},
        {"kappa": "1000000", "rho_L": "10", "lambd": "1", "gamma_L": "10", "labels": "noisy"},
    ],
    ids=str,
)
def test_extremes(guarantee: str, query: dict[str, str]) -> None:
    app = opened(**({"v": "1", "guarantee": guarantee, "trials": "5", "problems": "5"} | query))
    assert not app.exception
    assert not app.warning


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"rho_L": "1"}, "ρ must be below 1/L"),
        ({"lambd": "1"}, "here λ = 1"),
        ({"guarantee": "C3.6", "labels": "noisy"}, "There is no interpolation"),
    ],
)
def test_it_says_why_no_bound_is_drawn(query: dict[str, str], reason: str) -> None:
    app = opened(v="1", problems="3", **query)
    said = app.info[0].value.replace("\\", "")
    assert "does not apply here" in said
    assert reason in said
    assert "It is measured all the same." in said
    assert "above the bound" not in words(app)


@pytest.mark.parametrize("query", [{"rho_L": "1.5"}, {"guarantee": "T3.4"}], ids=str)
def test_without_a_bound_no_word_is_lost_on_one(query: dict[str, str]) -> None:
    app = opened(v="1", problems="3", **query)
    around = " ".join([*(one.value for one in app.caption), *(one.label for one in app.expander)])
    for word in (
        "dashed line is the promise",
        "the room between the lines and the promise",
        "Where is the ratio largest",
    ):
        assert word not in around
    assert "there is none to draw" in around
    assert ("What it would mean, if it applied" in words(app)) == ("rho_L" in query)


def test_beyond_the_edge_the_safeguard_is_seen_to_act() -> None:
    app = opened(v="1", rho_L="1.5", problems="10")
    assert "outside the proposition" in words(app)
    assert "**10 of 10** points along the top eigenvector" in words(app)


def test_a_safeguard_that_only_rounding_wakes_is_explained() -> None:
    app = opened(
        v="1", guarantee="C3.6", kappa="1", rho_L="0.999", gamma_b_L="inf", iterations="1000", problems="3"
    )
    assert "0 of 3 problems above the bound" in words(app)
    assert "That is rounding" in words(app)


def test_labels_that_are_fitted_although_noisy_are_named() -> None:
    app = opened(v="1", guarantee="C3.6c", labels="noisy", problems="3")
    assert "even noisy labels are fitted" in words(app)


def test_a_notice_survives_a_run_of_the_script_that_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object) -> None:
        raise StopException

    with monkeypatch.context() as patch:
        patch.setattr("lab.theory.compute.compute", cut_off)
        app = opened(v="1", rho_L="11", problems="3")
        assert "rho_L = '11'" in app.warning[0].value.replace("\\", "")
    assert "rho_L = '11'" in app.run().warning[0].value.replace("\\", "")
    assert not app.run().warning, "told once"


def test_a_run_that_leaves_the_floats_is_named() -> None:
    app = opened(v="1", guarantee="rate", gamma_L="10", iterations="1000", problems="3")
    assert "**3 of 3 runs left the floats.**" in words(app)


def test_only_the_values_that_a_guarantee_uses_are_shown() -> None:
    def keys(app: AppTest) -> set[str]:
        return {str(widget.key) for widget in [*app.slider, *app.select_slider, *app.selectbox]}

    assert not {"theory.m", "theory.gamma_b_L", "theory.gamma_L", "theory.trials"} & keys(opened())
    assert {"theory.m", "theory.gamma_b_L", "theory.trials"} <= keys(opened(v="1", guarantee="T3.5"))
    assert "theory.gamma_L" in keys(opened(v="1", guarantee="rate"))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"guarantee": "<script>alert(1)</script>"}, "guarantee"),
        ({"rho_L": "11"}, "rho_L = '11' is not allowed: a number from 0 to 10"),
        ({"problems": "1e9"}, "problems"),
        ({"m": "21"}, "m = '21' is not allowed: a whole number from 1 to 20"),
        ({"trials": "-1"}, "trials"),
        ({"evil": "![x](http://localhost/x.png)"}, "There is no parameter 'evil' on this page."),
        ({"v": "99"}, "This link is of version"),
    ],
)
def test_hostile_links_are_named_and_replaced(query: dict[str, str], named: str) -> None:
    app = opened(**({"v": "1"} | query))
    assert not app.exception
    assert named in app.warning[0].value.replace("\\", "")
    assert "0 of 50 problems above the bound" in words(app)
