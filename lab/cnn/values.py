"""Between a run's configuration and the values of the CNN lab's screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import runs
from lab.params import PAGES, Value, whole
from lab.params.cnn import LANES, LaneValues
from neural.config import LaneConfig, TrainConfig

EVALUATE_EVERY = {"digits": 20}
EVALUATE_SELDOM = 100  # steps; a larger test set would take a fifth of the time otherwise
RUN_ROWS = ("dataset", "label_noise", "kappa", "network", "batch_size", "epochs", "seed", "device")


def config_of(values: Mapping[str, Value]) -> TrainConfig:
    """What a run of the screen's values trains: the lanes of the first seed, then those of the others."""
    lanes = tuple(
        LaneConfig.from_dict(
            {key: values[f"{letter}_{key}"] for key in LaneValues.rows()} | {"replica": replica}
        )
        for replica in range(whole(values, "seeds"))
        for letter in LANES[: whole(values, "lanes")]
    )
    return TrainConfig(
        lanes=lanes,
        eval_every=EVALUATE_EVERY.get(str(values["dataset"]), EVALUATE_SELDOM),
        **{key: values[key] for key in RUN_ROWS},  # type: ignore[arg-type]
    )


def of_one_seed(config: TrainConfig) -> tuple[tuple[LaneConfig, ...], int]:
    """The lanes of the first seed, and the number of seeds; those of the others follow in the same order."""
    seeds = 1 + max(lane.replica for lane in config.lanes)
    return config.lanes[: len(config.lanes) // seeds], seeds


def in_force(config: TrainConfig, marks: Sequence[runs.Mark]) -> TrainConfig:
    """What a run trains with now: what it was started with, and every change made since."""
    lanes = list(config.lanes)
    for mark in marks:
        lanes[mark.lane] = replace(lanes[mark.lane], **{mark.name: mark.value})  # type: ignore[arg-type]
    return replace(config, lanes=tuple(lanes))


def values_of(config: TrainConfig) -> dict[str, Value]:
    """The screen's values that make this configuration, as far as the screen has them."""
    lanes, seeds = of_one_seed(config)
    values: dict[str, Value] = {key: getattr(config, key) for key in RUN_ROWS}
    values |= {"seeds": seeds, "lanes": len(lanes)}
    for letter, lane in zip(LANES, lanes, strict=False):
        values |= {f"{letter}_{key}": getattr(lane, key) for key in LaneValues.rows()}
    return {key: value for key, value in values.items() if allowed(key, value)}


def allowed(key: str, value: Value) -> bool:
    """Whether the screen takes a value: a run may have been started otherwise than from here."""
    try:
        PAGES["cnn"][key].check(value)
    except ValueError:
        return False
    return True
