"""What a link of the Theory page shows."""

from __future__ import annotations

from collections.abc import Callable

from lab.export.taken import Taken
from lab.params import TheoryConfig
from lab.theory.compute import compute
from lab.theory.figures import LIVE
from lab.theory.words import around


def taken(config: TheoryConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """The figures of the live check."""
    result = compute(config, progress)
    shown = around(result)
    figures = {name: figure(result) for name, figure in LIVE.items() if name in shown}
    return Taken(f"theory_{config.guarantee}_seed{config.seed}", figures)
