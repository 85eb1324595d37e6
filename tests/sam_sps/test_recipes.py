"""Every block of Python in docs/ runs."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sam_sps import SAM_SPS

ROOT = Path(__file__).resolve().parents[2]
FILES = ("optimizer.md", "recipes.md")
TEXT = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in FILES)
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)


def blocks(kind: str) -> list[tuple[str, str]]:
    """Return (title of the section, code) of all blocks of a kind."""
    pattern = re.compile(rf"^```{kind}\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
    return [(part.split("\n", 1)[0], code) for part in SECTIONS for code in pattern.findall(part)]


PLAIN, LAUNCHED = blocks("python"), blocks("python torchrun")


def test_all_blocks_are_found() -> None:
    assert len(PLAIN) + len(LAUNCHED) == TEXT.count("```") // 2
    assert len(LAUNCHED) == 2


@pytest.mark.parametrize("code", [code for _, code in PLAIN], ids=[title for title, _ in PLAIN])
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_block_runs(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs", "exec"), {"__name__": "recipe"})


def test_the_quick_start_shows_an_adaptive_step(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(dict(reversed(PLAIN))["Quick start"], "docs/optimizer.md", "exec"), {"__name__": "recipe"})
    *lines, _ = capsys.readouterr().out.splitlines()
    chosen = [line for line in lines if "(capped)" not in line]
    assert len(lines) == 20
    assert len(chosen) > 10
    assert len({re.search(r"γ ([\d.]+)", line)[1] for line in chosen}) > 10  # type: ignore[index]
    assert float(re.search(r"loss ([\d.]+)", lines[-1])[1]) < 0.2  # type: ignore[index]


def test_the_table_of_hyperparameters_is_that_of_the_constructor() -> None:
    (section,) = (part for part in SECTIONS if part.startswith("Hyperparameters\n"))
    rows = re.findall(r"^\| `(\w+)` \| ([\d.e-]+) \|", section, flags=re.MULTILINE)
    parameters = inspect.signature(SAM_SPS).parameters.values()
    defaults = [(p.name, p.default) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert [(name, float(default)) for name, default in rows] == defaults[1:]  # after the parameters


@pytest.mark.parametrize("number", range(len(LAUNCHED)))
def test_distributed_block_runs_on_two_ranks(number: int, tmp_path: Path) -> None:
    script = tmp_path / "block.py"
    script.write_text(LAUNCHED[number][1], encoding="utf-8")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [*command, str(script)], capture_output=True, text=True, timeout=120, env=env, check=False
    )
    assert run.returncode == 0, run.stderr[-4000:]
