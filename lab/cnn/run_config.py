"""From what the CNN lab's controls say to what a run trains with, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lab.params import CnnConfig, InvalidValueError, Value
from lab.params.cnn import LANES
from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.sweep_size import steps_an_epoch
from runs import Mark

EVALUATE_OFTEN = 20  # steps, for a test set as small as that of the digits
EVALUATE_SELDOM = 100  # evaluating a larger one as often would take a fifth of the time
FEW_IMAGES = 500
RUN_ROWS = (
    "dataset", "label_noise", "offset", "kappa", "augment", "network", "batch_size", "epochs", "seed",
    "device",
)  # fmt: skip
OF_FLOATS = {"offset": 0.0, "kappa": 1.0}  # rows that images kept as bytes do not take, and their values then


def train_config(config: CnnConfig) -> TrainConfig:
    """What a run of these controls trains: the lanes of the first seed, then those of the others.

    An official archive is trained on whole, its pixels as they are, and evaluated after each epoch.
    """
    lanes = tuple(
        LaneConfig.from_dict(controls.values() | {"replica": replica})
        for replica in range(config.seeds)
        for controls in config.shown_lanes.values()
    )
    choice = DATASETS[config.dataset]
    values = {key: getattr(config, key) for key in RUN_ROWS}
    values["eval_every"] = EVALUATE_OFTEN if choice.test <= FEW_IMAGES else EVALUATE_SELDOM
    if stays_bytes(config.dataset):
        values |= OF_FLOATS | {"train_size": choice.train}
        values["eval_every"] = steps_an_epoch(config.dataset, config.batch_size, choice.train)
    return TrainConfig(lanes=lanes, **values)


def stays_bytes(dataset: str) -> bool:
    """Whether the images are so many that their pixels stay bytes: they take neither offset nor fading."""
    return DATASETS[dataset].source == "archive"


def cnn_config(training: TrainConfig, base: CnnConfig) -> CnnConfig:
    """The controls that make this run; `base` where a control is not about the run, or does not go so far.

    A run may have been started otherwise than from the lab, with values that its controls do not have.
    """
    lanes, seeds = of_one_seed(training)
    values: dict[str, Value] = {key: getattr(training, key) for key in RUN_ROWS}
    values |= {"seeds": seeds, "lanes": len(lanes)}
    for letter, lane in zip(LANES, lanes, strict=False):
        values |= {f"{letter}_{key}": getattr(lane, key) for key in base.a.values()}
    return with_allowed(base, values)


def used_rows(config: CnnConfig) -> set[str]:
    """Keys of the rows that a run of these controls depends on."""
    lanes = {
        f"{letter}_{name}"
        for letter, lane in config.shown_lanes.items()
        for name in ("method", *METHODS[lane.method].parameters)
    }
    unused = OF_FLOATS.keys() if stays_bytes(config.dataset) else set()
    return {*RUN_ROWS, "seeds", "lanes"} - unused | lanes


def with_allowed(base: CnnConfig, values: dict[str, Value]) -> CnnConfig:
    """`base` with those of the values that its rows allow."""
    rows, kept = base.rows(), base.values()
    for key, value in values.items():
        try:
            kept[key] = rows[key].check(value)
        except InvalidValueError:
            continue
    return CnnConfig.from_values(kept)


def of_one_seed(training: TrainConfig) -> tuple[tuple[LaneConfig, ...], int]:
    """The lanes of the first seed, and the number of seeds; those of the others follow in the same order."""
    seeds = 1 + max(lane.replica for lane in training.lanes)
    return training.lanes[: len(training.lanes) // seeds], seeds


def in_force(training: TrainConfig, marks: Sequence[Mark]) -> TrainConfig:
    """What a run trains with now: what it was started with, and every change made since."""
    lanes = list(training.lanes)
    for mark in marks:
        lanes[mark.lane] = replace(lanes[mark.lane], **{mark.name: mark.value})  # type: ignore[arg-type]
    return replace(training, lanes=tuple(lanes))


def next_seed(config: CnnConfig) -> CnnConfig:
    """The same with the seed after; after the last one comes the first."""
    row = config.rows()["seed"]
    return replace(config, seed=config.seed + 1 if config.seed < row.high else int(row.low))
