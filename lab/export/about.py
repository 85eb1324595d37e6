"""What made the numbers of a file: the screen that they come from, its values, the versions behind it."""

from __future__ import annotations

import platform
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lab.params import Config
from lab.ui import link

ROOT = Path(__file__).parents[2]
PACKAGES = ("numpy", "scipy", "torch", "numba", "scikit-learn")


def about(config: Config, run: str | None = None) -> dict[str, Any]:
    """What stands in every file: "link" (of the screen, relative to the app), "configuration", "versions"."""
    return {
        "link": f"{config.page}?{urlencode(link.encode(config, run))}",
        "configuration": config.values(),
        "versions": versions(),
    }


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of what computes; the commit where the app runs from a clone."""
    found = {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    command = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):  # no git, or no clone
        return found
    return found | {"commit": done.stdout.strip()}
