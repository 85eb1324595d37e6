"""Progress: nothing for what ends soon, then a bar with the time left, and nothing stays behind."""

from __future__ import annotations

import pytest

from lab.ui import progress


class Clock:
    """Time that passes when told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


class Slot:
    """What stands in the place on the page, in order; None when it is empty."""

    def __init__(self) -> None:
        self.shown: list[tuple[float, str] | None] = []

    def progress(self, share: float, text: str) -> None:
        self.shown.append((share, text))

    def empty(self) -> None:
        self.shown.append(None)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    return clock


@pytest.fixture
def slot(monkeypatch: pytest.MonkeyPatch) -> Slot:
    slot = Slot()
    monkeypatch.setattr(progress.st, "empty", lambda: slot)
    return slot


def test_what_ends_soon_shows_no_bar(clock: Clock, slot: Slot) -> None:
    with progress.progress_bar("Measuring") as tell:
        clock.now += progress.PATIENCE / 2
        tell(0.5)
        clock.now += progress.PATIENCE / 4
        tell(1.0)
    assert slot.shown == [None]


def test_the_time_left_is_that_of_the_share_not_done(clock: Clock, slot: Slot) -> None:
    with progress.progress_bar("Measuring") as tell:
        clock.now += 2.0
        tell(0.25)
        clock.now += 2.0
        tell(0.9)
        tell(1.0)
    assert slot.shown == [(0.25, "Measuring: 6 s left"), (0.9, "Measuring …"), None]


def test_what_is_known_to_be_long_shows_the_bar_from_the_start(clock: Clock, slot: Slot) -> None:
    with progress.progress_bar("Running", at_once=True) as tell:
        assert slot.shown == [(0.0, "Running …")]
        tell(0.0)  # nothing done: nothing can be said of the time left
    assert slot.shown == [(0.0, "Running …"), None]


def test_the_bar_goes_when_the_computation_fails(clock: Clock, slot: Slot) -> None:
    with pytest.raises(ZeroDivisionError), progress.progress_bar("Running", at_once=True):
        raise ZeroDivisionError
    assert slot.shown[-1] is None
