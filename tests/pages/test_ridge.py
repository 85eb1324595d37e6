"""The Ridge lab's script: no exception at the extremes, what cannot be done is said, presets are values."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lab.export.files import OFFERS
from lab.export.numbers import FORMATS, as_json
from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.compute import compute
from lab.ridge.numbers import numbers
from lab.ridge.presets import PUBLISHED, TEACHING, Preset
from lab.ui.link import decode
from lab.ui.symbols import markdown
from tests.pages.folds import unfold


def opened(**query: str) -> AppTest:
    app = AppTest.from_file("../../pages/ridge.py", default_timeout=120)
    for key, value in {"v": "1", **query}.items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    return app.warning[0].value.replace("\\", "")


def table(app: AppTest) -> str:
    """The summary's HTML."""
    return next(html.proto.body for html in app.get("html") if "lab-table" in html.proto.body)


def link(app: AppTest, key: str) -> str:
    """A value in the address bar."""
    value = app.query_params[key]
    return value if isinstance(value, str) else value[0]


def captions(app: AppTest) -> str:
    return " ".join(caption.value for caption in app.caption)


EXTREMES = [
    {"n": "2", "d": "2", "kappa": "1"},
    {"d": "2", "kappa": "1"},
    {"d": "2", "kappa": "1000000"},
    {"n": "500", "d": "500", "kappa": "1000000", "iterations": "10"},
    {"d": "500", "n": "2", "kappa_of": "A"},
    {"d": "500", "n": "2", "reg": "0.1"},
    {"design": "gaussian", "interpolated": "0", "noise": "0"},
    {"rho": "0", "sam_ps_rho": "0", "usam_rho": "0"},
    {"rho": "1.5", "usam_rho": "1.5", "m": "100", "trials": "1"},
    {"sgd_gamma": "100", "gamma_b": "1", "m": "10", "trials": "2", "interpolated": "0"},
    {"rho": "100", "unit": "1"},
    {"rho": "100", "unit": "L", "usam_rho": "100"},
    {"sgd_gamma": "100", "usam_gamma": "1000"},
    {"gamma_b": "0.001", "f_star": "0", "interpolated": "0"},
    {"gamma_b": "0"},
    {"gamma_b": "0", "f_star": "0", "m": "10"},
    {"m": "100"},
    {"m": "100", "replacement": "0", "trials": "1"},
    {"m": "1", "interpolated": "0", "f_star": "0", "gamma_b": "inf", "trials": "3"},
    {"m": "5", "f_star": "batch", "interpolated": "0", "iterations": "50"},
    {"m": "5", "trials": "50", "iterations": "20", "center": "median", "sgd_gamma": "100"},
    {"iterations": "10"},
    {"x": "evals", "log_x": "1"},
    {"x": "s", "log_x": "1", "held": "average"},
    {"problem": "logistic", "reg": "0.01"},
    {"problem": "logistic", "reg": "0.1", "m": "600", "f_star": "0"},
    {"methods": "usam_ps", "rho_shape": "inverse_sqrt"},
    {"map": "1", "map_size": "4", "map_T": "100"},
    {"map": "1", "design": "gaussian"},
]


@pytest.mark.parametrize("query", EXTREMES, ids=str)
def test_extremes(query: dict[str, str]) -> None:
    app = opened(**query)
    assert not app.exception
    assert "lab-table" in table(app)


@pytest.mark.parametrize("m", ["0", "10"])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_alone_with_its_own_parameters(method: str, m: str) -> None:
    app = opened(methods=method, m=m, iterations="50")
    assert not app.exception
    assert not app.warning
    drawn = {element.key for kind in (app.slider, app.select_slider, app.selectbox) for element in kind}
    own = {f"ridge.{key}" for key in METHODS[method].rows}
    others = {f"ridge.{row}" for key, other in METHODS.items() if key != method for row in other.rows}
    assert own <= drawn
    assert not others & drawn


def test_no_method() -> None:
    app = opened(methods=".")
    assert not app.exception
    assert "No method is chosen" in app.info[0].value


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"m": "300"}, "m = 300 is more than the n = 100 rows there are"),
        ({"n": "50", "d": "60"}, "With d = 60 > n = 50 the Hessian is singular"),
        ({"trials": "7"}, "The full batch has no randomness"),
        ({"problem": "logistic"}, "Logistic regression needs a regularisation above 0"),
        ({"d": "120", "kappa_of": "A", "m": "10"}, "Unified is left out: on mini-batches"),
        ({"methods": "usam_ps.evil"}, "methods = 'usam_ps.evil' is not allowed"),
        ({"methods": "<script>"}, "methods = '<script>' is not allowed"),
        ({"figure": "../../etc"}, "figure = '../../etc' is not allowed"),
        ({"x": "__import__('os')"}, "x = "),
        ({"trials": "51"}, "trials = '51' is not allowed: a whole number from 1 to 50"),
    ],
)
def test_what_does_not_fit_is_named(query: dict[str, str], expected: str) -> None:
    app = opened(**query)
    assert not app.exception
    assert expected in said(app)


def test_divergence_says_when() -> None:
    app = opened(methods="sgd", sgd_gamma="100", iterations="1000")
    assert "at " in table(app)
    assert "or left the floating-point numbers" in captions(app)


def test_every_bound_that_does_not_apply_says_why() -> None:
    app = opened(methods="usam_ps.sam_ps.sgd")
    app.session_state["ridge.:why"] = True  # unfolded
    text = " ".join(markdown.value for markdown in app.run().markdown)
    assert "**USAM-PS**: T3.1, T3.2, least squares apply." in text
    assert "**SAM-PS**: none applies." in text
    assert "here λ = 1" in text
    assert "**Gradient descent**: rate applies." in text
    assert "The step size is not the Polyak rule." in text


