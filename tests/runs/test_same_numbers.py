"""One configuration and seed, three ways: on local workers, on a Dask cluster, and with the bare loop alone.

The weights and the optimizers' states are compared bit for bit, where each way is paused, after a rewind, and
after a worker was killed and the run went on from its checkpoint; the recorded columns to the last digit.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs.backend import Command
from runs.fleets.dask import DaskBackend
from runs.fleets.local import LocalBackend
from runs.service import Service
from tests.runs.cluster import cluster
from tests.runs.helpers import ME, assert_equal_to_bare, columns, over, state, wait_for

METHODS = ("sam_sps", "usam_sps", "sps_max", "sam_cosine", "sgd_constant", "adam", "lightsam_1", "sa_sam")
SEEDS = 2
CONFIG = TrainConfig(
    lanes=tuple(
        LaneConfig(method, gamma_b=0.5, momentum=0.9, replica=seed)
        for seed in range(SEEDS)
        for method in METHODS
    ),
    network="small_cnn_bn",
    label_noise=0.1,
    kappa=10.0,
    epochs=4,
    eval_every=10,
    seed=11,
)


def bare_state(steps: int) -> dict[str, Any]:
    """What the bare loop has in memory after so many steps of every lane."""
    comparison = TrainingLoop(CONFIG)
    points = comparison.run()
    while any(lane.steps < steps for lane in comparison.lanes):
        next(points)
    return comparison.state_dict()


def assert_same_bits(found: Any, expected: Any, where: str = "state") -> None:
    """Tensors and plain values of two states are the same to the last bit, the clock apart."""
    if isinstance(expected, torch.Tensor):
        assert found.dtype == expected.dtype, where
        assert torch.equal(found, expected), where
    elif isinstance(expected, dict):
        assert found.keys() == expected.keys(), where
        for key in expected.keys() - {"seconds"}:
            assert_same_bits(found[key], expected[key], f"{where}.{key}")
    elif isinstance(expected, list | tuple):
        assert len(found) == len(expected), where
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):
            assert_same_bits(one, other, f"{where}[{index}]")
    else:
        assert found == expected, where


def paused_with_the_bits_of_the_bare_loop(backend: Service, run: str, after: int) -> int:
    """Pause after some step or other, and compare what is in the checkpoint; returns the step."""
    wait_for(backend, run, lambda s: s.step >= after)
    backend.send(run, Command("pause"), owner=ME)
    known = wait_for(backend, run, state("paused")).step
    backend.send(run, Command("step"), owner=ME)  # a pause may fall between two lanes, a single step does not
    step = wait_for(backend, run, lambda s: s.step > known).step
    assert step < CONFIG.epochs * 23
    entry, deadline = backend._registry.entry(run), time.monotonic() + 10
    assert entry is not None
    while entry.checkpoint is None or entry.checkpoint.step < step:  # it counts once it is on disk
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert_same_bits(torch.load(entry.checkpoint.file)["comparison"], bare_state(step))
    return step


def trained(backend: Service, pid_of: Callable[[str], int]) -> list[dict[str, list[Any]]]:
    """Pause, rewind, pause, lose the worker, resume, pause, finish; what was recorded in the end."""
    run = backend.submit(CONFIG, owner=ME)
    paused_with_the_bits_of_the_bare_loop(backend, run, 5)
    backend.send(run, Command("rewind"), owner=ME)
    wait_for(backend, run, lambda s: s.generation == 1)
    backend.send(run, Command("resume"), owner=ME)
    step = paused_with_the_bits_of_the_bare_loop(backend, run, 12)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step > step + 3)
    os.kill(pid_of(run), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, state("running"))
    paused_with_the_bits_of_the_bare_loop(backend, run, step + 8)
    backend.send(run, Command("resume"), owner=ME)
    assert wait_for(backend, run, over).message == f"Finished: all {CONFIG.epochs * 23} steps"
    return columns(backend, run)


def test_local_dask_and_bare_loop_give_the_same_numbers(tmp_path: Path) -> None:
    local = LocalBackend(workers=1, folder=tmp_path / "local")
    here = trained(local, lambda run: next(w.process.pid for w in local.fleet.workers if w.run == run))
    local.close()
    with cluster(1) as address:
        dask = DaskBackend(address, tmp_path / "dask")
        client = dask.fleet.client()
        there = trained(dask, lambda run: client.run(os.getpid)[dask.fleet.attempts[run].worker])
        dask.close()
    assert here == there
    assert_equal_to_bare(here, CONFIG)
    first, second = here[0], here[len(METHODS)]
    assert first["loss_x"] != second["loss_x"], "another seed gives other numbers"
