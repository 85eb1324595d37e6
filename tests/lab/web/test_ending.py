"""An app that is told to end: streams and workers end with it, and its runs are interrupted, not lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from runs.fleets.local import LocalFleet
from runs.service import Service
from tests.browser.server import ROOT, free_port
from tests.processes import COMPUTES, processes, workers_of


@contextmanager
def served(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app in a process of its own, and its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lab.web.signal_server", str(port)],
        cwd=ROOT,
        env={**os.environ, "SAM_SPS_HOME": str(home)},
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def started(url: str) -> str:
    """Start a run as soon as the app is up; its id."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/start", timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.URLError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def ask(url: str) -> None:
    """Ask for something that is never answered."""
    with suppress(OSError):
        urllib.request.urlopen(url, timeout=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_streams_and_the_workers_and_interrupts_the_runs(
    tmp_path: Path, number: signal.Signals
) -> None:
    with served(tmp_path) as (app, url):
        run = started(url)
        with urllib.request.urlopen(f"{url}/api/stream/{run}", timeout=60) as stream:
            steps = 0
            while steps < 20:
                line = stream.readline()
                if line.startswith(b"data: "):
                    steps = json.loads(line[6:])["next"]
            workers = workers_of(app.pid)
            assert workers
            app.send_signal(number)
            while stream.readline():  # to its end, which comes although the run goes on
                pass
        app.wait(timeout=15)
    deadline = time.monotonic() + 5
    while workers & {pid for pid, _, _ in processes()}:
        assert time.monotonic() < deadline, "a worker is left behind"
        time.sleep(0.05)
    again = Service(LocalFleet(1), tmp_path)
    status = again.status(run)
    again.close()
    assert status is not None
    assert status.state == "interrupted"
    assert status.message.startswith("The app ended while this run went on. Resume continues from ")
    assert status.recorded >= steps, "no point that was shown is lost"


def test_a_signal_ends_the_app_within_five_seconds_whatever_it_computes(tmp_path: Path) -> None:
    with served(tmp_path) as (app, url):
        started(url)
        threading.Thread(target=ask, args=(f"{url}/compute",), daemon=True).start()
        while not (workers := workers_of(app.pid)):
            time.sleep(0.05)
        time.sleep(0.5)
        sent = time.monotonic()
        app.send_signal(signal.SIGTERM)
        app.wait(timeout=15)
        assert time.monotonic() - sent < 5
    deadline = time.monotonic() + 5
    while workers & {pid for pid, _, _ in processes()}:
        assert time.monotonic() < deadline, "a worker is left behind"
        time.sleep(0.05)


def test_a_signal_ends_the_heaviest_computation_within_five_seconds(tmp_path: Path) -> None:
    heavy = "n=500&d=500&m=100&trials=50&iterations=10000"
    with served(tmp_path) as (app, url):
        health_when_up(url)
        threading.Thread(target=ask, args=(f"{url}/api/charts/ridge?v=1&{heavy}",), daemon=True).start()
        while not (found := workers_of(app.pid, COMPUTES)):
            time.sleep(0.05)
        time.sleep(0.5)
        sent = time.monotonic()
        app.send_signal(signal.SIGTERM)
        app.wait(timeout=15)
        while found & {pid for pid, _, _ in processes()}:
            assert time.monotonic() - sent < 5, "a compute process is left behind"
            time.sleep(0.05)
        assert time.monotonic() - sent < 5


def health_when_up(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            health(url)
            return
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def health(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{url}/healthz", timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_healthz(tmp_path: Path) -> None:
    with served(tmp_path) as (_, url):
        assert started(url)
        deadline = time.monotonic() + 60
        while (found := health(url))["going"] + found["waiting"] != 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert (found["alive"], found["store"], found["trouble"]) == (True, True, "")


def test_healthz_says_503_where_the_history_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "runs.sqlite").mkdir()  # it cannot be opened
    with served(tmp_path) as (_, url):
        started(url)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{url}/healthz", timeout=60)
        said = json.load(refused.value)  # while there is somebody to read from
    assert refused.value.code == 503
    assert said["store"] is False
