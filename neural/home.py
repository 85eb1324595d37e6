"""Where the app keeps what must outlive it, known to its own process and to those that train for it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

NAME = "sam-sps-lab"


def sweeps(home: Path) -> Path:
    """Where the app looks for runs of the command line, as `neural.sweep_folder` keeps them."""
    return home / "sweeps"


def folder() -> Path:
    """SAM_SPS_HOME, or the platform's place for a user's data. It may not exist yet."""
    if chosen := os.environ.get("SAM_SPS_HOME"):
        return Path(chosen).expanduser().resolve()
    if sys.platform == "win32" and (local := os.environ.get("LOCALAPPDATA")):
        return Path(local) / NAME
    try:
        home = Path.home()
    except RuntimeError:  # a user without a home
        return Path(tempfile.gettempdir()) / NAME
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / NAME
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / NAME
