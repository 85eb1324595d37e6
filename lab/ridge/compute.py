"""What the Ridge lab computes: from the screen's values to a comparison. Going back costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.params import Value
from lab.ridge import methods
from lab.ridge.problem import Recipe, config_of, fit, problem_of, recipe_of
from lab.ui.cache import Cache
from synthetic import Method, Problem, Result, SimulationConfig, run_figure, simulate, starting_points
from synthetic.result import Track

Progress = Callable[[float], None]

_TRACKS: Cache[Track] = Cache(96)
_FIGURES: Cache[Result] = Cache(8)


@dataclass(frozen=True)
class Comparison:
    """A comparison and what had to be changed to run it."""

    values: Mapping[str, Value]
    problem: Problem
    result: Result
    notices: tuple[str, ...]


def compute(values: Mapping[str, Value], progress: Progress | None = None) -> Comparison:
    """Run the comparison that the screen's values describe.

    Values that do not fit together are replaced by the nearest that do, and named in the notices. A method
    whose values did not change is not run again; `progress` is called with the share done, 0 to 1.
    """
    fitted, notices = fit(values)
    recipe = recipe_of(fitted)
    problem = problem_of(recipe)
    config = config_of(fitted, problem)
    chosen, left_out = methods.build(problem, fitted)
    tracks = {}
    for index, method in enumerate(chosen):
        tell = _part(progress, index, len(chosen))
        tracks[method.key] = track_of(recipe, method, config, tell)
    result = Result(problem, config, starting_points(problem, config), tracks)
    return Comparison(fitted, problem, result, (*notices, *left_out))


def track_of(recipe: Recipe, method: Method, config: SimulationConfig, progress: Progress) -> Track:
    """One method's run. Alone or beside others it sees the same start and mini-batches."""
    problem = problem_of(recipe)
    return _TRACKS.get(
        (recipe, method, config),
        lambda: simulate(problem, [method], config, progress=progress)[method.key],
    )


def published(name: str, edition: str, progress: Progress | None = None) -> Result:
    """A published figure in one of its editions."""
    return _FIGURES.get((name, edition), lambda: run_figure(name, edition, progress))


def published_known(name: str, edition: str) -> bool:
    """Whether a published figure is computed already."""
    return _FIGURES.has((name, edition))


def work(values: Mapping[str, Value]) -> float:
    """A rough count of multiplications: whether to show progress from the start."""
    fitted, _ = fit(values)
    problem = problem_of(recipe_of(fitted))
    config = config_of(fitted, problem)
    count = len(fitted["methods"]) if isinstance(fitted["methods"], tuple) else 0
    rows = config.batch_size or (problem.n if problem.spectrum is None else 1)
    return 6.0 * count * config.trials * config.iterations * problem.d * rows


def _part(progress: Progress | None, index: int, count: int) -> Progress:
    """Progress of one method out of several."""
    return lambda share: progress((index + share) / count) if progress else None
