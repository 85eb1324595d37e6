"""Sweeps over the engine on local workers: stopped, killed and started again."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepConfig, SweepMethod
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from neural.train import TrainingLoop
from runs.backend import Busy, Command, NotOwner
from runs.fleets.fleet import Fleet
from runs.fleets.local import LocalFleet
from runs.limits import Limits
from runs.service import Service
from runs.sweep import Progress
from tests.runs.helpers import ME, OTHER, wait_for, wait_until
from tests.runs.kept import KeptFleet

ROOT = Path(__file__).resolve().parents[2]
LIMITS = Limits(per_visitor=1, in_all=6)
METHODS = (SweepMethod("sam_sps"), SweepMethod("usam_cosine"))


def tiny(epochs: int = 1, seeds: tuple[int, ...] = (0, 1)) -> SweepConfig:
    """Two methods and two ρ; four steps an epoch."""
    fixed = (("epochs", epochs), ("train_size", 256), ("network", "small_cnn_bn"))
    return SweepConfig(METHODS, (("rho", (0.1, 0.4)),), seeds, fixed)


TINY = tiny()


@contextmanager
def opened(fleet: Fleet, folder: Path) -> Iterator[Service]:
    service = Service(fleet, folder, LIMITS)
    try:
        yield service
    finally:
        service.close()


@pytest.fixture(scope="module")
def service(kept: KeptFleet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Shared by tests whose sweeps have no run in common."""
    with opened(kept.lent(), tmp_path_factory.mktemp("home")) as made:
        yield made


def ended(service: Service, sweep: SweepConfig) -> Progress:
    """Wait for the end of a sweep."""
    wait_until(lambda: not service.sweeps.progress(sweep).going, 300)
    return service.sweeps.progress(sweep)


def numbers(results: dict[str, RunResult]) -> dict[str, dict[str, object]]:
    """All but the clock and the run's id."""
    return {
        name: {key: value for key, value in one.to_dict().items() if key not in ("seconds", "run")}
        for name, one in results.items()
    }


@functools.cache
def trained(name: str, config: TrainConfig) -> RunResult:
    """What the bare loop measures, as the command line has it."""
    return RunResult.of_points(name, TrainingLoop(config).run())


def bare(sweep: SweepConfig) -> dict[str, dict[str, object]]:
    """The numbers of every run in the bare loop."""
    return numbers({name: trained(name, config) for name, config in configs_of(sweep).items()})


def states(service: Service, sweep: SweepConfig) -> list[str]:
    """Of every run that was ever begun for the sweep."""
    begun = [run for name in configs_of(sweep) for run in service.recent(f"sweep {name}", 99)]
    return [run.status.state for run in begun]


def assert_done_once(service: Service, sweep: SweepConfig) -> None:
    """Every run has the numbers of the bare loop and was begun once."""
    now, found = ended(service, sweep), service.sweeps.results(sweep)
    runs = len(configs_of(sweep))
    assert now == Progress(runs, runs, {}, {}, False, None)
    assert numbers(found) == bare(sweep)
    assert states(service, sweep) == ["finished"] * runs


def test_the_numbers_are_those_of_the_bare_loop_and_nobody_steers(service: Service) -> None:
    assert service.sweeps.progress(TINY) == Progress(8, 0, {}, {}, False, None)
    service.sweeps.start(TINY, owner=ME)
    assert_done_once(service, TINY)
    for name, result in service.sweeps.results(TINY).items():
        assert service.config(result.run) == configs_of(TINY)[name]
        with pytest.raises(NotOwner):
            service.send(result.run, Command("pause"), owner=ME)
    assert service.recent(ME) == [], "the visitor's list holds what the visitor started"
    service.sweeps.start(TINY, owner=ME)
    assert not service.sweeps.progress(TINY).going, "nothing is left to do"
    larger = tiny(seeds=(0, 1, 2))
    service.sweeps.start(larger, owner=ME)
    assert_done_once(service, larger)


KILLED = tiny(epochs=10)
CHILD = """
import sys, time
from pathlib import Path
from runs.backend import Command
from runs.fleets.local import LocalFleet
from runs.service import Service
from tests.runs.test_sweep import KILLED
service = Service(LocalFleet(2), Path(sys.argv[1]))
service.sweeps.start(KILLED, owner="me")
paused = set()
while True:
    now = service.sweeps.progress(KILLED)
    if not now.going:
        break
    if now.done >= 3:
        starts = [service._registry.entry(run).start for run in now.training.values()]
        for name, run in now.training.items():
            if run not in paused and service.status(run).step:
                service.send(run, Command("pause"), owner=f"sweep {name}")  # it writes a checkpoint
                paused.add(run)  # and the sweep has it go on
        service._store.sync()
        print("ready" if any(start and start.step for start in starts) else "not yet", flush=True)
    time.sleep(0.02)  # the workers need the cores
"""


