"""The arrows of the house run down only: app → pages → lab → runs → neural → sam_sps, lab → synthetic."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"app", "pages", "lab", "runs", "synthetic", "neural", "sam_sps"}
MAY_IMPORT = {
    "sam_sps": {"torch"},
    "synthetic": {"numpy", "scipy", "numba"},
    "neural": {"torch", "numpy", "sklearn", "sam_sps"},
    "runs": {"distributed", "numpy", "neural"},
    "lab": {"streamlit", "plotly", "numpy", "sklearn", "starlette", "synthetic", "runs", "neural"},
    "pages": {"streamlit", "lab"},
}
# These run in a worker's own process.
TORCH_IN_RUNS = [
    ROOT / "runs" / name for name in ("worker/worker.py", "worker/trainer.py", "fleets/dask_task.py")
]


def imported(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_imports_run_down_only(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        allowed = MAY_IMPORT[package] | {package}
        if path in TORCH_IN_RUNS:
            allowed = allowed | {"torch"}
        assert imported(path) <= allowed, path.relative_to(ROOT)


def test_the_app_never_loads_torch() -> None:
    code = (
        "import sys, app, lab.cnn.screen, lab.ui.screen, lab.cnn.figures, runs.fleets.local\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_distributed_is_loaded_only_where_a_scheduler_is_named() -> None:
    code = "import sys, app, lab.cnn.screen, runs.fleets.local; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_pinned_requirement_is_imported() -> None:
    files = [path for package in OURS - {"app"} for path in (ROOT / package).rglob("*.py")]
    used = set().union(*(imported(path) for path in [*files, ROOT / "app.py"]))
    module_of = {"scikit-learn": "sklearn"}
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            assert version, f"{line} is not pinned"
            assert module_of.get(name, name) in used, f"{name} is not imported"
