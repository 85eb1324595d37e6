"""A run in its worker, with a channel made of lists: checkpoints to the last bit, errors in plain words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.openml import DataUnavailableError
from neural.train import TrainingLoop
from runs.backend import Command, Mark
from runs.moments import unpack
from runs.record import Columns
from runs.store.history import History
from runs.worker import trainer
from runs.worker.turns import Turns
from runs.worker.work import work as train

EVERY = TrainConfig(
    lanes=tuple(LaneConfig(key, momentum=0.9) for key in METHODS),
    epochs=2,
    eval_every=5,
    seed=7,
    batch_size=16,
    train_size=80,  # five batches
)


class Tape:
    """Notes what the run says; says itself what it was given, each after so many polls."""

    def __init__(self, commands: dict[int, Command] | None = None) -> None:
        self.said: list[tuple[Any, ...]] = []
        self._commands = commands or {}
        self._polls = 0

    def send(self, kind: str, *content: Any) -> None:
        self.said.append((kind, *content))

    def poll(self, _seconds: float = 0.0) -> bool:
        self._polls += 1
        return self._polls in self._commands

    def receive(self) -> Command:
        return self._commands[self._polls]

    def kinds(self, kind: str) -> list[tuple[Any, ...]]:
        return [content for name, *content in self.said if name == kind]  # type: ignore[misc]

    def columns(self, lanes: int) -> list[Columns]:
        history = History(lanes)
        for points, *_ in self.kinds("points"):
            history.extend(points)
        return [{n: v for n, v in lane.items() if n != "seconds"} for lane in history.since(0, 10**9)[1]]


def work(tape: Tape, run: str, job: dict[str, Any]) -> bool:
    """Train a run that is alone in its process."""
    return train(tape, run, job, Turns().join())


def job(folder: Path, config: TrainConfig = EVERY, **changes: Any) -> dict[str, Any]:
    return {
        "config": config.to_dict(), "checkpoint": None, "marks": [], "paused": False, "folder": str(folder),
        "sign": str(folder), "speed": 0.0, "minutes": 10.0, "seconds_left": 600.0, "worker_mb": 1e6,
        **changes,
    }  # fmt: skip


def test_every_checkpoint_continues_to_the_last_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(trainer, "CHECKPOINT_SHARE", 1e9)  # a checkpoint after every step
    lanes = len(EVERY.lanes)
    changes = {
        lanes * 6 + 4: Command("set", 1, {"rho": 0.3}),
        lanes * 8: Command("set", 0, {"gamma_b": 0.1}),
    }
    whole = Tape(changes)
    assert work(whole, "run", job(tmp_path))
    assert whole.kinds("ended") == [["finished", "Finished: all 10 steps"]]
    expected = whole.columns(lanes)
    marks = [mark for (found,) in whole.kinds("marked") for mark in found]
    assert [(mark.lane, mark.name) for mark in marks] == [(1, "rho"), (0, "gamma_b")]
    checkpoints = {step: file for step, file in whole.kinds("checkpoint")}
    assert len(checkpoints) >= 8
    for step in (1, 5, 6, 7, 9):
        rest = Tape()
        work(rest, "run", job(tmp_path, checkpoint=checkpoints[step], marks=marks))
        assert rest.kinds("begun") == [[step, 10, "", "running"]]
        found = rest.columns(lanes)
        assert found == [{n: v[step:] for n, v in lane.items()} for lane in expected], step


def test_a_run_that_others_could_not_go_on_with_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "ASIDE_SECONDS", 0.0)
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1)
    leaves, stays = Tape(), Tape({2: Command("release"), 3: Command("stop")})
    work(leaves, "run", job(tmp_path, config, paused=True))
    ((step, file, paused, obeyed),) = leaves.kinds("set_aside")
    assert (step, paused, obeyed, Path(file).parent) == (0, True, 0, tmp_path)
    work(stays, "run", job(tmp_path, config, paused=True, sign=str(tmp_path / "elsewhere")))
    assert stays.kinds("set_aside") == []
    assert stays.kinds("ended") == [["stopped", ""]]


def test_a_checkpoint_of_another_configuration_is_refused(tmp_path: Path) -> None:
    one, other = (TrainConfig(lanes=(LaneConfig("sps_max"),), epochs=1, seed=seed) for seed in (1, 2))
    file = tmp_path / "other.pt"
    torch.save({"comparison": TrainingLoop(other).state_dict(), "recorder": []}, file)
    tape = Tape()
    work(tape, "run", job(tmp_path, one, checkpoint=str(file)))
    assert tape.kinds("begun") == [
        [0, 23, "The checkpoint could not be read: this run began again.", "running"]
    ]
    direct = Tape()
    work(direct, "run", job(tmp_path, one))
    assert tape.columns(1) == direct.columns(1)


def test_a_hostile_checkpoint_is_not_executed(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "executed",))

    file = tmp_path / "hostile.pt"
    torch.save({"comparison": Hostile()}, file)
    tape = Tape()
    work(tape, "run", job(tmp_path, TrainConfig((LaneConfig("sps_max"),), epochs=1), checkpoint=str(file)))
    assert not (tmp_path / "executed").exists()
    assert tape.kinds("begun")[0][0] == 0


def test_a_disk_that_takes_no_checkpoint_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", 0.0)
    tape = Tape()
    work(tape, "run", job(tmp_path / "nowhere", TrainConfig((LaneConfig("sps_max"),), epochs=1)))
    assert tape.kinds("ended")[0][0] == "finished"
    assert tape.kinds("checkpoint") == []


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError()])
def test_out_of_memory_ends_the_run_and_frees_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    import gc
    import weakref

    made: list[weakref.ref[TrainingLoop]] = []

    class Fake(TrainingLoop):
        def __init__(self, config: TrainConfig) -> None:
            super().__init__(config)
            made.append(weakref.ref(self))

        def run(self) -> Any:
            points = super().run()
            yield from (next(points) for _ in EVERY.lanes)
            raise error

    monkeypatch.setattr(trainer, "TrainingLoop", Fake)
    tape = Tape()
    assert work(tape, "run", job(tmp_path)), "the worker is fit for another run"
    ((state, message),) = tape.kinds("ended")
    assert state == "failed"
    assert message.startswith(
        "The device ran out of memory: this run has ended and its memory is free again."
    )
    assert len(tape.columns(len(EVERY.lanes))[0]["step"]) == 1
    error.__traceback__ = None  # the test holds the error; in the worker nobody does
    gc.collect()
    assert made[0]() is None


def test_any_other_error_ends_the_run_in_plain_words(tmp_path: Path) -> None:
    tape = Tape()
    config = TrainConfig((LaneConfig("sps_max"),), device="cuda:77")
    assert work(tape, "run", job(tmp_path, config))
    ((state, message),) = tape.kinds("ended")
    assert state == "failed"
    assert "device 'cuda:77' is not available here" in message


def test_images_that_cannot_be_had_end_the_run_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(config: TrainConfig) -> TrainingLoop:
        raise DataUnavailableError("MNIST could not be downloaded. Try again later.")

    monkeypatch.setattr(trainer, "TrainingLoop", refused)
    tape = Tape()
    assert work(tape, "run", job(tmp_path))
    assert tape.kinds("ended") == [["failed", "MNIST could not be downloaded. Try again later."]]
    assert "Traceback" not in capfd.readouterr().err


def test_memory_limit_retires_the_worker(tmp_path: Path) -> None:
    tape = Tape()
    assert not work(tape, "run", job(tmp_path, worker_mb=1.0))
    assert tape.kinds("ended") == [["stopped", "Ended at the memory limit of 1 MB for a worker"]]


def test_a_rewind_drops_what_was_measured(tmp_path: Path) -> None:
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1)
    tape = Tape({5: Command("set", 0, {"rho": 0.3}), 10: Command("rewind")})
    work(tape, "run", job(tmp_path, config))
    assert tape.kinds("rewound") == [[[Mark(1, 0, "rho", 0.3)]]]
    after = tape.said[tape.said.index(("rewound", [Mark(1, 0, "rho", 0.3)])) :]
    steps = [step for kind, *content in after if kind == "points" for step in content[0][0]["step"]]
    assert steps == list(range(1, 24))
    drawn = [json.loads(content[0])[0]["step"] for kind, *content in after if kind == "pictures"]
    assert drawn[0] == 0, "not those of the network that is gone"


def test_a_pause_and_a_single_step_renew_the_pictures(tmp_path: Path) -> None:
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1)
    tape = Tape({5: Command("pause"), 7: Command("step"), 9: Command("step"), 11: Command("stop")})
    work(tape, "run", job(tmp_path, config))
    drawn = [json.loads(found)[0]["step"] for (found,) in tape.kinds("pictures")]
    paused = tape.kinds("points")[-1][1] - 2
    assert drawn[-3:] == [paused, paused + 1, paused + 2]


def test_the_weights_are_sent_on_the_grid_and_at_the_end(tmp_path: Path) -> None:
    config = TrainConfig(
        (LaneConfig("sam_sps"), LaneConfig("schedule_free")), network="small_cnn_bn", epochs=1, eval_every=10
    )
    tape = Tape()
    work(tape, "run", job(tmp_path, config))
    sent = {step: data for step, data, _ in tape.kinds("moment")}
    assert list(sent) == [*range(12), 12, 14, 16, 18, 20, 22, 23]
    assert {most for *_, most in tape.kinds("moment")} == {12}
    loop = TrainingLoop(config)
    for point in loop.run():
        if point.lane == 1 and point.step in sent:
            for index, lane in enumerate(loop.lanes):
                with lane.answering():
                    state = lane.network.state_dict()
                    found = unpack(sent[point.step], index)
                    assert found is not None
                    assert found.keys() == state.keys()
                    assert all(torch.equal(torch.from_numpy(found[key]), state[key]) for key in state)


def test_a_run_that_is_stopped_keeps_its_last_weights(tmp_path: Path) -> None:
    config = TrainConfig((LaneConfig("sam_sps"),), epochs=1)
    tape = Tape({20: Command("stop")})
    work(tape, "run", job(tmp_path, config))
    last = tape.kinds("points")[-1][1]
    assert last == 20
    assert tape.kinds("moment")[-1][0] == last
    odd = Tape({21: Command("stop")})
    work(odd, "run", job(tmp_path, config))
    assert odd.kinds("moment")[-1][0] == 21, "off the grid of every second step"
