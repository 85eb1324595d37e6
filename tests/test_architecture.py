"""The arrows of the house run down only: app → pages → lab → synthetic, neural → sam_sps."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = {"app", "pages", "lab", "synthetic", "neural", "sam_sps"}
MAY_IMPORT = {
    "sam_sps": {"torch"},
    "synthetic": {"numpy", "scipy", "numba"},
    "neural": {"torch", "numpy", "sklearn", "sam_sps"},
    "lab": {"streamlit", "plotly", "numpy", "sklearn", "starlette", "distributed", "synthetic", "neural"},
    "pages": {"streamlit", "lab"},
}
# These run in a worker's own process.
TORCH_IN_LAB = [ROOT / "lab" / "runs" / name for name in ("worker.py", "trainer.py", "dask_task.py")]


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
        if path in TORCH_IN_LAB:
            allowed = allowed | {"torch"}
        assert imported(path) <= allowed, path.relative_to(ROOT)


def test_the_app_never_loads_torch() -> None:
    code = (
        "import sys, app, lab.training, lab.screen, lab.figures.training, lab.runs.local\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_distributed_is_loaded_only_where_a_scheduler_is_named() -> None:
    code = "import sys, app, lab.training, lab.runs.local; sys.exit('distributed' in sys.modules)"
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
