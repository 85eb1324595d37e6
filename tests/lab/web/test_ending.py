"""An app that is told to end: streams and workers end with it, and its runs are interrupted, not lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runs.fleets.local import LocalFleet
from runs.service import Service
from tests.browser.server import ROOT, free_port
from tests.processes import processes, workers_of


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
