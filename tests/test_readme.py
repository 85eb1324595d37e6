"""README says what is true: its quick start runs, its pictures, files and commands exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_quick_start_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", TEXT, flags=re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {})
    found = re.fullmatch(
        r"loss (\d\.\d{3}), step size (\d+\.\d{3}), capped (\d+) times of 100\n", capsys.readouterr().out
    )
    assert found
    assert float(found[1]) < 0.05, "from ln 3 = 1.099"
    assert int(found[3]) < 50, "most steps are chosen, not capped"


@pytest.mark.parametrize("path", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT))
def test_pictures_are_there(path: str) -> None:
    assert (ROOT / path).read_bytes().startswith(b"\x89PNG")


def test_every_folder_of_the_layout_is_there_and_none_is_missing() -> None:
    layout = re.search(r"## Layout\n\n```\n(.*?)```", TEXT, flags=re.DOTALL)
    assert layout
    named = {line.split()[0].rstrip("/") for line in layout[1].splitlines()}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    present = {
        line.split("/")[0] for line in tracked.splitlines() if "/" in line and not line.startswith(".")
    }
    assert named == present | {"app.py"}


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)$", TEXT, flags=re.MULTILINE))
def test_make_knows_the_commands(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