def test_after_a_kill_nothing_is_lost_and_nothing_run_twice(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == "ready":
            break
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with opened(LocalFleet(2), tmp_path) as service:
        assert 3 <= service.sweeps.progress(KILLED).done < 8, "known after a restart, without a start"
        kept = {name: result.run for name, result in service.sweeps.results(KILLED).items()}
        begun = [found for name in configs_of(KILLED) for found in service.recent(f"sweep {name}")]
        said = [found.status.message for found in begun if found.status.state == "interrupted"]
        assert any("Resume continues from step" in message for message in said), said
        service.sweeps.start(KILLED, owner=ME)
        assert_done_once(service, KILLED)
        found = {name: result.run for name, result in service.sweeps.results(KILLED).items()}
        assert kept.items() <= found.items()


def test_it_holds_as_many_runs_as_there_are_workers_and_a_visitor_gets_through(service: Service) -> None:
    long = tiny(epochs=100, seeds=(10, 11))
    service.sweeps.start(long, owner=ME)
    wait_until(lambda: len(service.sweeps.progress(long).training) == 2)
    # The visitor's cap of one run is the visitor's own: the sweep's runs do not count.
    mine = service.submit(TrainConfig((LaneConfig("sam_sps"),), epochs=1, train_size=64), owner=ME)
    most = 0
    while (status := service.status(mine)) is not None and not status.over:
        most = max(most, len(service.sweeps.progress(long).training))
    assert status is not None
    assert (status.state, most) == ("finished", 2)
    assert service.sweeps.progress(long).done < 8, "it did not have to wait for the whole sweep"
    service.sweeps.stop(long, owner=ME)


def test_stop_and_start_again(service: Service) -> None:
    sweeps, long = service.sweeps, tiny(epochs=40, seeds=(20,))
    sweeps.start(long, owner=ME)
    with pytest.raises(Busy, match="sweep going on"):
        sweeps.start(TINY, owner=ME)
    sweeps.start(long, owner=OTHER)

    def both_go_on() -> bool:
        now = sweeps.progress(long)
        steps = [status.step for run in now.training.values() if (status := service.status(run))]
        return now.done >= 1 and len(steps) == 2 and min(steps) > 0

    wait_until(both_go_on)
    assert sweeps.progress(long).seconds_left is not None
    with pytest.raises(NotOwner):
        sweeps.stop(long, owner="a third")
    sweeps.stop(long, owner=ME)
    assert sweeps.progress(long).going, "the other has started it too"
    stopped = dict(sweeps.progress(long).training)
    sweeps.stop(long, owner=OTHER)
    now = sweeps.progress(long)
    assert (now.going, now.training, now.failed, now.seconds_left) == (False, {}, {}, None)
    ends = [wait_for(service, run, lambda s: s.over or s.state == "paused") for run in stopped.values()]
    assert "paused" in [end.state for end in ends]
    assert 1 <= sweeps.progress(long).done < 4
    sweeps.start(long, owner=ME)
    assert ended(service, long).done == 4
    found = sweeps.results(long)
    assert numbers(found) == bare(long)
    for (name, run), end in zip(stopped.items(), ends, strict=True):
        if end.state == "paused":
            status = service.status(run)
            assert (found[name].run, status and status.generation) == (run, 0), "it went on from there"


def test_started_again_before_the_store_knows_its_runs_it_goes_on_with_them(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweeps, long = service.sweeps, tiny(epochs=40, seeds=(50,))
    sweeps.start(long, owner=ME)

    def both_train() -> bool:
        runs = [service.status(run) for run in sweeps.progress(long).training.values()]
        return len(runs) == 2 and all(status is not None and status.step > 0 for status in runs)

    wait_until(both_train)
    stopped = dict(sweeps.progress(long).training)
    with monkeypatch.context() as patch:
        patch.setattr(service._store, "sweep_runs", lambda _names: [])
        sweeps.stop(long, owner=ME)
        sweeps.start(long, owner=ME)
    assert ended(service, long).done == 4
    found = sweeps.results(long)
    assert {name: found[name].run for name in stopped} == stopped
    assert numbers(found) == bare(long)


def test_runs_that_fail_are_named_and_tried_again(service: Service) -> None:
    fixed = (("epochs", 1), ("train_size", 64))
    impossible = SweepConfig(METHODS[:1], (("device", ("cpu", "cuda:99")),), (30,), fixed)
    for _ in range(2):
        service.sweeps.start(impossible, owner=ME)
        found = ended(service, impossible)
        assert (found.runs, found.done) == (2, 1)
        (why,) = found.failed.values()
        assert "device 'cuda:99' is not available here" in why
    assert sorted(states(service, impossible)) == ["failed", "failed", "finished"]


def test_workers_that_die_cost_no_run(service: Service, kept: KeptFleet) -> None:
    long = tiny(epochs=20, seeds=(40,))
    service.sweeps.start(long, owner=ME)

    def begun() -> bool:
        runs = service.sweeps.progress(long).training.values()
        return any(status is not None and status.step > 20 for status in map(service.status, runs))

    wait_until(begun)
    for worker in tuple(kept.workers):
        os.kill(worker.process.pid, signal.SIGKILL)
    assert_done_once(service, long)
