"""Node.js, which Playwright brings along: runs the chart component's modules without a browser."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import playwright

from lab.web.chart_files import FILES

ROOT = Path(__file__).resolve().parents[3]
NODE = Path(playwright.__file__).parent / "driver" / ("node.exe" if sys.platform == "win32" else "node")


def laid_out(folder: Path) -> Path:
    """Put the modules as they are served, and their tests, into a folder as in the repository."""
    (folder / "package.json").write_text('{"type": "module"}')
    modules, tests = folder / "lab/chart/js", folder / "tests/lab/chart/js"
    for place in (modules, tests):
        place.mkdir(parents=True)
    for name, text in FILES.items():
        (modules / name).write_text(text, encoding="utf-8")
    for path in (ROOT / "tests/lab/chart/js").iterdir():
        (tests / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def node(*arguments: str, cwd: Path) -> str:
    """What Node prints; an error in it is an error here, with all that it said."""
    done = subprocess.run(
        [NODE, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def called(folder: Path, module: str, function: str, calls: list[list[Any]]) -> list[Any]:
    """What a function of a module gives for each list of arguments; all in one process."""
    file = folder / "calls.json"
    file.write_text(json.dumps(calls), encoding="utf-8")
    script = f"""
      import {{ readFileSync }} from "node:fs";
      import {{ {function} as it }} from "./lab/chart/js/{module}.js";
      const calls = JSON.parse(readFileSync("calls.json", "utf-8"));
      console.log(JSON.stringify(calls.map((call) => it(...call) ?? null)));
    """
    return json.loads(node("--input-type=module", "--eval", script, cwd=folder))
