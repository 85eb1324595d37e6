"""Every page runs without an exception: with its defaults, at the extremes, and with bad links."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lab import runs

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


EXTREMES = [
    {"n": "2", "d": "2", "kappa": "1"},
    {"n": "500", "d": "500", "kappa": "1000000", "iterations": "10"},
    {"d": "500", "n": "2", "kappa_of": "A"},
    {"rho": "0"},
    {"rho": "100", "lambd": "0"},
    {"rho": "100", "lambd": "1", "gamma_b": "1000", "interpolated": "0"},
    {"m": "100"},
    {"m": "1", "interpolated": "0", "f_star": "0", "gamma_b": "inf"},
    {"lambd": "0.5", "gamma_b": "0.001"},
    {"iterations": "10"},
]


@pytest.mark.parametrize("query", EXTREMES, ids=str)
def test_ridge_at_the_extremes(query: dict[str, str]) -> None:
    app = opened("ridge", {"v": "1", **query})
    assert not app.exception
    assert not app.warning


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"m": "300"}, "m = 300 is more than the n = 100 rows there are"),
        ({"n": "50", "d": "60"}, "With d = 60 > n = 50 the Hessian is singular"),
    ],
)
def test_ridge_values_that_do_not_fit_are_named(query: dict[str, str], expected: str) -> None:
    app = opened("ridge", {"v": "1", **query})
    assert not app.exception
    assert expected in said(app)


def test_ridge_says_why_no_bound_is_drawn() -> None:
    applies = opened("ridge")
    assert not applies.info
    for query, reason in (
        ({"lambd": "1"}, "lambda = 1"),
        ({"rho": "100"}, "rho must be below 1/L"),
        ({"gamma_b": "1"}, "gamma_b = 1"),
        ({"m": "10"}, "mini-batch"),
    ):
        info = opened("ridge", {"v": "1", **query}).info
        assert "does not apply here" in info[0].value
        assert reason in info[0].value


@pytest.mark.parametrize("page", PAGES)
def test_bad_links_are_named_and_replaced(page: str) -> None:
    app = opened(page, {"v": "1", "seed": "x" * 1000, "rho_": "1"})
    assert not app.exception
    assert "seed = " in said(app)
    assert app.number_input(key=f"{page}.seed").value == 0


@pytest.mark.parametrize("page", PAGES)
def test_reset_and_exact_entry(page: str) -> None:
    app = opened(page, {"v": "1", "seed": "5"})
    assert app.number_input(key=f"{page}.seed").value == 5
    app.text_input(key=f"{page}.:entry").input("seed = 77").run()
    assert app.number_input(key=f"{page}.seed").value == 77
    app.button(key=f"{page}.:reset").click().run()
    assert app.number_input(key=f"{page}.seed").value == 0
    assert not app.exception
