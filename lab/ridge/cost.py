"""How long a comparison takes, about, on one core of the machine it was measured on."""

from __future__ import annotations

from lab.params import RidgeConfig
from lab.ridge.problem import fit, size_of
from lab.ridge.spread import LONGEST, STARTS

PER_SECOND = 2e9  # multiplications of the compiled loop
EACH_STEP = 300  # multiplications that any step takes the time of
LOSSES = 6.0  # multiplications for each entry of A in a step: two losses with their gradients, and the target
BATCH_MINIMUM = 2.0  # of a mini-batch's minimum, for each m² (m + d)
RECORD = 4.0  # multiplications for each entry of A in a record, of which there are about 250
RECORDS = 250
BY_COORDINATE = {"adasam", "lightsam_2", "lightsam_3"}  # on the full batch these need H, not its eigenvalues


def seconds(config: RidgeConfig) -> float:
    """Seconds of a comparison with its table, from its configuration alone."""
    config, _ = fit(config)
    logistic = config.problem == "logistic"
    n, d = size_of(config)
    return (_drawing(n, d, logistic) + sum(_method(config, key, n, d) for key in config.methods)) / PER_SECOND


def _drawing(n: int, d: int, logistic: bool) -> float:
    """Of the problem: its singular values; for the logistic one loading the data, and its minimum."""
    return 2e8 if logistic else 35.0 * n * d * min(n, d)


def _method(config: RidgeConfig, key: str, n: int, d: int) -> float:
    """Of one method in all trials."""
    if config.m:
        rows, seen = config.m, n
    elif config.problem == "logistic":
        rows = seen = n
    else:
        rows = seen = min(n, d) if key in BY_COORDINATE else 1
    step = LOSSES * d * rows + EACH_STEP
    if config.m and config.f_star == "batch":
        step += BATCH_MINIMUM * rows**2 * (rows + d)
    lane = config.iterations * step + RECORDS * RECORD * d * seen
    nearby = 0.0 if config.m else min(LONGEST, STARTS * lane)
    return config.trials * lane + nearby
