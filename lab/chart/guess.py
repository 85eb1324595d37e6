"""Python face of the guess: one step on a loss with two valleys, moved, guessed and played in the browser."""

from __future__ import annotations

from collections.abc import Mapping

from lab.chart.component import mount


def guess(*, key: str, alt: str, words: Mapping[str, str]) -> None:
    """Draw the picture, and beside it the question, the slider and what to say.

    Parameters
    ----------
    key : str
    alt : str
        What the picture shows, for those who cannot see it.
    words : mapping of str to str
        "ask": before the guess; "answer": after it; "rest": where it stands still, with ``{away}`` for the
        distance from the bottom.
    """
    mount(key=key, data={"kind": "guess", "alt": alt, "words": dict(words)}, height="content")
