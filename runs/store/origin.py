"""What computed a run: the versions of the packages that matter, and the machine."""

from __future__ import annotations

import json
import os
import platform
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def versions() -> str:
    """What computes here, as JSON: our version, Python's, and those of the packages that matter."""
    found = {"sam-sps-lab": tomllib.loads(PROJECT.read_text())["project"]["version"]}
    found["python"] = platform.python_version()
    for package in ("torch", "numpy", "scikit-learn", "distributed"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return json.dumps(found)


@cache
def machine() -> str:
    """This machine in a line."""
    return f"{platform.platform()}, {os.cpu_count()} cores"
