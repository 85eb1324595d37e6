"""The app as `make run` serves it, on a free port."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
def serve(seconds: float = 60) -> Iterator[str]:
    """Serve the app and yield its address; its log must not hold a traceback at the end."""
    port = free_port()
    url = f"http://localhost:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [*command, "--server.port", str(port)], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + seconds
            while not is_up(url) and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.1)
            if not is_up(url):
                raise RuntimeError(f"the app did not come up:\n{read(log)}")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)
        if "Traceback" in (text := read(log)):
            raise RuntimeError(f"the app's log holds a traceback:\n{text}")


def read(log: object) -> str:
    """All that was logged."""
    log.seek(0)  # type: ignore[attr-defined]
    return str(log.read())  # type: ignore[attr-defined]
