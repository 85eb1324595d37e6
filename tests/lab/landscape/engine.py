"""An engine that holds runs of a tiny network with weights, and what the page finds there."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from lab.landscape.places import Found, find
from lab.params import LandscapeConfig
from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs import Backend, Status, Summary
from runs.moments import Weights, unpack
from runs.worker.moments import Moments

RUN, BARE, OTHER = "abcdefgh1234", "without-1234", "otherdata123"
LANES = (LaneConfig("sam_sps"), LaneConfig("sgd_constant"))
TRAINED = TrainConfig(LANES, network="small_cnn_bn", train_size=128, batch_size=32, epochs=1)
CONFIGS = {RUN: TRAINED, BARE: TRAINED, OTHER: TrainConfig(LANES, network="lenet", train_size=128)}
STEPS = (0, 2, 4)


@cache
def packed() -> dict[int, bytes]:
    """The weights of both lanes after every step."""
    loop = TrainingLoop(TRAINED)
    moments = Moments(loop)
    found = {0: moments.packed(0) or b""}
    for point in loop.run():
        if point.lane == 1:
            found[point.step] = moments.packed(point.step) or b""
    return found


class Engine:
    """Answers for `RUN` with weights, for `OTHER` with another network, and for `BARE` without weights."""

    def config(self, run: str) -> TrainConfig | None:
        return CONFIGS.get(run)

    def status(self, run: str) -> Status | None:
        return Status("finished", generation=2) if run in CONFIGS else None

    def moments(self, run: str) -> tuple[int, ...]:
        return STEPS if run in (RUN, OTHER) else ()

    def weights(self, run: str, lane: int, step: int) -> Weights | None:
        return unpack(packed()[step], lane) if run == RUN else None

    def recent(self, owner: str, limit: int = 20) -> list[Summary]:
        known = CONFIGS.items() if owner == "me" else ()
        return [Summary(run, 0.0, config, Status("finished")) for run, config in known]


def found(run: str | None = None, owner: str = "me", **values: Any) -> Found:
    """What the page finds for these values."""
    return find(LandscapeConfig(**values), run, owner, cast(Backend, Engine()))
