"""The map of iterations to a target: its cells are what the lab measures, its figure marks the others."""

from __future__ import annotations

import numpy as np
import pytest

from lab.params import RidgeConfig
from lab.ridge.map import DIVERGED, MapResult, compute_map, is_known
from lab.ridge.map_figure import map_figure
from lab.ridge.map_words import map_words
from lab.ridge.problem import problem_of, recipe_of
from synthetic import SimulationConfig, starting_points
from tests.lab.ridge.exact import along_eigenvectors, iterations_to
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
    below = lab.tracks["usam"].relative_gap[0] <= 1e-3
    assert np.argmax(below) == found.iterations[line, column], "to the iteration"


def test_the_map_tells_its_progress_cell_by_cell() -> None:
    told: list[float] = []
    compute_map(config(map_size=4, map_T=100, seed=99), told.append)
    assert told == [cell / 16 for cell in range(1, 17)]


def test_the_map_marks_what_was_not_reached_and_what_went_up() -> None:
    times = np.array([[5.0, np.nan], [DIVERGED, 100.0]])
    found = MapResult(RidgeConfig(), np.array([0.1, 1.0]), np.array([1.0, 10.0]), times, times, times)
    figure = map_figure(found)
    assert [trace.name for trace in figure.data[1:]] == ["not reached", "ended above its start"]
    assert (figure.data[1].x, figure.data[1].y) == ((10.0,), (0.1,))
    assert (figure.data[2].x, figure.data[2].y) == ((1.0,), (1.0,))
    assert figure.data[0].z[1][1] == pytest.approx(2.0)
    assert "Not reached in 2000 iterations: 1 cell; ended above their start: 1." in map_words(found).notice


def test_words_and_axis_are_those_of_the_method_asked() -> None:
    grid = (np.array([0.1]), np.array([1.0]), *(np.array([[5.0]]),) * 3)
    usam, sam = (MapResult(config(map_of=key), *grid) for key in ("usam", "sam"))
    assert "Iterations of USAM, constant γ until" in map_words(usam).notice
    assert map_figure(usam).layout.yaxis.title.text == "ρL, that is radius ρ"
    assert map_figure(sam).layout.yaxis.title.text == "radius ρ"
    nowhere = MapResult(config(), *grid[:2], *(np.array([[np.nan]]),) * 3)
    assert "reached nowhere" in map_words(nowhere).question


@pytest.fixture(scope="module")
def rounded() -> MapResult:
    """The map of USAM-PS with the values at the start, six cells a side."""
    return compute_map(config(map_size=6))


def exact(found: MapResult, line: int, column: int) -> float:
    """The count of a cell without rounding."""
    kappa, radius = float(found.kappas[column]), float(found.radii[line])
    problem = problem_of(recipe_of(config(kappa=kappa)))
    x0 = starting_points(problem, SimulationConfig())[0]
    offset, rho = along_eigenvectors(problem, x0), radius / problem.L
    return iterations_to(1e-6, problem.eigenvalues, offset, rho, 2000)


def test_a_cell_tells_how_far_rounding_moves_its_count(rounded: MapResult) -> None:
    there = rounded.iterations > 0
    assert (rounded.low[there] <= rounded.iterations[there]).all()
    assert (rounded.iterations[there] <= rounded.high[there]).all()
    calm = rounded.kappas < 10
    np.testing.assert_array_equal(rounded.low[:, calm], rounded.high[:, calm])
    # κ = 10⁴: here one run took 853 iterations, and exact arithmetic 527.
    worst = (rounded.low[:4, -1], rounded.high[:4, -1])
    assert (worst[1] / worst[0] > 1.25).all(), "the count is not known"


def test_most_cells_hold_the_count_without_rounding(rounded: MapResult) -> None:
    # Of ten runs that are equally good the last lies between the others in 8 of 10 cases.
    cells = [(line, column) for line in range(4) for column in (3, 4)] + [(1, 5)]
    counts = [exact(rounded, *cell) for cell in cells]
    held = [
        rounded.low[cell] <= count <= rounded.high[cell] for cell, count in zip(cells, counts, strict=True)
    ]
    assert sum(held) >= 0.6 * len(cells)
    off = [abs(rounded.iterations[cell] / count - 1) for cell, count in zip(cells, counts, strict=True)]
    assert sum(share > 0.02 for share in off) > len(cells) / 2, "known to 2% they are not"


def test_words_and_hover_tell_the_ranges(rounded: MapResult) -> None:
    there = rounded.iterations > 0
    unsure = there & (rounded.high > 1.1 * rounded.low)
    width = np.where(there, rounded.high / rounded.low, 0.0)
    line, column = np.unravel_index(np.argmax(width), width.shape)
    notice = map_words(rounded).notice
    assert f"In {unsure.sum()} of the {there.sum()} cells with a count" in notice
    assert f"is {int(rounded.low[line, column]):,} to {int(rounded.high[line, column]):,}." in notice
    hover = np.array(map_figure(rounded).data[0].text)
    low, count, high = (int(part[line, column]) for part in (rounded.low, rounded.iterations, rounded.high))
    assert hover[line, column] == f"{count:,} iterations ({low:,} to {high:,})"
    assert hover[0, 0] == f"{int(rounded.iterations[0, 0]):,} iterations"
    assert hover[-1, -1] == "not reached"


def test_a_map_without_ranges_does_not_speak_of_them() -> None:
    found = compute_map(config(map_of="usam", map_size=4, map_T=100))
    assert "rounding" not in map_words(found).notice
    once = MapResult(config(), *(np.ones(1),) * 2, np.full((1, 1), 853.0), *(np.full((1, 1), np.nan),) * 2)
    assert map_figure(once).data[0].text[0][0] == "853 iterations, run once"
    assert "rounding" not in map_words(once).notice
    open_end = MapResult(
        config(), *(np.ones(1),) * 2, np.full((1, 1), 853.0), np.full((1, 1), 527.0), np.full((1, 1), np.inf)
    )
    assert map_figure(open_end).data[0].text[0][0] == "853 iterations (527 to not reached)"
    assert "527 to more than are run" in map_words(open_end).notice
