"""What the Ridge lab computes: from its configuration to its result. Going back costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from lab.params import RidgeConfig
from lab.ridge import methods
from lab.ridge.problem import Recipe, fit, problem_of, recipe_of, simulation_of
from lab.ridge.result import RidgeResult
from lab.ui.cache import Cache
from synthetic import Method, Result, SimulationConfig, simulate, starting_points
from synthetic.result import Track

Progress = Callable[[float], None]

ELSEWHERE = ("map", "map_of", "map_target", "map_T", "map_size", "figure", "edition")  # not of the comparison
LONG = 2e9  # multiplications, about a second

_TRACKS: Cache[Track] = Cache(96)
_RESULTS: Cache[RidgeResult] = Cache(24)


def compute(config: RidgeConfig, progress: Progress | None = None) -> RidgeResult:
    """Run the comparison of a configuration.

    Values that do not fit together are replaced by the nearest that do, and named in the notices. A method
    whose values did not change is not run again; `progress` is called with the share done, 0 to 1.
    """
    asked = neutral(config, ELSEWHERE)
    return _RESULTS.get(asked, lambda: _computed(asked, progress))


def is_quick(config: RidgeConfig) -> bool:
    """Whether the comparison is there already or takes less than about a second."""
    if _RESULTS.has(neutral(config, ELSEWHERE)):
        return True
    config, _ = fit(config)
    problem = problem_of(recipe_of(config))
    rows = config.m or (problem.n if problem.spectrum is None else 1)
    steps = len(config.methods) * config.trials * config.iterations
    return 6.0 * steps * problem.d * rows <= LONG


def neutral(config: RidgeConfig, unused: Collection[str]) -> RidgeConfig:
    """The configuration with the defaults in the place of values that do not matter: a key of a cache."""
    default = RidgeConfig()
    return replace(config, **{name: getattr(default, name) for name in unused})


def track_of(recipe: Recipe, method: Method, simulation: SimulationConfig, progress: Progress) -> Track:
    """One method's run. Alone or beside others it sees the same start and mini-batches."""
    problem = problem_of(recipe)
    return _TRACKS.get(
        (recipe, method, simulation),
        lambda: simulate(problem, [method], simulation, progress=progress)[method.key],
    )


def _computed(config: RidgeConfig, progress: Progress | None) -> RidgeResult:
    config, notices = fit(config)
    recipe = recipe_of(config)
    problem = problem_of(recipe)
    simulation = simulation_of(config, problem)
    chosen, left_out = methods.build(problem, config)
    tracks = {}
    for index, method in enumerate(chosen):
        tracks[method.key] = track_of(recipe, method, simulation, _part(progress, index, len(chosen)))
    measured = Result(problem, simulation, starting_points(problem, simulation), tracks)
    return RidgeResult(config, (*notices, *left_out), measured)


def _part(progress: Progress | None, index: int, count: int) -> Progress:
    """Progress of one method out of several."""
    return lambda share: progress((index + share) / count) if progress else None
