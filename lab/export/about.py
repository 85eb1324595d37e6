"""What made the numbers of a file: the screen that they come from, its values, the versions behind it."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Sequence
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
        "link": address(config, run),
        "configuration": config.values(),
        "versions": versions(),
    }


def address(config: Config, run: str | None = None) -> str:
    """The link of the screen, relative to the app."""
    return f"{config.page}?{urlencode(link.encode(config, run))}"


def heading(config: Config, title: str, exact: str, packages: Sequence[str], run: str | None = None) -> str:
    """The head of a script: what it is, how exact, what it needs, where it comes from."""
    here = versions()
    needs = ", ".join(f"{name} {here[name]}" if name in here else name for name in packages)
    lines = [
        f"{title}\n",
        f"{exact}\n",
        f"Needs: {needs} (the versions of the app that wrote it, with Python {here['python']}).",
        f"The screen: {address(config, run)}",
    ]
    return "\n".join([*lines, *([f"Commit: {here['commit']}"] if "commit" in here else [])])


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
