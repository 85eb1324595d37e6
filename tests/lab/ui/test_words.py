"""What is shown of a stranger's text is inert."""

from __future__ import annotations

import pytest

from lab.ui.words import escape


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
