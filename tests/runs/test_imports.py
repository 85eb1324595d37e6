"""Imports inside the run engine run one way, from the engine down to the interface."""

from __future__ import annotations

import ast
from pathlib import Path

RUNS = Path(__file__).resolve().parents[2] / "runs"
ORDER = (
    ("record", "limits", "wait_times", "thinning", "log", "sweep_state", "moments", "label"),
    ("backend",),
    ("store", "worker"),
    ("fleets",),
    ("entries", "outcome"),
    ("room",),
    ("registry",),
    ("reports", "outside"),
    ("supervisor", "sweep"),
    ("shelf",),
    ("service",),
    ("engine",),
    ("__init__",),
)
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}


def part(path: Path) -> str:
    """The module or folder of runs/ that a file belongs to."""
    return path.relative_to(RUNS).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The parts of runs/ that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "runs":
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("runs."):
            names.add(node.module.split(".")[1])
    return names


def test_every_part_has_its_place() -> None:
    assert {part(path) for path in RUNS.rglob("*.py")} == set(LEVEL)


def test_a_part_imports_only_itself_and_what_is_below() -> None:
    for path in RUNS.rglob("*.py"):
        own = part(path)
        above = {name for name in imported(path) - {own} if LEVEL[name] >= LEVEL[own]}
        assert not above, (path.relative_to(RUNS), above)
