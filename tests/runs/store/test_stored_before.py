"""A store that an earlier app has written is opened and listed, and its interrupted run resumes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural.config import LaneConfig, TrainConfig
from runs.backend import Command, Mark
from runs.record import NAMES, WHOLE
from runs.service import Service
from tests.runs.helpers import columns, over, wait_for
from tests.runs.kept import KeptFleet

WRITTEN = Path(__file__).with_name("version_3.sql")
CONFIG = TrainConfig(
    lanes=(LaneConfig("sam_sps", gamma_b=0.5), LaneConfig("sgd_constant")), epochs=1, eval_every=10, seed=3
)


@pytest.fixture
def backend(tmp_path: Path, kept: KeptFleet) -> Iterator[Service]:
    with sqlite3.connect(tmp_path / "runs.sqlite") as db:
        db.executescript(WRITTEN.read_text(encoding="utf-8"))
    db.close()
    opened = Service(kept.lent(), tmp_path)
    yield opened
    opened.close()


def test_its_runs_are_listed_with_all_they_had(backend: Service) -> None:
    going, finished = backend.recent("me")
    assert [going.run, finished.run] == ["going", "finished"]
    assert (finished.config, finished.created) == (CONFIG, 1.0)
    assert (finished.status.state, finished.status.message) == ("finished", "Finished: all 5 steps")
    assert going.status.state == "interrupted"
    assert (
        going.status.message == "The app ended while this run went on. Resume continues from the beginning."
    )
    for run in ("finished", "going"):
        assert backend.marks(run) == (Mark(2, 0, "rho", 0.25),)
        assert backend.pictures(run) == "[]"
        found = backend.points(run, 0, 99)
        assert found is not None
        for index, lane in enumerate(found.lanes):
            assert lane["step"] == [1, 2, 3, 4, 5]
            assert lane["test_loss"] == [None] * 5
            assert lane["test_accuracy_recomputed"] == [None] * 5, "it was not measured then"
            for k, name in enumerate(name for name in NAMES if name != "test_accuracy_recomputed"):
                if name not in ("step", "test_loss"):
                    expected = [t + k if name in WHOLE else t / 8 + k + index / 2 for t in range(1, 6)]
                    assert lane[name] == expected, (run, index, name)


def test_its_interrupted_run_resumes(backend: Service) -> None:
    backend.send("going", Command("resume"), owner="me")
    status = wait_for(backend, "going", over)
    assert (status.state, status.message) == ("finished", "Finished: all 23 steps")
    assert columns(backend, "going")[0]["step"] == list(range(1, 24))
