"""A worker that is still starting when its app is killed is gone at once, and says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from runs.worker.channel import KEY_BYTES

ROOT = Path(__file__).resolve().parents[3]
APP = """
from runs.fleets.process import WorkerProcess
WorkerProcess("/nowhere", bytes(32)).process.wait()
"""
# In the place of torch: it says that it is being loaded, and is never done.
LOADING = "import threading\nprint('loading', flush=True)\nthreading.Event().wait()\n"
# In the place of torch: it is done when the app has gone, and so there is no connection to be had.
REFUSED = "import select\nselect.select([0], [], [])\nraise ConnectionRefusedError('nobody')\n"

# In the place of what serves: whether garbage is looked for again, and what was loaded before is left out.
SERVED = """
import gc, sys, types
served = types.ModuleType("runs.worker.worker")
served.serve = lambda *_: print(gc.isenabled(), gc.get_freeze_count() > 0)
sys.modules[served.__name__] = served
from runs.worker.__main__ import main
sys.argv = ["worker", "address"]
main()
"""


def started(*arguments: str, torch: Path | None = None) -> subprocess.Popen[bytes]:
    """A Python process; with a folder, it finds torch there."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(torch or "")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_killed_app_takes_a_worker_with_it_that_loads_torch(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(LOADING)
    app = started("-c", APP, torch=tmp_path)
    assert app.stdout is not None
    assert app.stdout.readline() == b"loading\n"
    app.kill()
    assert app.communicate(timeout=20) == (b"", b""), "the worker holds both ends till it goes"


def test_a_worker_that_finds_no_app_says_nothing_where_the_app_has_gone(tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text(REFUSED)
    worker = started("-m", "runs.worker", "/nowhere", torch=tmp_path)
    assert worker.communicate(bytes(KEY_BYTES), timeout=20) == (b"", b"")
    assert worker.returncode == 0


def test_it_says_what_is_wrong_where_the_app_lives() -> None:
    worker = started("-m", "runs.worker", "/nowhere")
    assert worker.stdin is not None
    assert worker.stderr is not None
    worker.stdin.write(bytes(KEY_BYTES))
    worker.stdin.flush()
    assert b"FileNotFoundError" in worker.stderr.read()
    assert worker.wait() != 0


def test_garbage_is_looked_for_again_when_all_is_loaded() -> None:
    worker = started("-c", SERVED)
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(bytes(KEY_BYTES))
    worker.stdin.flush()
    assert worker.stdout.readline() == b"True True\n"
    worker.communicate(timeout=20)
