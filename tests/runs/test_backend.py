"""Commands that make no sense are refused where they are made."""

from __future__ import annotations

import pytest

from runs.backend import Command


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_speeds_out_of_range_are_refused(speed: float) -> None:
    with pytest.raises(ValueError, match=r"steps_per_second must be a finite number in \[0, inf\)"):
        Command("speed", values={"steps_per_second": speed})


def test_unknown_commands_are_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of pause, resume"):
        Command("explode")  # type: ignore[arg-type]
