"""The file from which a run goes on, as the app knows it."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Checkpoint:
    """A file from which a run can go on after `step` steps."""

    step: int
    file: str

    def remove(self) -> None:
        """Delete the file, if it is still there."""
        with contextlib.suppress(OSError):
            Path(self.file).unlink(missing_ok=True)


def tidy(folder: Path, needed: set[str] | None) -> None:
    """Delete the checkpoints that no run needs; none where nobody knows which these are."""
    if needed is None:
        return
    for path in folder.glob("*.pt*"):
        if str(path) not in needed:
            with contextlib.suppress(OSError):
                path.unlink()


def sign(folder: Path) -> Path:
    """A new file in the folder of checkpoints: a worker that sees it writes where other workers read."""
    for path in folder.glob("app-*"):
        with contextlib.suppress(OSError):
            path.unlink()
    path = folder / f"app-{secrets.token_hex(8)}"
    with contextlib.suppress(OSError):
        path.touch()
    return path
