"""How fast the synthetic engine is: ratios within one run, and how its cost grows.

    python benchmarks/synthetic.py            everything (about a minute)
    python benchmarks/synthetic.py --quick    a tenth of the iterations of the published figures

The plain side is benchmarks/plain_loop.py: one method, one trial, one iteration at a time, NumPy, as the
formulas read, recording the full loss every 100 iterations like the engine.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[0] = str(ROOT)  # not this folder, where this file would hide the package of the same name

import numpy as np  # noqa: E402

from benchmarks.plain_loop import plain_loop  # noqa: E402
from synthetic import (  # noqa: E402
    FIGURES,
    LogisticRegression,
    Method,
    Problem,
    PublishedFigure,
    RidgeConfig,
    SimulationConfig,
    every,
    sam,
    sam_ps,
    sgd,
    simulate,
    sps_max,
    usam,
    usam_ps,
    usam_sps,
    warm_up,
)
from synthetic.published import RECORD_EVERY, SEED  # noqa: E402

FIRST_CALL = """
import time
began = time.perf_counter()
from synthetic import RidgeConfig, SimulationConfig, simulate, usam_ps
imported = time.perf_counter()
simulate(RidgeConfig().build(), [usam_ps(1.0)], SimulationConfig())
print(imported - began, time.perf_counter() - imported)
"""


def best(run: Callable[[], object], repeats: int) -> float:
    """Least seconds of several runs."""
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return min(times)


def plain_figure(figure: PublishedFigure, iterations: int) -> None:
    """A published figure by the plain loop, with the published draws."""
    problem, x0 = figure.problem()
    generator = np.random.RandomState(SEED)
    for method in figure.methods(problem):
        for _ in range(figure.trials):
            batches = (generator.randint(0, problem.n, size=figure.batch_size) for _ in range(iterations))
            for t, (x, _gamma) in enumerate(plain_loop(problem, method, x0, batches)):
                if t % RECORD_EVERY == 0:
                    problem.loss(x)


def engine_figure(figure: PublishedFigure, iterations: int, threads: int | None) -> None:
    """The same by the engine."""
    problem, x0 = figure.problem()
    config = replace(figure.config(), iterations=iterations, record=every(RECORD_EVERY, iterations))
    simulate(problem, figure.methods(problem), config, x0, threads=threads)


def published_figures(share: float) -> None:
    """Plain loop against engine, on one core and on all."""
    print("Published figures (released edition), seconds and ratio to the plain loop")
    print(f"{'figure':24}{'plain':>9}{'1 core':>9}{'ratio':>8}{f'{os.cpu_count()} cores':>9}{'ratio':>8}")
    total = np.zeros(3)
    for figure in FIGURES.values():
        iterations = round(figure.iterations * share)
        plain = best(lambda f=figure, T=iterations: plain_figure(f, T), 1)
        single = best(lambda f=figure, T=iterations: engine_figure(f, T, 1), 5)
        several = best(lambda f=figure, T=iterations: engine_figure(f, T, None), 5)
        total += (plain, single, several)
        print_ratios(figure.name, plain, single, several)
    print_ratios("all four", *total)


def print_ratios(name: str, plain: float, single: float, several: float) -> None:
    """One line of the table of figures."""
    print(f"{name:24}{plain:9.3f}{single:9.3f}{plain / single:7.1f}x{several:9.3f}{plain / several:7.1f}x")


def ridge_lab(problem: Problem) -> list[Method]:
    """Six methods, as on the page."""
    L = problem.L
    return [
        sgd(1 / L),
        usam(0.5 / L, 0.5 / L),
        sam(0.5 / L, 0.05),
        usam_ps(0.5 / L),
        sam_ps(0.05),
        sps_max(math.inf, "minimum"),
    ]


def default_computation() -> None:
    """The Ridge-lab computation, the problem included, and the first call in a fresh process."""
    config = SimulationConfig(iterations=1000)

    def run() -> None:
        problem = RidgeConfig().build()
        simulate(problem, ridge_lab(problem), config, threads=1)

    problem = RidgeConfig().build()
    x0 = np.random.default_rng(0).standard_normal(problem.d)

    def plain() -> None:
        for method in ridge_lab(problem):
            for _ in plain_loop(problem, method, x0, iter([np.arange(problem.n)] * 1000)):
                pass

    seconds, slow = best(run, 20), best(plain, 1)
    print("\nRidge lab: n = d = 100, six methods, 1,000 full-batch iterations, one core")
    print(
        f"  {1000 * seconds:.1f} ms with the problem; plain loop {1000 * slow:.0f} ms: {slow / seconds:.0f}x"
    )
    with tempfile.TemporaryDirectory() as empty:
        for words, environment in (("nothing cached", {"NUMBA_CACHE_DIR": empty}), ("cached", {})):
            command = [sys.executable, "-c", FIRST_CALL]
            done = subprocess.run(
                command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
            )
            imported, called = map(float, done.stdout.split())
            print(f"  fresh process, {words}: import {imported:.2f} s, first call {called:.2f} s")


def growth() -> None:
    """Cost against n, d, iterations and trials: each doubled three times; 1.0 is linear."""
    print("\nCost of a simulation, milliseconds (USAM-SPS); exponent 1.0 is linear,")
    print("below it fixed costs still weigh, above it the data have outgrown a cache")

    def ridge(
        n: int = 256, d: int = 128, m: int | None = 10, T: int = 4000, trials: int = 1
    ) -> Callable[[], object]:
        problem = RidgeConfig(n=n, d=d, design="gaussian", reg=0.01, interpolated=False).build()
        return ready(problem, SimulationConfig(T, m, trials=trials, record=()))

    def logistic(n: int) -> Callable[[], object]:
        rng = np.random.default_rng(0)
        problem = LogisticRegression(rng.standard_normal((n, 64)), rng.choice([-1.0, 1.0], n), 0.1)
        return ready(problem, SimulationConfig(200, record=()))

    line("iterations, mini-batches of 10", [4000, 8000, 16000, 32000], lambda T: ridge(T=T))
    line("iterations, full batch", [4000, 8000, 16000, 32000], lambda T: ridge(m=None, T=T))
    line("trials", [2, 4, 8, 16], lambda trials: ridge(trials=trials))
    line("d, mini-batches of 10", [256, 512, 1024, 2048], lambda d: ridge(d=d, T=16_000))
    line("d, full batch", [256, 512, 1024, 2048], lambda d: ridge(d=d, m=None, T=16_000))
    line("batch size", [32, 64, 128, 256], lambda m: ridge(n=1024, m=m))
    line("n, full batch (logistic)", [500, 1000, 2000, 4000], logistic)
    line("n, mini-batches of 10", [256, 512, 1024, 2048], lambda n: ridge(n=n))


def ready(problem: Problem, config: SimulationConfig) -> Callable[[], object]:
    """A simulation of a problem whose constants and eigenvectors are there already."""
    method = usam_sps(0.1 / problem.L_max)
    simulate(problem, [method], replace(config, iterations=1, trials=1))
    return lambda: simulate(problem, [method], config, threads=1)


def line(name: str, sizes: Sequence[int], make: Callable[[int], Callable[[], object]]) -> None:
    """Sizes, times and the exponent of the growth (least squares in logarithms)."""
    times = [best(make(size), 7) for size in sizes]
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    cells = "  ".join(f"{size}: {1000 * seconds:.2f}" for size, seconds in zip(sizes, times, strict=True))
    print(f"  {name:32}{cells:58}exponent {exponent:.2f}")


def main() -> None:
    """Print all tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    options.add_argument("--quick", action="store_true", help="a tenth of the published iterations")
    share = 0.1 if options.parse_args().quick else 1.0
    warm_up()
    published_figures(share)
    default_computation()
    growth()


if __name__ == "__main__":
    main()
