"""Where the app keeps what must outlive it: the runs, their checkpoints, the secret of the cookies."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from neural.home import NAME, folder

__all__ = ["NAME", "checkpoints", "folder", "secret", "temporary"]


def checkpoints(home: Path) -> Path | None:
    """The folder of the checkpoints; None where it cannot be written."""
    try:
        (home / "checkpoints").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home / "checkpoints"):
            return home / "checkpoints"
    except OSError:
        return None


def temporary() -> Path:
    """A new folder for what need not outlive the app."""
    return Path(tempfile.mkdtemp(prefix=f"{NAME}-"))


def secret(home: Path) -> bytes:
    """The key that signs cookies, made at first use and readable by its user alone.

    Where it cannot be kept, a new one serves for the life of this process.
    """
    path = home / "secret"
    fresh = secrets.token_bytes(32)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(fresh)
    except FileExistsError:
        try:
            known = path.read_bytes()
        except OSError:
            return fresh
        return known if len(known) == 32 else fresh
    except OSError:
        pass
    return fresh
