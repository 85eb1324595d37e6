"""Run several methods on one problem, from the same start and on the same mini-batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synthetic import checks, kernel
from synthetic.methods import Method, sgd
from synthetic.problem import Array, Problem, Rows
from synthetic.result import Result, Track
from synthetic.ridge import RidgeRegression
from synthetic.rules import fresh_memory
from synthetic.sampling import MAX_CHUNK, chunk_lengths, common_batches, published_batches

EARLY = 50  # iterations recorded one by one before the spacing becomes logarithmic
LOG_RECORDS = 200


@dataclass(frozen=True)
class SimulationConfig:
    """How to run a comparison. Hashable.

    Parameters
    ----------
    iterations : number of steps, at least 1.
    batch_size : samples in a mini-batch; None for the true full batch (all samples once, no sampling).
    replacement : whether a mini-batch may hold a sample twice.
    trials : number of independent repetitions, at least 1.
    seed : of the start x⁰ and of the mini-batches, at least 0.
    record : iterations to record: "log" (the first 50, then about 200 log-spaced), "all", or a tuple of
        iterations. 0 and the last one are always recorded.
    draws : "common" (every method sees the same mini-batches) or "published" (one legacy generator
        RandomState(seed), drawn from by one method after the other and in it by one trial after the other,
        with replacement).
    start : "shared" (all trials start at the same x⁰) or "per_trial".

    Raises
    ------
    ValueError
        For a value outside its range.
    """

    iterations: int = 1000
    batch_size: int | None = None
    replacement: bool = True
    trials: int = 1
    seed: int = 0
    record: str | tuple[int, ...] = "log"
    draws: str = "common"
    start: str = "shared"

    def __post_init__(self) -> None:
        checks.whole("iterations", self.iterations, 1)
        checks.whole("trials", self.trials, 1)
        checks.whole("seed", self.seed, 0)
        checks.flag("replacement", self.replacement)
        checks.choice("draws", self.draws, ("common", "published"))
        checks.choice("start", self.start, ("shared", "per_trial"))
        if self.batch_size is not None:
            checks.whole("batch_size", self.batch_size, 1)
        if self.draws == "published" and not self.replacement:
            raise ValueError("replacement must be True with draws='published', got False")
        if isinstance(self.record, tuple):
            for t in self.record:
                checks.whole("record", t, 0, self.iterations)
        else:
            checks.choice("record", self.record, ("log", "all"))

    def record_at(self) -> Rows:
        """The iterations recorded, ascending, with 0 and the last one."""
        T = self.iterations
        if isinstance(self.record, tuple):
            chosen = np.array(self.record, dtype=np.int64)
        elif self.record == "all" or T <= EARLY:
            chosen = np.arange(T + 1)
        else:
            chosen = np.concatenate([np.arange(EARLY), np.rint(np.geomspace(EARLY, T, LOG_RECORDS))])
        return np.unique(np.append(chosen, [0, T]).astype(np.int64))


def every(step: int, iterations: int) -> tuple[int, ...]:
    """Iterations 0, step, 2 step, …, for `SimulationConfig.record`."""
    return tuple(range(0, iterations + 1, step))


def starting_points(problem: Problem, config: SimulationConfig) -> Array:
    """Standard normal x⁰ for each trial, (trials, d)."""
    draws = config.trials if config.start == "per_trial" else 1
    points = np.random.default_rng([config.seed, 1]).standard_normal((draws, problem.d))
    return np.broadcast_to(points, (config.trials, problem.d))


def simulate(
    problem: Problem,
    methods: Sequence[Method],
    config: SimulationConfig,
    x0: Array | None = None,
    progress: Callable[[float], None] | None = None,
) -> Result:
    """Run every method from the same x⁰ on the same mini-batches.

    Parameters
    ----------
    methods : with distinct keys.
    x0 : start (d,), or (trials, d); drawn from the seed if left out.
    progress : called now and then with the share done, 0 to 1.

    Returns
    -------
    Result
        One `Track` a method. A lane that leaves the floats is marked there and its later records are NaN.

    Raises
    ------
    ValueError
        If there is no method, a key appears twice, the batch does not fit the problem or x0 has a wrong
        shape.
    """
    _check(problem, methods, config)
    starts = starting_points(problem, config) if x0 is None else _given_start(problem, config, x0)
    legacy = np.random.RandomState(config.seed) if config.draws == "published" else None
    record_at, tracks = config.record_at(), {}
    lanes = len(methods) * config.trials
    for index, method in enumerate(methods):
        began, outcome = time.perf_counter(), []
        for trial in range(config.trials):
            outcome.append(_run_lane(problem, method, config, starts[trial], trial, record_at, legacy))
            if progress:
                progress((index * config.trials + trial + 1) / lanes)
        seconds = time.perf_counter() - began
        tracks[method.key] = Track.of(method, problem.f_min, record_at, outcome, seconds)
    return Result(problem, config, starts, tracks)


def warm_up() -> None:
    """Load or compile the loop now: some seconds on the first run ever, a quarter of a second later on."""
    tiny = RidgeRegression(np.ones((1, 1)), np.ones(1))
    simulate(tiny, [sgd(0.5)], SimulationConfig(iterations=1))


def _check(problem: Problem, methods: Sequence[Method], config: SimulationConfig) -> None:
    keys = [method.key for method in methods]
    if not keys or len(set(keys)) < len(keys):
        raise ValueError(f"methods must be at least one, with distinct keys, got {keys}")
    if config.batch_size is not None and not config.replacement:
        checks.whole("batch_size (without replacement)", config.batch_size, 1, problem.n)


def _given_start(problem: Problem, config: SimulationConfig, x0: Array) -> Array:
    x0 = np.asarray(x0, dtype=float)
    if x0.shape not in ((problem.d,), (config.trials, problem.d)) or not np.all(np.isfinite(x0)):
        allowed = f"({problem.d},) or ({config.trials}, {problem.d})"
        raise ValueError(f"x0 must be finite, of shape {allowed}, got shape {x0.shape}")
    return np.broadcast_to(x0, (config.trials, problem.d))


def _batches(
    problem: Problem,
    config: SimulationConfig,
    trial: int,
    legacy: np.random.RandomState | None,
    lengths: list[int],
) -> Iterator[Rows]:
    """The mini-batches of one lane, chunk by chunk; for the full batch one line that serves every step."""
    if config.batch_size is None:
        return iter([np.arange(problem.n)[None, :]] * len(lengths))
    if legacy is not None:
        return published_batches(legacy, problem.n, config.batch_size, lengths)
    return common_batches(problem.n, config.batch_size, config.replacement, config.seed, trial, lengths)


def _run_lane(
    problem: Problem,
    method: Method,
    config: SimulationConfig,
    x0: Array,
    trial: int,
    record_at: Rows,
    legacy: np.random.RandomState | None,
) -> tuple[Array, int]:
    """One method, one trial: its records (R, COLUMNS) and the iteration where it diverged, or −1."""
    full_batch = config.batch_size is None
    view, start = problem.view(x0, full_batch, method.rotates)
    rule = method.rule
    memory = fresh_memory(start, rule)
    tally = np.array([0, 0, -1, 0])
    records = np.full((len(record_at), kernel.COLUMNS), np.nan)
    everything = np.arange(problem.n)
    width = config.batch_size or 0
    lengths = (
        chunk_lengths(config.iterations, width)
        if width
        else chunk_lengths(config.iterations, MAX_CHUNK // 16)
    )
    t = 0
    for length, rows in zip(lengths, _batches(problem, config, trial, legacy, lengths), strict=True):
        at = np.arange(t, t + length)
        f_star = method.f_star_of(problem, None if full_batch else rows) - view.base
        schedules = kernel.Schedules(
            method.rho_at(at),
            method.lambd_at(at),
            method.gamma_at(at),
            np.broadcast_to(f_star, length).copy(),
        )
        kernel.run_steps(view, rule, schedules, rows, everything, memory, tally, t, record_at, records)
        t += length
    kernel.finish(view, everything, memory, tally, t, records)
    return records, int(tally[kernel.DIVERGED_AT])
