"""The arrows of the house run down only, from `app.py` to `sam_sps` and `synthetic`; a table says which."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from neural.methods import METHODS

ROOT = Path(__file__).resolve().parents[1]
# What pages share, the lowest first
SHARED = {
    "lab/params", "lab/ui", "lab/pool", "lab/web", "lab/chart", "lab/export", "lab/visit", "lab/uploads",
}  # fmt: skip
PAGE_FOLDERS = {
    f"lab/{path.parent.name}"
    for path in (ROOT / "lab").glob("*/__init__.py")
    if f"lab/{path.parent.name}" not in SHARED
}
PAGES = {f"pages/{path.stem}" for path in (ROOT / "pages").glob("*.py")}
PEERS = {"momo", "prodigyopt", "schedulefree", "dog"}  # optional packages
# What each room may import: other rooms, and other people's packages. Only `lab` and what is above it know
# Streamlit and Plotly; `synthetic` and `sam_sps` do not know each other.
MAY_IMPORT = {
    "sam_sps": {"torch"},
    "synthetic": {"numpy", "numba"},
    "neural": {"sam_sps", "torch", "numpy", "scipy", "sklearn", "pyarrow", *PEERS},
    "runs": {"neural", "numpy", "distributed", "psutil"},
    "lab/params": {"neural", "synthetic"},
    "lab/ui": {"lab/params", "numpy", "plotly", "streamlit"},
    "lab/pool": {"lab/ui", "runs", "threadpoolctl"},
    "lab/web": {"lab/params", "lab/ui", "lab/pool", "runs", "plotly", "psutil", "starlette", "streamlit"},
    "lab/chart": {"lab/params", "lab/ui", "lab/web", "plotly", "streamlit"},
    "lab/export": {"lab/params", "lab/ui", "lab/web", "lab/chart", "plotly", "pyarrow", "streamlit"},
    "lab/uploads": {"lab/params", "lab/ui", "runs", "neural", "numpy", "pyarrow", "starlette", "streamlit"},
    "lab/visit": {"lab/ui", "lab/pool", "lab/web", "streamlit"},
    **{
        folder: {*SHARED, "runs", "neural", "synthetic", "numpy", "sklearn", "plotly", "streamlit"}
        for folder in PAGE_FOLDERS
    },
    # Each page is drawn by the folder of its name.
    **{page: {*SHARED, page.replace("pages", "lab"), "streamlit"} for page in PAGES},
    # Its command line
    "lab": {
        "lab/figure_page",
        "lab/run_command",
        "lab/params",
        "lab/ui",
        "lab/pool",
        "lab/export",
        "lab/ridge",
        "lab/cnn",
        "lab/theory",
        "lab/one_step",
        "lab/robustness",
        "lab/landscape",
        "plotly",
        "synthetic",
        "threadpoolctl",
    },
    "app": {
        "lab/ridge",
        "lab/pool",
        "lab/uploads",
        "lab/web",
        "lab/chart",
        "runs",
        "synthetic",
        "streamlit",
        "starlette",
        "threadpoolctl",
    },
}
# These run in a worker's own process.
TORCH_IN_RUNS = {
    f"runs/{name}.py"
    for name in ("worker/worker", "worker/trainer", "worker/checkpoints", "fleets/dask_task")
}
# Scripts are read as text, and a visitor runs them; the command line trains in its own process.
ALONE = {
    "lab/cnn/taken.py": {"torch"},
    "lab/landscape/taken.py": {"torch"},
    "lab/export/scripts/ridge/": {"numpy", "sklearn"},
    "lab/export/scripts/cnn/": {"neural", "sam_sps", "torch", "numpy", "sklearn", *PEERS},
}
LONGEST = 300  # lines of a file
PURE = {"compute.py", "figures.py", "words.py"}  # of a page folder: functions of a configuration or a result


def room_of(parts: tuple[str, ...]) -> str:
    """The room of a module or file: a folder of `lab`, a page, or a folder at the top."""
    return "/".join(parts[:2]) if parts[0] in ("lab", "pages") and len(parts) > 1 else parts[0]


def modules(path: Path) -> set[tuple[str, ...]]:
    """The modules that a file imports, wherever in the file, each as the parts of its name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{path}: a relative import hides where it leads"
            assert not node.level, f"{path}: a relative import hides where it leads"
            alone = node.module in ("lab", "pages")
            names |= {f"{node.module}.{alias.name}" if alone else node.module for alias in node.names}
    return {tuple(name.split(".")) for name in names if name.split(".")[0] not in sys.stdlib_module_names}


def files() -> dict[str, list[Path]]:
    """Every source file by its room; the files that lie in `lab` itself are the room "lab"."""
    found: dict[str, list[Path]] = {"app": [ROOT / "app.py"]}
    for top in ("pages", "lab", "runs", "neural", "synthetic", "sam_sps"):
        for path in sorted((ROOT / top).rglob("*.py")):
            inner = path.relative_to(ROOT).with_suffix("").parts
            room = "lab" if top == "lab" and len(inner) == 2 else room_of(inner)
            found.setdefault(room, []).append(path)
    return found


FILES = files()


def test_every_room_is_in_the_table() -> None:
    assert FILES.keys() == MAY_IMPORT.keys()


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_run_down_only(room: str) -> None:
    for path in FILES[room]:
        name = path.relative_to(ROOT).as_posix()
        allowed = MAY_IMPORT[room] | {room} | ({"torch"} if name in TORCH_IN_RUNS else set())
        allowed |= {one for start, alone in ALONE.items() if name.startswith(start) for one in alone}
        assert {room_of(module) for module in modules(path)} <= allowed, name


def test_no_file_is_long() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.py", "*.js"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    lines = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in tracked}
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


def test_the_table_has_no_circle() -> None:
    above = {room: {one for one in allowed if one in MAY_IMPORT} for room, allowed in MAY_IMPORT.items()}
    while above:
        free = [room for room, below in above.items() if not below & above.keys()]
        assert free, f"a circle among {sorted(above)}"
        for room in free:
            del above[room]


@pytest.mark.parametrize("folder", sorted(PAGE_FOLDERS))
def test_results_figures_and_words_draw_nothing(folder: str) -> None:
    for path in FILES[folder]:
        if path.name in PURE:
            assert ("streamlit",) not in modules(path), path.relative_to(ROOT)


def test_the_app_never_loads_torch() -> None:
    code = (
        "import sys, app, lab.cnn.screen, lab.landscape.screen, lab.robustness.screen, runs.fleets.local\n"
        "from neural.landscape import comparison, flatness, line, plane, quadratic, trajectory\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_distributed_is_loaded_only_where_a_scheduler_is_named() -> None:
    code = "import sys, app, lab.cnn.screen, runs.fleets.local; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_pinned_requirement_is_imported() -> None:
    used = {module[0] for paths in FILES.values() for path in paths for module in modules(path)}
    module_of = {"scikit-learn": "sklearn"}
    used |= {"httptools", "uvloop"}  # by uvicorn
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            assert version, f"{line} is not pinned"
            assert module_of.get(name, name) in used, f"{name} is not imported"


def test_the_optional_packages_are_pinned_and_named_by_the_methods_that_need_them() -> None:
    lines = (ROOT / "requirements-peers.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    named = {method.package for method in METHODS.values()} - {""}
    assert {line.partition("==")[0] for line in pinned} == named
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert extras["optional-dependencies"]["peers"] == pinned
