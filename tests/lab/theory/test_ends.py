"""The page computes, draws and speaks at both ends of every row of its table, for every guarantee."""

from __future__ import annotations

import warnings

import plotly.graph_objects as go
import pytest

from lab.params import TheoryConfig
from lab.params.guarantees import GUARANTEES
from lab.theory import figures, words
from lab.theory.compute import compute
from tests.lab.params.ends import at_both_ends

CHEAP = TheoryConfig(problems=2, trials=3, iterations=12)
CASES = {
    f"{guarantee} {name}": config
    for guarantee in GUARANTEES
    for name, config in at_both_ends(
        TheoryConfig.from_values(CHEAP.values() | {"guarantee": guarantee})
    ).items()
    if not name.startswith("guarantee=")
}


@pytest.mark.parametrize("config", CASES.values(), ids=CASES)
def test_the_page_stands_at_both_ends_of_every_row(config: TheoryConfig) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compute(config)
        drawn = [
            figures.measured_and_bound(found),
            figures.ratio(found),
            figures.tightness(found),
            figures.fired(found),
            figures.smallest(found),
        ]
        said = [words.verdict(found), words.details(found), words.meaning(found), *words.counted(found)]
        said += [text for one in words.around(found) for text in (one.notice, one.answer)]
    for figure in drawn:
        go.Figure(figure.to_dict())  # this validates what `plain_figure` does not
    assert all(said)
    assert "nan" not in " ".join(said).replace("nance", "")
    assert found.has_bound == (found.applies and config.guarantee != "T3.4")
    assert found.applies == (not found.reasons)
    assert found.summary.above == 0, "a guarantee that applies holds"
