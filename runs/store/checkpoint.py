"""The file from which a run goes on, as the app knows it."""

from __future__ import annotations

import contextlib
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


def tidy(folder: Path, needed: set[str]) -> None:
    """Delete the checkpoints that no run needs."""
    for path in folder.glob("*.pt*"):
        if str(path) not in needed:
            with contextlib.suppress(OSError):
                path.unlink()
