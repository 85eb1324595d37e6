"""Run several methods on one problem, from the same start and on the same mini-batches."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np

from synthetic import checks
from synthetic.compiled import kernel
from synthetic.compiled.layout import aligned
from synthetic.compiled.losses import Batch
from synthetic.compiled.rules import fresh_memory
from synthetic.config import SimulationConfig
from synthetic.methods import Method, sgd
from synthetic.problem import Array, Problem, View
from synthetic.result import Lane, Result, Track
from synthetic.ridge import RidgeRegression
from synthetic.sampling import Source, chunk_lengths, sources

WORTH_A_THREAD = 1e6  # multiplications in a lane, some milliseconds
WORTH_MERGING = 0.5  # a batch this large, as a share of n, draws many samples twice


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
    threads: int | None = None,
) -> Result:
    """Run every method from the same x⁰ on the same mini-batches.

    Parameters
    ----------
    methods : with distinct keys.
    x0 : start (d,), or (trials, d); drawn from the seed if left out.
    progress : called now and then with the share done, 0 to 1.
    threads : lanes to run at the same time, at least 1; by default one for each processor if a lane is long
        enough. The numbers do not depend on it.

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
    if threads is None:
        work = config.iterations * problem.d * (config.batch_size or 1)
        threads = (os.cpu_count() or 1) if work > WORTH_A_THREAD else 1
    checks.whole("threads", threads, 1)

    def run(method: Method, trial: int, source: Source) -> Lane:
        return run_lane(problem, method, config, starts[trial], source)

    pairs = list(product(methods, range(config.trials)))
    threads = min(threads, len(pairs))
    lane_sources = sources(problem.n, config, len(methods), in_turn=threads == 1)
    jobs = ((*pair, source) for pair, source in zip(pairs, lane_sources, strict=False))
    lanes: list[Lane] = []
    for lane in _in_order(run, jobs, threads):
        lanes.append(lane)
        if progress:
            progress(len(lanes) / len(pairs))
    record_at, tracks = config.record_at(), {}
    for index, method in enumerate(methods):
        own = lanes[index * config.trials : (index + 1) * config.trials]
        tracks[method.key] = Track.of(method, problem.f_min, record_at, own)
    return Result(problem, config, starts, tracks)


def warm_up() -> None:
    """Load or compile the loop now: some seconds on the first run ever, a third of a second later on."""
    tiny = RidgeRegression(np.ones((1, 1)), np.ones(1))
    simulate(tiny, [sgd(0.5)], SimulationConfig(iterations=1))


def run_lane(problem: Problem, method: Method, config: SimulationConfig, x0: Array, source: Source) -> Lane:
    """One method, one trial."""
    began = time.perf_counter()
    full_batch = config.batch_size is None
    view, start, back = problem.view(x0, full_batch, method.rotates)
    course = _course(problem, method, config, view, start)
    t = 0
    for length, rows in zip(chunk_lengths(config.iterations, config.batch_size), source(), strict=True):
        at = np.arange(t, t + length)
        f_star = np.empty(length)
        f_star[:] = method.f_star_of(problem, None if full_batch else rows) - view.base
        schedules = kernel.Schedules(method.rho_at(at), method.lambd_at(at), method.gamma_at(at), f_star)
        kernel.run_steps(course, schedules, rows, t)
        t += length
    kernel.finish(course, t)
    diverged_at = int(course.tally[kernel.DIVERGED_AT])
    reached_at = int(course.tally[kernel.REACHED_AT])
    return Lane(course.records, back(course.memory.x), diverged_at, reached_at, time.perf_counter() - began)


def _course(
    problem: Problem, method: Method, config: SimulationConfig, view: View, start: Array
) -> kernel.Course:
    """A lane at its start."""
    n, m, record_at = problem.n, config.batch_size or problem.n, config.record_at()
    room, every = max(n, m), Batch(np.arange(n), np.full(n, 1.0 / n))
    return kernel.Course(
        problem=view,
        rule=method.rule,
        every=every,
        merged=config.batch_size is not None and config.replacement and m >= WORTH_MERGING * n,
        memory=fresh_memory(start, problem.d, method.rule),
        tally=np.array([0, 0, -1, 0, -1]),
        record_at=record_at,
        records=np.full((len(record_at), kernel.COLUMNS), np.nan),
        watch=_watch(problem, config, view, start, every),
        vectors=aligned(np.zeros((7, len(start)))),
        counts=np.zeros(n, dtype=np.int64),
        batch=Batch(np.zeros(room, dtype=np.int64), np.full(room, 1.0 / m)),
    )


def _watch(
    problem: Problem, config: SimulationConfig, view: View, start: Array, every: Batch
) -> kernel.Watch:
    """What watches for the target, in the coordinates of the view."""
    shifted, grad = np.zeros_like(start), np.zeros_like(start)
    gap = kernel.gap_and_gradient(view, every, start, shifted, grad)
    return kernel.Watch(
        target=-1.0 if config.target is None else config.target * gap,
        sees_all=config.batch_size is None,
        base=view.f_min - view.base,
        steepness=math.sqrt(problem.L / 2),
        looked_at=start.copy(),
        root=np.array([math.sqrt(max(gap, 0.0))]),
    )


def _in_order(run: Callable[..., Lane], jobs: Iterator[tuple], threads: int) -> Iterator[Lane]:
    """The results of the jobs in their order, up to `threads` of them at work at a time."""
    if threads == 1:
        yield from (run(*job) for job in jobs)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = [pool.submit(run, *job) for job in jobs]
        try:
            for future in waiting:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # `progress` may have raised


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
