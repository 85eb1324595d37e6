"""Run an exported script as a visitor does: beside nothing but the packages that it names."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

from lab.export.code import Script

ROOT = Path(__file__).resolve().parents[3]
Rows = list[dict[str, str]]
# After the script: what it has loaded that is ours. Its own folder is on the path, the repository is not.
WATCHED = """
import runpy, sys
sys.argv = ["script.py", "numbers.csv"]
sys.path.insert(0, ".")
runpy.run_path("script.py", run_name="__main__")
ours = sorted({name.split(".")[0] for name in sys.modules} & {"lab", "runs", "neural", "synthetic", "numba"})
sys.exit(f"loaded: {ours}" if ours else 0)
"""


def table_of(script: Script, folder: Path, *, sam_sps: bool = False) -> Rows:
    """The rows that it writes; with `sam_sps` the optimizer's folder lies beside it, as its head asks."""
    (folder / "script.py").write_text(script.as_python(), encoding="utf-8")
    if sam_sps:
        (folder / "sam_sps").symlink_to(ROOT / "sam_sps")
    done = subprocess.run(
        [sys.executable, "-I", "-c", WATCHED], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    with (folder / "numbers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
