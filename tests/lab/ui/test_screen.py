"""What is shown of a stranger's text is inert."""

from __future__ import annotations

import pytest

from lab.params import PAGES
from lab.ui.screen import Screen, escape, show_number


@pytest.mark.parametrize(
    "text",
    ["![x](http://a.b/c.png)", "<img src=x onerror=alert(1)>", "[a](javascript:b)", "$x$", "`a`", ":red[a]"],
)
def test_markdown_is_escaped(text: str) -> None:
    shown = escape(text)
    for index, character in enumerate(shown):
        if character in "[]()<>$`!:":
            assert shown[index - 1] == "\\"
    assert shown.replace("\\", "") == text


def test_numbers_as_a_control_shows_them() -> None:
    assert [show_number(x) for x in (float("inf"), 0.1, 1000.0, 1e6)] == ["∞", "0.1", "1000", "1e+06"]


@pytest.mark.parametrize(
    ("answer", "meant"),
    [("cuda:1", "cuda:1"), ("CPU", "cpu"), ("CUDA GPU 1: T4", "cuda:1"), ("no such", "mps"), (None, "mps")],
)
def test_a_browser_may_answer_with_an_older_label(
    monkeypatch: pytest.MonkeyPatch, answer: str | None, meant: str
) -> None:
    """A choice's remark can change while its old label is on screen."""
    screen = object.__new__(Screen)
    screen.page, screen.rows, screen.values = "cnn", PAGES["cnn"], {"device": "mps"}
    monkeypatch.setattr("streamlit.session_state", {"cnn.device": answer})
    assert screen.current("device") == meant
