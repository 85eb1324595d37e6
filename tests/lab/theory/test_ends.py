"""The page computes, draws and speaks at both ends of every row of its table, for every guarantee.

Several rows at their ends together are tried too.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.theory import figures, words
from lab.theory.compute import compute
from tests.lab.params.ends import at_both_ends

CHEAP = TheoryConfig(problems=2, trials=3, iterations=12)
TOGETHER = (
    {"kappa": 1.0, "rho_L": 0.0},
    {"m": 20, "rho_L": 0.999},
    {"rho_L": 10.0, "lambd": 1.0, "kappa": 1e6},
    {"problems": 1, "m": 20, "trials": 2},
    {"m": 1, "gamma_b_L": math.inf, "gamma_L": 10.0, "iterations": 2000},
    {"family": "convex", "labels": "noisy", "iterations": 10},
)


def cases() -> Iterator[tuple[str, TheoryConfig]]:
    """Each end of each row, and several together, for each guarantee."""
    for guarantee in GUARANTEES:
        base = replace(CHEAP, guarantee=guarantee)
        for name, config in at_both_ends(base).items():
            if not name.startswith("guarantee="):
                yield f"{guarantee} {name}", config
        for changes in TOGETHER:
            yield f"{guarantee} {changes}", TheoryConfig.from_values(base.values() | changes)


@pytest.mark.parametrize("config", [pytest.param(config, id=name) for name, config in cases()])
def test_the_page_stands_at_both_ends_of_every_row(config: TheoryConfig) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compute(config)
        drawn = [
            *(figures.LIVE[name](found) for name in words.around(found)),
            figures.fired(found),
            figures.smallest(found),
        ]
        said = [words.verdict(found), words.details(found), words.meaning(found), *words.counted(found)]
        said += [text for one in words.around(found).values() for text in (one.notice, one.answer)]
    for figure in drawn:
        go.Figure(figure.to_dict())  # this validates what `plain_figure` does not
    assert all(said)
    assert "nan" not in " ".join(said).replace("nance", "")
    assert found.has_bound == (found.applies and config.guarantee != "T3.4")
    assert found.applies == (not found.reasons)
    assert found.summary.above == 0, "a guarantee that applies holds"
