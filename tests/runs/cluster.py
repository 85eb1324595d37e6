"""A Dask cluster of separate processes: a scheduler and workers, each with a nanny that replaces it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client

ROOT = Path(__file__).resolve().parents[2]


def free_address() -> str:
    """Where nobody answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


@contextmanager
def cluster(workers: int, at: str = "tcp://127.0.0.1:0") -> Iterator[str]:
    """Start it and yield the scheduler's address."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_CONFIG": str(ROOT / "runs" / "fleets" / "dask.yaml"),
        "OMP_NUM_THREADS": "1",
    }
    dask = [sys.executable, "-m", "dask"]
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "scheduler.json"

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [*dask, *arguments],
                env=environment,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

        shared = ["--scheduler-file", str(found), "--no-dashboard"]
        local = ["--host", "127.0.0.1"]
        running = [start("scheduler", *shared, *local, "--port", at.rpartition(":")[2])]
        try:
            worker = ["--nthreads", "1", "--local-directory", folder, "--memory-limit", "0"]
            running += [start("worker", *shared, *local, *worker) for _ in range(workers)]
            with Client(scheduler_file=str(found), timeout=60, set_as_default=False) as client:
                client.wait_for_workers(workers, timeout=60)
                address = client.scheduler.address
            yield address
        finally:
            for process in running:
                os.killpg(process.pid, signal.SIGKILL)  # a nanny and its worker together
                process.wait(timeout=20)
