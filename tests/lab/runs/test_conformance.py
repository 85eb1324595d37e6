"""What every backend does, on each of them: the same numbers as the bare loop, obedient, robust."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.runs.backend import Backend, Busy, Command, Mark, NotOwner
from lab.runs.limits import Limits
from lab.runs.local import LocalBackend
from neural.config import LaneConfig, TrainConfig
from tests.lab.runs.helpers import (
    LONG,
    ME,
    OTHER,
    SHORT,
    assert_equal_to_bare,
    columns,
    over,
    state,
    wait_for,
)

LIMITS = Limits(per_visitor=4, in_all=6)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    running = LocalBackend(workers=1, folder=tmp_path_factory.mktemp("home"), limits=LIMITS)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def _all_ended(backend: Backend) -> Iterator[None]:
    """Whatever a test leaves behind is stopped."""
    yield
    for owner in (ME, OTHER):
        for summary in backend.recent(owner, 50):
            if not summary.status.over:
                backend.send(summary.run, Command("stop"), owner=owner)
                wait_for(backend, summary.run, over)


def test_a_run_gives_the_numbers_of_the_bare_loop(backend: Backend) -> None:
    run = backend.submit(SHORT, owner=ME)
    status = wait_for(backend, run, over)
    assert (status.state, status.message) == ("finished", "Finished: all 23 steps")
    assert status.step == status.total == status.recorded == 23
    assert_equal_to_bare(columns(backend, run), SHORT)


def test_points_are_handed_out_in_increments(backend: Backend) -> None:
    run = backend.submit(SHORT, owner=ME)
    wait_for(backend, run, over)
    seen: list[int] = []
    since = 0
    while since < 23:
        found = backend.points(run, since, 7)
        assert found is not None
        since = found.next
        seen += found.lanes[1]["step"]
    assert seen == list(range(1, 24))


def test_pause_change_resume_stop(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    backend.send(run, Command("pause"), owner=ME)
    paused = wait_for(backend, run, state("paused"))
    backend.send(run, Command("set", 0, {"gamma_b": 0.001}), owner=ME)
    backend.send(run, Command("set", 0, {"lr": 1.0}), owner=ME)  # no rate here: refused in words
    wait_for(backend, run, lambda s: "lr" in s.message)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step > paused.step + 20)
    backend.send(run, Command("stop"), owner=ME)
    stopped = wait_for(backend, run, over)
    assert stopped.state == "stopped"
    assert stopped.message == f"Stopped by its owner at step {stopped.step:,}"
    (lane,) = columns(backend, run)
    assert lane["gamma_b"][: paused.step] == [0.5] * paused.step
    assert set(lane["gamma_b"][paused.step :]) == {0.001}
    assert backend.marks(run) == (Mark(paused.step + 1, 0, "gamma_b", 0.001),)


def test_single_steps_while_paused(backend: Backend) -> None:
    run = backend.submit(TrainConfig(lanes=SHORT.lanes, epochs=1000), owner=ME)
    wait_for(backend, run, lambda s: s.step > 5)
    backend.send(run, Command("pause"), owner=ME)
    wait_for(backend, run, state("paused"))
    for expected in range(3):
        before = wait_for(backend, run, state("paused"))
        backend.send(run, Command("step"), owner=ME)
        after = wait_for(backend, run, lambda s, known=before.step: s.step > known)
        assert after.step == before.step + 1, expected
        assert after.state == "paused"


def test_speed(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    backend.send(run, Command("speed", values={"steps_per_second": 20.0}), owner=ME)
    wait_for(backend, run, lambda s: s.step > 25 and s.rate > 0)
    status = wait_for(backend, run, lambda s: s.step > 60)
    assert status.speed == 20
    assert 15 < status.rate < 21  # never above the speed asked for, but for the clock's grain
    backend.send(run, Command("speed", values={"steps_per_second": 0.0}), owner=ME)
    wait_for(backend, run, lambda s: s.rate > 40)


def test_rewind_gives_the_same_numbers_again(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 40)
    backend.send(run, Command("pause"), owner=ME)
    wait_for(backend, run, state("paused"))
    first = columns(backend, run)
    backend.send(run, Command("rewind"), owner=ME)
    status = wait_for(backend, run, lambda s: s.generation == 1)
    assert (status.state, status.step, status.recorded) == ("paused", 0, 0)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step >= len(first[0]["step"]))
    second = columns(backend, run)
    count = len(first[0]["step"])
    assert {name: values[:count] for name, values in second[0].items()} == first[0]
    assert backend.marks(run) == ()


def test_rewind_keeps_the_values_in_force_and_marks_them(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    backend.send(run, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, run, lambda s: s.step > 10)
    backend.send(run, Command("rewind"), owner=ME)
    wait_for(backend, run, lambda s: s.generation == 1 and s.step > 10)
    assert backend.marks(run) == (Mark(1, 0, "gamma_b", 0.01),)
    assert set(columns(backend, run)[0]["gamma_b"]) == {0.01}


def test_only_the_owner_steers(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    assert backend.owns(run, ME)
    assert not backend.owns(run, OTHER)
    for command in (Command("stop"), Command("pause"), Command("set", 0, {"rho": 0.2}), Command("rewind")):
        with pytest.raises(NotOwner):
            backend.send(run, command, owner=OTHER)
    known = wait_for(backend, run, lambda s: s.step > 5).step
    assert wait_for(backend, run, lambda s: s.step > known).state == "running"
    assert backend.marks(run) == ()


def test_waiting_runs_know_their_place(backend: Backend) -> None:
    first = backend.submit(LONG, owner=ME)
    wait_for(backend, first, lambda s: s.rate > 0)
    second, third = backend.submit(LONG, owner=ME), backend.submit(LONG, owner=ME)
    status = wait_for(backend, third, lambda s: s.position == 2)
    assert status.message.startswith("Waiting for a free worker, 2. in the queue")
    ahead = wait_for(backend, second, lambda s: s.position == 1 and s.wait is not None)
    assert ahead.wait is not None
    assert 0 < ahead.wait <= 60 * LIMITS.minutes
    backend.send(second, Command("stop"), owner=ME)
    assert wait_for(backend, second, over).message == "Stopped before it began"
    assert wait_for(backend, third, lambda s: s.position == 1).state == "queued"


def test_caps(backend: Backend) -> None:
    for _ in range(4):
        backend.submit(LONG, owner=ME)
    with pytest.raises(Busy, match="4 runs"):
        backend.submit(LONG, owner=ME)
    for _ in range(2):
        backend.submit(LONG, owner=OTHER)
    with pytest.raises(Busy, match="6 runs are going on or waiting"):
        backend.submit(LONG, owner="a third")


def test_many_threads_submit_at_once_and_all_runs_end(backend: Backend) -> None:
    runs: list[str] = []
    threads = [
        threading.Thread(target=lambda: runs.append(backend.submit(SHORT, owner=ME))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {wait_for(backend, run, over).state for run in runs} == {"finished"}
    for run in runs:
        assert_equal_to_bare(columns(backend, run), SHORT)


def test_recent_runs_of_an_owner(backend: Backend) -> None:
    first = backend.submit(SHORT, owner="history")
    wait_for(backend, first, over)
    second = backend.submit(TrainConfig((LaneConfig("sps_max"),), epochs=1), owner="history")
    wait_for(backend, second, over)
    found = backend.recent("history")
    assert [summary.run for summary in found] == [second, first]
    assert found[1].config == SHORT
    assert found[0].status.state == "finished"
    assert [summary.run for summary in backend.recent("history", 1)] == [second]
    assert backend.recent("a stranger") == []


def test_what_is_not_known_is_none(backend: Backend) -> None:
    assert backend.status("nobody") is None
    assert backend.points("nobody", 0, 1) is None
    assert backend.config("nobody") is None
    assert backend.marks("nobody") == ()
    assert not backend.owns("nobody", ME)
    backend.send("nobody", Command("stop"), owner=ME)
    backend.subscribe("nobody", lambda: None)()


def test_time_limit(tmp_path: Path) -> None:
    backend = LocalBackend(workers=1, folder=tmp_path, limits=Limits(minutes=0.02))
    try:
        status = wait_for(backend, backend.submit(LONG, owner=ME), over)
    finally:
        backend.close()
    assert status.state == "stopped"
    assert status.message == "Ended at the time limit of 1.2 seconds"
    assert status.recorded > 0


@pytest.mark.parametrize("speed", [-1.0, float("nan"), float("inf")])
def test_speeds_out_of_range_are_refused(speed: float) -> None:
    with pytest.raises(ValueError, match=r"steps_per_second must be a finite number in \[0, inf\)"):
        Command("speed", values={"steps_per_second": speed})


def test_unknown_commands_are_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of pause, resume"):
        Command("explode")  # type: ignore[arg-type]