@pytest.mark.parametrize("preset", [*TEACHING, *PUBLISHED], ids=lambda preset: preset.name)
def test_a_preset_sets_its_values_and_its_link_gives_the_same_screen(preset: Preset) -> None:
    app = opened(seed="9")
    row = next(row for row in app.pills if preset.name in row.options)
    assert row.value is None
    row.select(preset.name).run()
    assert not app.exception
    assert not app.warning
    values = app.session_state["ridge:values"]
    assert values == preset.config.values()
    if preset.look:
        assert any(markdown(f"**{preset.name}.** {preset.look}") == one.value for one in app.markdown)
    assert next(row for row in app.pills if preset.name in row.options).value == preset.name
    again = opened(**{key: link(app, key) for key in app.query_params})
    assert again.session_state["ridge:values"] == values
    assert table(again) == table(app)


def test_a_published_figure_has_both_editions() -> None:
    released = opened(figure="usam_theory_stoch")
    described = opened(figure="usam_theory_stoch", edition="described")
    assert "independent standard normal entries" in " ".join(one.value for one in released.markdown)
    assert "RandomState(3107)" in " ".join(markdown.value for markdown in released.markdown)
    assert "mean of 5 trials" in captions(released)
    assert table(released) != table(described)


def test_a_published_figure_says_what_rounding_spoils() -> None:
    app = opened(figure="ada_comparison_det")
    assert "amplifies rounding" in captions(app)
    assert "double precision cannot tell" in captions(opened(figure="usam_theory_det"))


def test_the_map_is_computed_on_request_and_says_when_it_is_stale() -> None:
    app = unfold(opened(map_size="4", map_T="200"), "ridge.:map_group")
    assert not app.session_state["ridge:values"]["map"]
    app.button(key="ridge.:map").click().run()
    assert "until the relative gap is at most" in captions(app)
    app.slider(key="ridge.d").set_value(40).run()
    assert "The values have changed since the map was computed" in captions(app)
    app.button(key="ridge.:map").click().run()
    assert "until the relative gap is at most" in captions(app)


def test_a_second_link_in_the_same_session_gives_its_own_map() -> None:
    app = opened(map="1", map_size="4", map_T="200")
    assert "until the relative gap is at most" in captions(app)
    app.session_state["screen"] = "home"  # another page, and back by a link
    app.query_params.clear()
    app.query_params.update({"v": "1", "map": "1", "map_size": "4", "map_T": "200", "d": "40"})
    app.run()
    assert app.slider(key="ridge.d").value == 40
    assert "The values have changed" not in captions(app)
    assert "until the relative gap is at most" in captions(app)


def test_the_swatches_of_the_table_have_a_colour_for_each_mode() -> None:
    assert 'style="--method: light-dark(#0b62a8, #6db3f2)">USAM-PS' in table(opened())


def test_a_control_that_was_hidden_comes_back_with_its_value() -> None:
    app = opened(m="10")
    app.slider(key="ridge.trials").set_value(4).run()
    app.slider(key="ridge.m").set_value(0).run()
    assert not any(slider.key == "ridge.trials" for slider in app.slider)
    app.slider(key="ridge.m").set_value(5).run()
    assert app.slider(key="ridge.trials").value == 4


def taking(**query: str) -> AppTest:
    """The page with the place unfolded where it is taken along."""
    app = opened(**query)
    app.session_state["ridge.:take"] = True
    return app.run()


def test_what_was_taken_opens_the_same_screen_and_link() -> None:
    app = opened(kappa="50", methods="usam_ps.sgd", rho="0.4", more="grad")
    config, _ = decode(RidgeConfig, {key: link(app, key) for key in app.query_params})
    other = taking(kappa="2", d="2")
    other.file_uploader[0].upload(
        "taken.json", as_json(numbers(compute(config), config)), "application/json"
    ).run()
    assert not other.exception
    assert other.query_params == app.query_params
    assert [warning.value for warning in other.warning] == [warning.value for warning in app.warning]


def test_another_file_is_refused_and_changes_nothing() -> None:
    app = taking(kappa="50")
    before = dict(app.query_params)
    file = b'{"about": {"link": "cnn?v=1", "configuration": {"kappa": 2}}}'
    app.file_uploader[0].upload("taken.json", file, "application/json").run()
    assert not app.exception
    assert "The file is from the page 'cnn'" in said(app)
    assert app.query_params == before


def test_code_link_and_citation_can_be_copied() -> None:
    script, here, bibtex = (one.value for one in taking(kappa="50").code)
    assert "kappa=50.0" in script
    assert "kappa=50&" in here
    assert "2606.01827" in bibtex


def test_what_is_on_offer_is_that_of_the_screen_at_the_same_addresses() -> None:
    app = taking(methods="usam_ps.sgd", iterations="50")
    offers = app.session_state[OFFERS]
    for seed in (0, 7):
        app.number_input(key="ridge.seed").set_value(seed).run()
        assert not app.exception
        assert app.session_state[OFFERS] is offers
        config, _ = decode(RidgeConfig, {key: link(app, key) for key in app.query_params})
        for ending, form in FORMATS.items():
            file = offers.get(f"ridge-numbers.{ending}")
            assert file.name == f"ridge_usam_ps-sgd_n100_d100_T50_seed{seed}.{ending}"
            assert file.make() == form.write(numbers(compute(config), config))
        assert f"seed={seed}" in offers.get("ridge-code.py").make()
