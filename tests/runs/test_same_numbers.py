"""One configuration and seed, three ways: on local workers, on a Dask cluster, and with the bare loop alone.

The weights and the optimizers' states are compared bit for bit, where each way is paused, after a rewind, and
after a worker was killed and the run went on from its checkpoint; the recorded columns to the last digit.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from neural.config import LaneConfig, TrainConfig
from neural.train import TrainingLoop
from runs.backend import Command
from runs.fleets.dask import DaskFleet
from runs.fleets.local import LocalFleet
from runs.service import Service
from tests.runs.cluster import cluster
from tests.runs.helpers import (
    ME,
    assert_equal_to_bare,
    checkpoints,
    columns,
    over,
    pause_at_checkpoint,
    state,
    wait_for,
)

METHODS = ("sam_sps", "usam_sps", "sps_max", "sam_cosine", "sgd_constant", "adam", "lightsam_1", "sa_sam")
CONFIG = TrainConfig(
    lanes=tuple(
        LaneConfig(method, gamma_b=0.5, momentum=0.9, replica=seed)
        for seed, methods in enumerate((METHODS, METHODS[:2]))
        for method in methods
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


def paused_with_the_bits_of_the_bare_loop(backend: Service, folder: Path, run: str, after: int) -> int:
    """Pause after some step or other, and compare what is in the checkpoint; returns the step."""
    wait_for(backend, run, lambda s: s.step >= after)
    step = pause_at_checkpoint(backend, folder, run)
    assert step < CONFIG.epochs * 23
    assert_same_bits(torch.load(checkpoints(folder, run)[step])["comparison"], bare_state(step))
    return step


def trained(backend: Service, folder: Path, pid_of: Callable[[str], int]) -> list[dict[str, list[Any]]]:
    """Pause, rewind, pause, lose the worker, resume, pause, finish; what was recorded in the end."""
    run = backend.submit(CONFIG, owner=ME)
    paused_with_the_bits_of_the_bare_loop(backend, folder, run, 5)
    backend.send(run, Command("rewind"), owner=ME)
    wait_for(backend, run, lambda s: s.generation == 1)
    backend.send(run, Command("resume"), owner=ME)
    step = paused_with_the_bits_of_the_bare_loop(backend, folder, run, 12)
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, lambda s: s.step > step + 3)
    os.kill(pid_of(run), signal.SIGKILL)
    wait_for(backend, run, state("interrupted"))
    backend.send(run, Command("resume"), owner=ME)
    wait_for(backend, run, state("running"))
    paused_with_the_bits_of_the_bare_loop(backend, folder, run, step + 8)
    backend.send(run, Command("resume"), owner=ME)
    assert wait_for(backend, run, over).message == f"Finished: all {CONFIG.epochs * 23} steps"
    return columns(backend, run)


def test_local_dask_and_bare_loop_give_the_same_numbers(tmp_path: Path) -> None:
    fleet = LocalFleet(1)
    local = Service(fleet, tmp_path / "local")
    here = trained(
        local, tmp_path / "local", lambda run: next(w.process.pid for w in fleet.workers if w.run == run)
    )
    local.close()
    with cluster(1) as address:
        tasks = DaskFleet(address)
        dask = Service(tasks, tmp_path / "dask")
        client = tasks.client()
        there = trained(
            dask, tmp_path / "dask", lambda run: client.run(os.getpid)[tasks.attempts[run].worker]
        )
        dask.close()
    assert here == there
    assert_equal_to_bare(here, CONFIG)
    first, second = here[0], here[len(METHODS)]
    assert first["loss_x"] != second["loss_x"], "another seed gives other numbers"
