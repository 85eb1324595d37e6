"""Parts that most sweeps are made of: methods with grids of rates, and what is the same in all runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepMethod, Value, Values
from neural.sweep_size import steps_an_epoch

ADAPTIVE = ("sam_sps", "usam_sps")
BASELINES = ("sam_constant", "sam_cosine", "usam_constant", "usam_cosine")
AT_FULL_SIZE: Values = (("batch_size", 128), ("eval_every", 391), ("train_size", 50_000))
"""Of runs on an official archive: all images in the batches of the literature, evaluated after each epoch."""
EVALUATIONS = 8  # of a run, for its curve; its end is evaluated in any case
_RUN = TrainConfig((LaneConfig("sam_sps"),))


def methods_of(
    adaptive: Iterable[str] = ADAPTIVE,
    baselines: Collection[str] = (),
    rates: tuple[float, ...] = (),
    heavy: Collection[str] = (),
    momentum: float = 0.9,
    heavy_rates: tuple[float, ...] = (),
) -> tuple[SweepMethod, ...]:
    """The methods of a sweep; first those without a rate, then the others in the order of `BASELINES`.

    Parameters
    ----------
    adaptive : iterable of str
        Keys of methods without a rate.
    baselines, heavy : collection of str
        Keys of `BASELINES`: each tuned over `rates`, and each with `momentum`, tuned over `heavy_rates`.
    rates, heavy_rates : tuple of float
    momentum : float
        In (0, 1).
    """
    found = [SweepMethod(key) for key in adaptive]
    for key in BASELINES:
        if key in baselines:
            found.append(SweepMethod(key, tuned=(("lr", rates),)))
        if key in heavy:
            found.append(SweepMethod(key, (("momentum", momentum),), (("lr", heavy_rates),)))
    return tuple(found)


def recipe(dataset: str, network: str, epochs: int, **more: Value) -> Values:
    """What is the same in all runs; of `more` that which is not the default.

    A run is evaluated about eight times, at ends of epochs; one on an official archive is at full size.
    """
    defaults = vars(_RUN) | vars(_RUN.lanes[0])
    every = steps_an_epoch(dataset) * max(1, epochs // EVALUATIONS)
    run: dict[str, Value] = {"dataset": dataset, "network": network, "epochs": epochs, "eval_every": every}
    if DATASETS[dataset].source == "archive":
        run |= dict(AT_FULL_SIZE)
    return tuple((run | {key: value for key, value in more.items() if value != defaults[key]}).items())
