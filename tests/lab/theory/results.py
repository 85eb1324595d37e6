"""What the Theory page computes for four problems and a hundred iterations, with some values changed."""

from __future__ import annotations

from lab.params import TheoryConfig, Value
from lab.theory.compute import TheoryResult, compute

BASE = TheoryConfig(problems=4, iterations=100)


def config(**changes: Value) -> TheoryConfig:
    """The base with these values changed."""
    return TheoryConfig.from_values(BASE.values() | changes)


def result(**changes: Value) -> TheoryResult:
    """The result of that configuration."""
    return compute(config(**changes))
