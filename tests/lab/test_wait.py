"""A bar appears only for what takes long, and says the time left."""

from __future__ import annotations

import pytest

from lab import wait


class Place:
    """What `st.empty` would be."""

    def __init__(self) -> None:
        self.bars: list[tuple[float, str]] = []

    def progress(self, share: float, text: str) -> None:
        self.bars.append((share, text))


def test_nothing_is_shown_before_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(wait.time, "monotonic", lambda: now[0])
    place = Place()
    waiting = wait.Waiting(place)  # type: ignore[arg-type]
    for now[0], share in ((100.2, 0.1), (102.0, 0.2), (102.05, 0.21), (104.0, 0.5)):
        waiting(share)
    assert place.bars == [(0.2, "about 8 s left"), (0.5, "about 4 s left")]


@pytest.mark.parametrize(("seconds", "text"), [(0.1, "about 1 s left"), (300, "about 5 min left")])
def test_time_in_words(seconds: float, text: str) -> None:
    assert wait.left(seconds) == text
