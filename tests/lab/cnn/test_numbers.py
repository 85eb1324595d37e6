"""The file of a run holds every recorded step, the values at the start and the later changes."""

from __future__ import annotations

from typing import Any, cast

import pytest

from lab.cnn.numbers import numbers
from lab.cnn.run_config import train_config
from lab.export.numbers import FORMATS
from lab.params import CnnConfig
from lab.pool.refusal import NotComputedError
from neural.train import TrainingLoop
from runs import Backend, Mark
from runs.backend import Points
from runs.record import NAMES, LaneRecorder
from tests.lab.cnn.engine import RUN, OneRun, found

CONFIG = CnnConfig(lanes=2, seeds=2, epochs=1, batch_size=512)


class Recorded(OneRun):
    """An engine whose run has been trained."""

    def points(self, run: str, since: int, limit: int) -> Points | None:
        training = self.config(run)
        if training is None:
            return None
        lanes = [LaneRecorder() for _ in training.lanes]
        for point in TrainingLoop(training).run():
            lanes[point.lane].add(point)
        return Points(len(lanes[0].columns["step"]), [lane.columns for lane in lanes], 0)


def test_every_step_of_every_lane_and_seed_is_there() -> None:
    engine = Recorded(train_config(CONFIG), marks=[Mark(2, 0, "rho", 0.3)])
    made = numbers(found(CONFIG, engine, run=RUN), cast(Backend, engine))
    columns: dict[str, Any] = dict(made.columns)
    steps = max(columns["step"])
    assert columns["step"] == [*range(1, steps + 1)] * 4
    assert columns["lane"] == [*["A · SAM-SPS"] * steps, *["B · SAM, constant γ"] * steps] * 2
    assert columns["replica"] == [0] * 2 * steps + [1] * 2 * steps
    assert columns.keys() == {"lane", "replica", *NAMES}
    assert made.about["run"]["lanes"][0]["rho"] == CONFIG.a.rho, "as started"
    assert made.about["changes"] == [{"step": 2, "lane": 0, "name": "rho", "value": 0.3}]
    assert made.name == f"cnn_digits_small_cnn_sam_sps-sam_constant_{RUN}"
    assert all(form.write(made) for form in FORMATS.values())


def test_a_run_that_has_gone_is_said() -> None:
    engine = Recorded()
    with pytest.raises(NotComputedError, match="not here any more"):
        numbers(found(CONFIG), cast(Backend, engine))
