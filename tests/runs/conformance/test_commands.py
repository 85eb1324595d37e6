"""Commands on every backend: a run obeys its owner, and nobody else."""

from __future__ import annotations

import time

import pytest

from neural.config import TrainConfig
from runs.backend import Backend, Command, Mark, NotOwner
from tests.runs.helpers import LONG, ME, OTHER, SHORT, columns, over, state, wait_for


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
    assert stopped.message == "", "its owner stopped it: the state says it"
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
    first = wait_for(backend, run, lambda s: s.speed == 20 and s.step > 10)
    began = time.monotonic()
    last = wait_for(backend, run, lambda s: s.step >= first.step + 30)
    # A busy machine may be slower, but it never goes faster than asked for (a batch may be under way).
    assert time.monotonic() - began > (last.step - first.step - 3) / 20
    backend.send(run, Command("speed", values={"steps_per_second": 0.0}), owner=ME)
    wait_for(backend, run, lambda s: s.speed == 0)


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
