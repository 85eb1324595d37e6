"""A tiny sweep from the page, from the command line and on a Dask cluster: the same numbers."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.params import RobustnessConfig
from lab.robustness.sweep import sweep_of
from lab.ui.link import encode
from neural import sweep_folder
from neural.sweep import SweepConfig
from neural.sweep_result import RunResult
from neural.sweep_runs import configs_of
from runs.fleets.dask import DaskFleet
from runs.service import Service
from tests.runs.cluster import cluster
from tests.runs.helpers import ME, wait_until
from tests.runs.test_sweep import numbers

ROOT = Path(__file__).resolve().parents[2]
TINY = RobustnessConfig(
    dataset="digits", network="small_cnn_bn", epochs=1, rhos=(0.0, 0.1), seeds=1,
    adaptive=("sam_sps",), baselines=("usam_cosine",), rates=(0.1, 1.0), heavy=(),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SAM_SPS_WORKERS", "1")
    runs.shutdown()
    yield
    runs.shutdown()


def from_the_page(config: RobustnessConfig) -> dict[str, RunResult]:
    """Press Start, wait for the end, and have the page show it."""
    app = AppTest.from_file("../../pages/robustness.py", default_timeout=60)
    for key, value in encode(config).items():
        app.query_params[key] = value
    app.run()
    next(one for one in app.button if one.label == "Start").click().run()
    assert not app.exception
    assert "Stop" in [one.label for one in app.button]
    wait_until(lambda: not runs.sweeps().progress(sweep_of(config)).going, 120)
    assert "Start" not in [one.label for one in app.run().button]
    return runs.sweeps().results(sweep_of(config))


def from_the_command_line(sweep: SweepConfig, folder: Path) -> dict[str, RunResult]:
    """`python -m neural sweep` with the file that the page offers."""
    folder.mkdir()
    file = folder / "sweep.json"
    file.write_text(json.dumps(sweep.to_dict()), encoding="utf-8")
    command = [sys.executable, "-m", "neural", "sweep", str(file), "--out", str(folder), "--workers", "1"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return sweep_folder.read(folder / "runs", configs_of(sweep))


def from_a_cluster(sweep: SweepConfig, folder: Path) -> dict[str, RunResult]:
    with cluster(1) as address:
        service = Service(DaskFleet(address), folder)
        try:
            service.sweeps.start(sweep, owner=ME)
            wait_until(lambda: not service.sweeps.progress(sweep).going, 120)
            return service.sweeps.results(sweep)
        finally:
            service.close()


def test_the_page_the_command_line_and_dask_have_the_same_numbers(tmp_path: Path) -> None:
    sweep = sweep_of(TINY)
    by_command = from_the_command_line(sweep, tmp_path / "command")
    on_a_cluster = from_a_cluster(sweep, tmp_path / "dask")
    on_the_page = from_the_page(TINY)
    assert len(on_the_page) == len(configs_of(sweep)) == 6
    assert numbers(on_the_page) == numbers(by_command) == numbers(on_a_cluster)
