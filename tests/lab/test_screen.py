"""What is shown of a stranger's text is inert."""

from __future__ import annotations

import pytest

from lab.screen import escape, show_number


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
