"""Limits from the environment, and what is said about waiting."""

from __future__ import annotations

import pytest

from runs.limits import Limits, minutes_in_words, niceness
from runs.wait_times import expected_waits, wait_in_words
from runs.worker.limit_check import LimitCheck, resident_mb


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits.read() == Limits()
    monkeypatch.setenv("SAM_SPS_MAX_MINUTES", "2.5")
    monkeypatch.setenv("SAM_SPS_MAX_RUNS_PER_VISITOR", "7")
    assert Limits.read() == Limits(minutes=2.5, per_visitor=7)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "many"])
def test_a_bad_limit_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SAM_SPS_MAX_MINUTES", text)
    with pytest.raises(ValueError, match=rf"SAM_SPS_MAX_MINUTES must be .* \(0, inf\), got '{text}'"):
        Limits.read()


@pytest.mark.parametrize("text", ["-1", "20", "1.5", "low"])
def test_a_bad_niceness_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SAM_SPS_NICE", text)
    with pytest.raises(ValueError, match=rf"SAM_SPS_NICE must be a whole number in \[0, 19\], got '{text}'"):
        niceness()


def test_durations_in_words() -> None:
    assert [minutes_in_words(minutes) for minutes in (30.0, 1.0, 0.5)] == [
        "30 minutes",
        "1 minute",
        "30 seconds",
    ]
    assert [wait_in_words(seconds) for seconds in (0.0, 42.4, 100.0)] == [
        "about 1 s",
        "about 42 s",
        "about 2 min",
    ]


@pytest.mark.parametrize(
    ("remaining", "free", "lasts", "expected"),
    [
        ([30.0, 10.0], 0, 20.0, [10.0, 30.0, 30.0]),  # hand-computed: 10; then 10 + 20 = 30 and 30
        ([None, 10.0], 0, 20.0, [10.0, 30.0, 50.0]),
        ([None], 0, None, [None, None, None]),
        ([10.0], 0, None, [10.0, None, None]),
        ([], 1, 5.0, [0.0, 5.0, 10.0]),
    ],
)
def test_expected_waits(
    remaining: list[float | None], free: int, lasts: float | None, expected: list[float | None]
) -> None:
    assert expected_waits(remaining, free, lasts, 3) == expected


def test_the_check_names_the_limit() -> None:
    assert LimitCheck(1.0, 1e6, 60.0, lambda: True).reached() == ""
    reached = LimitCheck(1.0, 1e6, 0.0, lambda: True).reached()
    assert reached == "Ended at the time limit of 1 minute", "of which nothing was left"
    assert LimitCheck(1.0, 1.0, 60.0, lambda: False).reached() == "", "another run is the newest"
    check = LimitCheck(1.0, 1.0, 60.0, lambda: True)
    assert check.reached() == "Ended at the memory limit of 1 MB for a worker"
    assert check.out_of_memory
    assert resident_mb() > 10
