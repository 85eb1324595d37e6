"""What the Ridge lab computes: from its configuration to its result. Going back costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import cast

from lab.params import RidgeConfig
from lab.pool.refusal import NotComputedError
from lab.pool.work import Tell, Work
from lab.ridge import methods
from lab.ridge.cost import seconds
from lab.ridge.kept import RUNS, RUNS_BYTES
from lab.ridge.problem import Recipe, fit, problem_of, recipe_of, simulation_of
from lab.ridge.result import RidgeResult
from lab.ui.cache import Cache
from neural.own_data import GoneDataError
from synthetic import Method, Result, SimulationConfig, simulate, starting_points, warm_up
from synthetic.result import Track

Progress = Callable[[float], None]
Key = tuple[Recipe, Method, SimulationConfig]

ELSEWHERE = (
    "more",
    "map",
    "map_of",
    "map_target",
    "map_T",
    "map_size",
    "figure",
    "edition",
)  # not of the comparison
LONG_SECONDS = 1.0  # what takes longer is not computed on the move of a slider
MEASURED = 0.95  # share of the work that is the measurement; the rest is what the table says of it

_TRACKS: Cache[Track] = Cache(RUNS, lambda _key, track: track.nbytes, RUNS_BYTES)


def compute(config: RidgeConfig, progress: Tell | None = None, visitor: str = "") -> RidgeResult:
    """Run the comparison of a configuration.

    Values that do not fit together are replaced by the nearest that do, and named in the notices. A method
    whose values did not change is not run again; `progress` is called with the share done, 0 to 1.
    """
    return WORK.get(key_of(config), progress, visitor)


def key_of(config: RidgeConfig) -> RidgeConfig:
    """What the comparison depends on: the key under which it is kept."""
    return neutral(config, ELSEWHERE)


def follows(config: RidgeConfig) -> bool:
    """Whether the comparison is there already or comes soon enough to follow a slider that moves."""
    return WORK.has(key_of(config)) or seconds(config) <= LONG_SECONDS


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
    try:
        problem = problem_of(recipe)
    except GoneDataError as error:
        raise NotComputedError(str(error)) from error
    simulation = simulation_of(config, problem)
    chosen, left_out = methods.build(problem, config)
    tracks = {}
    for index, method in enumerate(chosen):
        tracks[method.key] = track_of(recipe, method, simulation, _part(progress, index, len(chosen)))
    measured = Result(problem, simulation, starting_points(problem, simulation), tracks)
    return RidgeResult(config, (*notices, *left_out), measured)


def _known(config: RidgeConfig) -> list[tuple[Key, Track]]:
    """Methods that need not be run again; which exactly is known where the problem is."""
    config, _ = fit(config)
    recipe, known = recipe_of(config), cast(list[tuple[Key, Track]], _TRACKS.items())
    sampling = (config.iterations, config.trials, config.m or None, config.seed)
    return [(key, track) for key, track in known if key[0] == recipe and _sampling(key[2]) == sampling]


def _sampling(simulation: SimulationConfig) -> tuple[int, int, int | None, int]:
    return simulation.iterations, simulation.trials, simulation.batch_size, simulation.seed


def warmed_up(_progress: Progress) -> None:
    """What a compute process does first: with this module all that a comparison needs is loaded."""
    warm_up()


def _completed(config: RidgeConfig, known: Sequence[tuple[Key, Track]], progress: Progress) -> RidgeResult:
    """The comparison, and all that figures, words and table ask of it."""
    for key, track in known:
        _TRACKS.put(key, track)
    result = _computed(config, lambda share: progress(MEASURED * share))
    for name in ("guarantees", "bound_lines", "sinks", "gamma_picture", "summaries", "spreads"):
        getattr(result, name)
    return result


def _keep(result: RidgeResult) -> None:
    """Keep the methods of a comparison that was computed elsewhere."""
    recipe = recipe_of(result.config)
    for track in result.tracks.values():
        _TRACKS.put((recipe, track.method, result.measured.config), track)


def _part(progress: Progress | None, index: int, count: int) -> Progress:
    """Progress of one method out of several."""
    return lambda share: progress((index + share) / count) if progress else None


WORK = Work(_computed, seconds, 24, away=_completed, given=_known, keep=_keep)
