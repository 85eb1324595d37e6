"""Every page runs without an exception: with its defaults, at the extremes, and with bad links."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import runs
from tests.pages.folds import unfold

PAGES = ["ridge", "theory", "cnn"]


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left() -> Iterator[None]:
    yield
    runs.shutdown()


def opened(page: str, query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file(f"../../pages/{page}.py", default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    """The notice as a reader sees it."""
    return app.warning[0].value.replace("\\", "")


@pytest.mark.parametrize("page", PAGES)
def test_defaults(page: str) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.warning
    assert app.title[0].value


def test_the_entry_opens_home_and_lists_every_page() -> None:
    app = AppTest.from_file("../../app.py", default_timeout=60).run()
    assert not app.exception
    assert app.title[0].value == "How far should a sharpness-aware step go?"


def test_home_starts_the_race_with_one_press(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    app = AppTest.from_file("../../app.py", default_timeout=60).run()
    app.button[0].click()
    monkeypatch.setattr("streamlit.switch_page", started.append)
    app.run()
    assert started == ["pages/cnn.py"]
    assert app.session_state["race asked"]


def test_home_explains_every_letter_of_its_formula() -> None:
    app = AppTest.from_file("../../app.py", default_timeout=60).run()
    said = "\n".join(one.value for one in app.markdown)
    for symbol in (
        r"x,\ x^t",
        r"e,\ e^t",
        r"f,\ f_S",
        r"\langle a, b\rangle",
        "[a]_+",
        r"\ell^*_S,\ \ell^*",
        r"\gamma_b",
    ):
        assert f"- ${symbol}$: " in said


@pytest.mark.parametrize("page", PAGES)
def test_bad_links_are_named_and_replaced(page: str) -> None:
    app = opened(page, {"v": "1", "seed": "x" * 1000, "rho_": "1"})
    assert not app.exception
    assert "seed = " in said(app)
    assert "a whole number from 0 to 999999; 0 is used." in said(app)
    assert app.number_input(key=f"{page}.seed").value == 0


@pytest.mark.parametrize("page", PAGES)
def test_reset_and_exact_entry(page: str) -> None:
    app = unfold(opened(page, {"v": "1", "seed": "5"}), f"{page}.:exact")
    assert app.number_input(key=f"{page}.seed").value == 5
    app.text_input(key=f"{page}.:entry").input("seed = 77").run()
    assert app.number_input(key=f"{page}.seed").value == 77
    app.button(key=f"{page}.:reset").click().run()
    assert app.number_input(key=f"{page}.seed").value == 0
    assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_a_faulty_entry_is_answered_at_the_field_and_sets_nothing(page: str) -> None:
    app = unfold(opened(page), f"{page}.:exact")
    field = f"{page}.:entry"
    app.text_input(key=field).input("seed = 77, seed 8").run()
    assert app.number_input(key=f"{page}.seed").value == 0
    assert len(app.warning) == 1
    assert "write seed = 8, with an equals sign.  \nNothing was set." in said(app)
    expander = next(one for one in app.expander if one.label == "Exact values")
    assert [one.value for one in expander.warning] == [app.warning[0].value], "beside the field"
    assert app.text_input(key=field).value == "seed = 77, seed 8", "so that it can be mended"
    app.text_input(key=field).input("seed = 77").run()
    assert app.number_input(key=f"{page}.seed").value == 77
    assert not app.warning
    app.text_input(key=field).input("seed").run()
    app.button(key=f"{page}.:reset").click().run()
    assert not app.warning
    assert app.text_input(key=field).value == ""
