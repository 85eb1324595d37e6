"""What can be written on a run: bounded plain text."""

from __future__ import annotations

import pytest

from runs.label import MAX_NAME, MAX_NOTE, MAX_TAG, MAX_TAGS, Label, tags_of


def test_text_loses_what_is_no_text() -> None:
    found = Label("  a\x00b\u202e c \n d ", " one\ntwo\x1b[0m ", tags_of(" x , y,x, ,\u200bz"))
    assert (found.name, found.note, found.tags) == ("ab c d", "one\ntwo[0m", ("x", "y", "z"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "n" * (MAX_NAME + 1)}, "A name has at most 80 characters, this one 81."),
        ({"note": "n" * (MAX_NOTE + 1)}, "A note has at most 2,000 characters, this one 2,001."),
        ({"tags": tuple(map(str, range(MAX_TAGS + 1)))}, "There are at most 8 tags, not 9."),
        ({"tags": ("t" * (MAX_TAG + 1),)}, "at most 24 characters and no comma, one here has 25."),
        ({"tags": ("a,b",)}, "no comma"),
    ],
)
def test_what_is_too_long_is_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Label(**values)  # type: ignore[arg-type]


def test_the_bounds_themselves_are_allowed() -> None:
    Label("n" * MAX_NAME, "n" * MAX_NOTE, tuple("t" * (MAX_TAG - 1) + str(k) for k in range(MAX_TAGS)))
