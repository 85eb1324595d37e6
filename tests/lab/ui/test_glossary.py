"""Words and symbols that a newcomer meets are in the glossary."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


@pytest.fixture(scope="module")
def table() -> str:
    def page() -> None:
        from lab.ui.glossary import glossary

        glossary()

    app = AppTest.from_function(page)
    assert not app.run().markdown, "nothing is sent while the fold is closed"
    app.session_state["glossary"] = True
    return str(app.run().markdown[0].value)


@pytest.mark.parametrize("word", ["capped", "clamped", "skipped", "safeguard", "lane", "interpolation"])
def test_words(table: str, word: str) -> None:
    assert f"\n| {word} | " in table


@pytest.mark.parametrize(
    "symbol", [r"x,\ x^t", r"e,\ e^t", r"f,\ f_S", r"\langle a, b\rangle", "[a]_+", r"\gamma_b"]
)
def test_symbols(table: str, symbol: str) -> None:
    assert f"\n| ${symbol}$ | " in table


def test_infinity_is_not_promised_everywhere(table: str) -> None:
    assert "∞, where allowed, for none" in table


def test_both_tables_are_whole(table: str) -> None:
    for part in table.split("\n\n"):
        assert len({line.count(" | ") for line in part.splitlines() if not line.startswith("|---")}) == 1
