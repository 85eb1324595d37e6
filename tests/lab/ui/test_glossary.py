"""Words and symbols that a newcomer meets are in the glossary."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from lab.ui.glossary import explained


@pytest.fixture(scope="module")
def table() -> str:
    def page() -> None:
        from lab.ui.glossary import glossary

        glossary()

    app = AppTest.from_function(page)
    assert not app.run().markdown, "nothing is sent while the fold is closed"
    app.session_state["glossary"] = True
    return str(app.run().markdown[0].value)


@pytest.mark.parametrize(
    "word",
    [
        "capped",
        "clamped",
        "skipped",
        "safeguard",
        "lane",
        "interpolation",
        "ratio",
        "rate",
        "baseline",
        "relative gap",
        "neighbourhood",
        "momentum",
        "weight decay",
        "epoch",
        "BatchNorm",
    ],
)
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


def test_a_tooltip_explains_the_words_that_its_text_uses() -> None:
    found = explained("$f$ is convex and $L$-smooth.", r"Under Interpolation")
    assert [part.split(":")[0] for part in found.split("\n\n")[:2]] == ["**smooth**", "**interpolation**"]
    assert "![two batches' losses](data:image/svg+xml;base64," in found
    assert "**strongly convex**" in explained(r"$f$ is $\mu$-strongly convex")
    assert explained("Rows drawn with replacement") == ""


def test_controls_and_theorems_explain_what_they_say() -> None:
    ridge = AppTest.from_file("../../../pages/ridge.py", default_timeout=60).run()
    (toggle,) = [one for one in ridge.toggle if one.label == "Interpolated"]
    assert "**interpolation**: one $x^*$ has the smallest loss on every mini-batch" in toggle.help
