"""The line of a command that trains: tenths where nobody looks, one line that renews itself on a terminal."""

from __future__ import annotations

import sys

import pytest

from neural import progress_line
from neural.progress_line import ProgressLine


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that it is, to be changed."""
    now = [0.0]
    monkeypatch.setattr(progress_line.time, "monotonic", lambda: now[0])
    return now


def test_tenths_and_the_time_left_at_the_pace_since_the_beginning(
    clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    line = ProgressLine(2_000, "steps", begun=1_000)
    for count in range(1_001, 2_001):
        clock[0] += 0.5
        line.at(count)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "1,200 of 2,000 steps, 6:40 left"  # 800 steps at half a second
    assert said[1:] == ["1,400 of 2,000 steps, 5:00 left", "1,600 of 2,000 steps, 3:20 left",
                        "1,800 of 2,000 steps, 1:40 left", "2,000 of 2,000 steps, 0:00 left"]  # fmt: skip


def test_on_a_terminal_it_takes_its_own_place(
    clock: list[float], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    line = ProgressLine(4, "runs")
    for seconds in (1.0, 1.0, 0.1, 0.1):  # the third comes too soon to be read
        clock[0] += seconds
        line.at(line._known + 1)
    line.clear()
    said = capsys.readouterr().err
    assert said == (
        "\r1 of 4 runs, 0:03 left\x1b[K\r2 of 4 runs, 0:02 left\x1b[K\r4 of 4 runs, 0:00 left\x1b[K\n\r\x1b[K"
    )
