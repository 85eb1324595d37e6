"""A killed worker costs every backend the tail of its run, and what is trained again has the same bits."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest
import torch

from runs.backend import Command
from tests.runs.backends import Made
from tests.runs.bare import CONFIG, STEPS, Bare, assert_same_bits
from tests.runs.helpers import (
    LONG,
    ME,
    checkpoints,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
    wait_until,
)


def test_a_killed_worker_costs_the_tail_of_its_run(made: Made) -> None:
    backend = made.backend
    doomed, spared = backend.submit(LONG, owner=ME), backend.submit(LONG, owner=ME)
    backend.send(doomed, Command("set", 0, {"gamma_b": 0.01}), owner=ME)
    wait_for(backend, spared, lambda s: s.step > 5)
    wait_for(backend, doomed, lambda s: s.step > 50)
    kept = pause_at_checkpoint(backend, made.folder, doomed)
    backend.send(doomed, Command("resume"), owner=ME)
    backend.send(doomed, Command("set", 0, {"gamma_b": 0.02}), owner=ME)  # in no checkpoint
    wait_for(backend, doomed, lambda _: len(backend.marks(doomed)) == 2)
    known = wait_for(backend, doomed, lambda s: s.step > kept + 10).step
    killed = time.monotonic()
    os.kill(made.pid_of(doomed), signal.SIGKILL)
    status = wait_for(backend, doomed, state("interrupted"))
    assert time.monotonic() - killed < made.notices
    found = re.fullmatch(rf"{re.escape(made.died)} Resume continues from step ([\d,]+)\.", status.message)
    assert found, status.message
    named = int(found[1].replace(",", ""))
    assert named >= kept
    assert named in checkpoints(made.folder, doomed), "a slow machine may have written another by now"
    assert status.recorded >= known
    before, marks = columns(backend, doomed)[0], backend.marks(doomed)
    elsewhere = wait_for(backend, spared, lambda s: True).step
    wait_for(backend, spared, lambda s: s.step > elsewhere + 5)

    backend.send(doomed, Command("resume"), owner=ME)
    wait_for(backend, doomed, lambda s: s.step > status.recorded + 10)
    assert wait_for(backend, spared, lambda s: True).state == "running", "the worker was replaced"
    after = columns(backend, doomed)[0]
    assert after["step"] == list(range(1, len(after["step"]) + 1)), "none lost, none doubled"
    assert {name: values[: status.recorded] for name, values in after.items()} == before
    assert backend.marks(doomed) == marks
    assert set(after["gamma_b"][marks[1].step - 1 :]) == {0.02}


@pytest.fixture(scope="module")
def bare() -> Bare:
    return Bare()


def paused_with_the_bits_of_the_bare_loop(made: Made, bare: Bare, run: str, after: int) -> int:
    """Pause after some step or other, and compare what is in the checkpoint; returns the step."""
    wait_for(made.backend, run, lambda s: s.step >= after)
    step = pause_at_checkpoint(made.backend, made.folder, run)
    assert step < STEPS
    assert_same_bits(torch.load(checkpoints(made.folder, run)[step])["comparison"], bare.states[step])
    return step


def test_every_bit_is_that_of_the_bare_loop(made: Made, bare: Bare) -> None:
    """Where it is paused, after a rewind and after a worker was killed: so all backends agree."""
    backend = made.backend
    run = backend.submit(CONFIG, owner=ME)
    paused_with_the_bits_of_the_bare_loop(made, bare, run, 3)
    backend.send(run, Command("rewind"), owner=ME)
    wait_for(backend, run, lambda s: s.generation == 1)
    backend.send(run, Command("resume"), owner=ME)
    step = paused_with_the_bits_of_the_bare_loop(made, bare, run, 8)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step > step + 3)
    os.kill(made.pid_of(run), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, state("running"))
    paused_with_the_bits_of_the_bare_loop(made, bare, run, step + 8)
    backend.send(run, Command("resume"), owner=ME)
    assert wait_for(backend, run, over).message == f"Finished: all {STEPS} steps"
    assert columns(backend, run) == bare.columns
    wait_until(lambda: backend.moments(run)[-1:] == (STEPS,))
    assert backend.moments(run) == (*range(0, STEPS, 4), STEPS), "as if nothing had happened to it"
    for step in (0, 20, STEPS):
        for lane in (0, len(CONFIG.lanes) - 1):
            weights = backend.weights(run, lane, step)
            assert weights is not None
            tensors = {name: torch.from_numpy(array) for name, array in weights.items()}
            assert_same_bits(tensors, dict(bare.states[step]["lanes"][lane]["network"]))
    assert backend.weights(run, 0, 1) is None
    assert backend.moments("unknown") == ()
