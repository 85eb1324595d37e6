"""The map of iterations to a target: its cells are what the lab measures, its figure marks the others."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import RidgeConfig
from lab.ridge.map import DIVERGED, MapResult, compute_map, is_known
from lab.ridge.map_figure import map_figure
from lab.ridge.map_words import map_words
from lab.ridge.summary import first_below
from tests.lab.ridge.ridge import config, result


def test_the_map_tells_not_reached_from_diverged() -> None:
    asked = {"map_of": "usam", "map_size": 4, "map_T": 100, "map_target": 1e-3, "usam_gamma": 1.5}
    found = compute_map(config(**asked))  # type: ignore[arg-type]
    assert found.iterations.shape == (4, 4)
    assert is_known(config(**asked))  # type: ignore[arg-type]
    assert not is_known(config(**asked | {"seed": 5}))  # type: ignore[arg-type]
    assert is_known(config(**asked | {"x": "evals", "kappa": 7.0})), "the map has its own kappa"  # type: ignore[arg-type]
    assert (found.iterations == DIVERGED).any()
    # A cell is what the lab itself measures.
    line, column = np.argwhere(found.iterations > 0)[0]
    lab = result(
        methods=("usam",), kappa=float(found.kappas[column]), usam_rho=float(found.radii[line]),
        usam_gamma=1.5, iterations=100,
    )  # fmt: skip
    assert first_below(lab.tracks["usam"], 1e-3)[0] == pytest.approx(found.iterations[line, column], rel=0.03)


def test_the_map_tells_its_progress_cell_by_cell() -> None:
    told: list[float] = []
    compute_map(config(map_size=4, map_T=100, seed=99), told.append)
    assert told == [cell / 16 for cell in range(1, 17)]


def test_the_map_marks_what_was_not_reached_and_what_went_up() -> None:
    times = np.array([[5.0, np.nan], [DIVERGED, 100.0]])
    found = MapResult(RidgeConfig(), np.array([0.1, 1.0]), np.array([1.0, 10.0]), times)
    figure = map_figure(found)
    assert [trace.name for trace in figure.data[1:]] == ["not reached", "ended above its start"]
    assert (figure.data[1].x, figure.data[1].y) == ((10.0,), (0.1,))
    assert (figure.data[2].x, figure.data[2].y) == ((1.0,), (1.0,))
    assert figure.data[0].z[1][1] == pytest.approx(2.0)
    assert "Not reached in 2000 iterations: 1 cell; ended above their start: 1." in map_words(found).notice


def test_words_and_axis_are_those_of_the_method_asked() -> None:
    grid = (np.array([0.1]), np.array([1.0]), np.array([[5.0]]))
    usam, sam = (MapResult(config(map_of=key), *grid) for key in ("usam", "sam"))
    assert "Iterations of USAM, constant γ until" in map_words(usam).notice
    assert map_figure(usam).layout.yaxis.title.text == "ρL, that is radius ρ"
    assert map_figure(sam).layout.yaxis.title.text == "radius ρ"
    nowhere = MapResult(config(), *grid[:2], np.array([[np.nan]]))
    assert "reached nowhere" in map_words(nowhere).question
