"""One step runs without an exception, says where the guarantee stops, and reads links without harm."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lab.one_step.tries import TRIES, Try
from lab.params import OneStepConfig
from lab.ui import link
from lab.ui.symbols import markdown
from tests.pages.folds import unfold


def opened(query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file("../../pages/one_step.py", default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def text(app: AppTest) -> str:
    return "\n".join(element.value for element in app.markdown)


EXTREMES = [
    {},
    {"kappa": "1"},
    {"kappa": "1000000"},
    {"rho": "0"},
    {"rho": "0", "lambd": "1", "second": "other"},
    {"rho": "1.2", "kappa": "1"},
    {"rho": "100"},
    {"function": "ripples", "x1": "3", "x2": "3", "f_star": "value", "bound": "-5", "gamma_b": "inf"},
    {"x1": "1e-6", "x2": "0", "f_star": "value", "bound": "-5"},  # thrown a million away at the first step
    {"rho": "100", "lambd": "1", "function": "log_sum_exp"},
    {"x1": "0", "x2": "0", "second": "sgd"},
    {"function": "ripples", "variables": "1", "x1": "0"},
    {"f_star": "value", "bound": "-5", "kappa": "1000000", "steps": "90"},
    {"f_star": "value", "bound": "5"},
    {"gamma_b": "0"},
    {"gamma_b": "1e-300"},
    {"steps": "1", "speed": "16"},
]


@pytest.mark.parametrize("query", EXTREMES, ids=str)
def test_extremes(query: dict[str, str]) -> None:
    app = opened({"v": "1", **query} if query else None)
    assert not app.exception
    assert not app.warning


@pytest.mark.parametrize("trial", TRIES, ids=lambda trial: trial.name)
def test_each_trial_sets_its_values_and_says_what_to_see(trial: Try) -> None:
    app = opened({"v": "1", "kappa": "77", "second": "sgd"})
    button = next(button for button in app.button if button.label == markdown(trial.name))
    app = button.click().run()
    assert not app.exception
    assert trial.see in text(app)


@pytest.mark.parametrize("changed", [{"speed": "4"}, {"steps": "3"}])
def test_the_words_of_a_button_stay_while_it_is_played_otherwise(changed: dict[str, str]) -> None:
    low = next(trial for trial in TRIES if "too low" in trial.name)
    app = opened({"v": "1", "f_star": "0", **changed})
    assert f"**$\\ell^*$ too low.** {low.see}" in text(app)
    assert low.see not in text(opened({"v": "1", "f_star": "0", "rho": "0.3"}))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({}, "lies above the truth**, whatever"),
        ({}, "the safeguard never acts"),
        ({"lambd": "1"}, "they are for $\\lambda = 0$"),
        ({"rho": "1.2"}, "they ask for $\\rho < 1/L$"),
        ({"function": "ripples"}, "$f$ is not convex"),
        ({"f_star": "0"}, "is below $f^*$ by 0.25"),
        ({"f_star": "value", "bound": "1"}, "no lower bound"),
    ],
)
def test_the_page_says_where_the_theory_stops(query: dict[str, str], sentence: str) -> None:
    assert sentence in text(opened({"v": "1", **query}))


def test_the_first_picture_is_the_first_button_s_and_its_link_says_so() -> None:
    app = opened()
    assert TRIES[0].see in text(app)
    assert link.decode(OneStepConfig, dict(app.query_params)) == (TRIES[0].config, [])


def test_controls_that_do_nothing_are_not_shown() -> None:
    app = opened({"v": "1"})
    keys = {slider.key for slider in [*app.slider, *app.select_slider]}
    assert {"one_step.x2", "one_step.kappa"} <= keys
    app = opened({"v": "1", "variables": "1"})
    keys = {slider.key for slider in [*app.slider, *app.select_slider]}
    assert "one_step.x1" in keys
    assert not {"one_step.x2", "one_step.kappa", "one_step.bound"} & keys


def test_a_hostile_link_is_named_and_replaced() -> None:
    app = opened({"v": "1", "x1": "1e9", "function": "<script>", "rho": "nan", "evil": "1", "kappa": "50"})
    assert not app.exception
    said = app.warning[0].value.replace("\\", "")
    for part in (
        "x1 = '1e9' is not allowed: a number from -3 to 3",
        "function = '<script>'",
        "rho = 'nan'",
        "'evil'",
    ):
        assert part in said
    assert app.select_slider(key="one_step.kappa").value == 50
    assert app.slider(key="one_step.x1").value == 1.2


def test_reset_and_exact_entry() -> None:
    app = unfold(opened({"v": "1", "x1": "-1"}), "one_step.:exact")
    app.text_input(key="one_step.:entry").input("x1 = 0.123, x2=-2, rho=0.07").run()
    assert app.slider(key="one_step.x1").value == 0.123
    assert app.select_slider(key="one_step.rho").value == 0.07
    app.button(key="one_step.:reset").click().run()
    assert app.slider(key="one_step.x1").value == TRIES[0].config.x1
    assert not app.exception
