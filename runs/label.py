"""What a visitor writes on a run or a sweep: a name, a note, tags, a pin. Bounded, and plain text only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MAX_NAME, MAX_NOTE, MAX_TAG, MAX_TAGS = 80, 2000, 24, 8


@dataclass(frozen=True)
class Label:
    """What is written on an item.

    Parameters
    ----------
    name : str
        At most 80 characters, one line.
    note : str
        At most 2,000 characters.
    tags : tuple of str
        At most 8, each of 1 to 24 characters without a comma; a tag that comes twice counts once.
    pinned : bool
    deleted : float or None
        When it was deleted, in seconds since 1970; None for what is not.

    Raises
    ------
    ValueError
        Naming what is too long, and the bound.
    """

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    pinned: bool = False
    deleted: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(plain(self.name).split()))
        object.__setattr__(self, "note", plain(self.note).strip())
        tags = (" ".join(plain(tag).split()) for tag in self.tags)
        object.__setattr__(self, "tags", tuple(dict.fromkeys(tag for tag in tags if tag)))
        for what, text, most in (("name", self.name, MAX_NAME), ("note", self.note, MAX_NOTE)):
            if len(text) > most:
                raise ValueError(f"A {what} has at most {most:,} characters, this one {len(text):,}.")
        if len(self.tags) > MAX_TAGS:
            raise ValueError(f"There are at most {MAX_TAGS} tags, not {len(self.tags)}.")
        if long := [tag for tag in self.tags if len(tag) > MAX_TAG or "," in tag]:
            raise ValueError(
                f"A tag has at most {MAX_TAG} characters and no comma, one here has {len(long[0])}."
            )


def tags_of(text: str) -> tuple[str, ...]:
    """Tags as they are typed, with commas between them."""
    return tuple(text.split(","))


def plain(text: str) -> str:
    """Text without control characters and without those that turn the direction of writing; lines stay."""
    kept = (one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs"))
    return "".join(kept)
