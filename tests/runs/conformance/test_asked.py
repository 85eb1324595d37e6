"""What every backend answers: points, devices, health, the runs of an owner."""

from __future__ import annotations

import time

from neural.config import LaneConfig, TrainConfig
from neural.devices import available
from runs.backend import Backend, Command
from tests.runs.helpers import LONG, ME, SHORT, assert_equal_to_bare, columns, over, wait_for


def test_a_run_gives_the_numbers_of_the_bare_loop(backend: Backend) -> None:
    run = backend.submit(SHORT, owner=ME)
    status = wait_for(backend, run, over)
    assert (status.state, status.message) == ("finished", "Finished: all 23 steps")
    assert status.step == status.total == status.recorded == 23
    assert_equal_to_bare(columns(backend, run), SHORT)


def test_the_workers_say_which_devices_they_have(backend: Backend) -> None:
    backend.warm()
    deadline = time.monotonic() + 60
    while backend.devices() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert backend.devices() == available(), "they are this machine's"


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


def test_health(backend: Backend) -> None:
    run = backend.submit(LONG, owner=ME)
    wait_for(backend, run, lambda s: s.step > 0)
    health = backend.health()
    assert (health.well, health.store, health.trouble) == (True, True, "")
    assert (health.going, health.waiting) == (1, 0)
    assert 1 <= health.workers <= 2


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
