"""The app as `make run` serves it, on a free port and with a data folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import workers_of

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(url: str) -> bool:
    """Whether the app answers."""
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def launched(
    port: int, home: Path, seconds: float = 60, options: Sequence[str] = ("--server.headless", "true")
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the app and yield its process; its log must not hold a traceback at the end."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)],
            cwd=ROOT,
            env={**os.environ, "SAM_SPS_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            url, deadline = address(port), time.monotonic() + seconds
            while not is_up(url) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            if not is_up(url):
                raise RuntimeError(f"the app did not come up:\n{read(log)}")
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)
        if "Traceback" in (text := read(log)):
            raise RuntimeError(f"the app's log holds a traceback:\n{text}")


@dataclass
class App:
    """A running app that a test may look into."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def counts(self) -> dict[str, Any]:
        """What it tells whoever runs it."""
        with urllib.request.urlopen(f"{self.url}/counts") as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        return sorted(workers_of(self.process.pid))


@contextmanager
def serve() -> Iterator[App]:
    """Serve the app on a free port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home, launched(port, Path(home)) as process:
        yield App(address(port), Path(home), process)


def address(port: int) -> str:
    """Where the app answers."""
    return f"http://localhost:{port}"


def read(log: object) -> str:
    """All that was logged."""
    log.seek(0)  # type: ignore[attr-defined]
    return str(log.read())  # type: ignore[attr-defined]
