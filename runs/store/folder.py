"""Where workers put checkpoints: in the app's own folder, or elsewhere while the history is off."""

from __future__ import annotations

import shutil
from pathlib import Path

from runs.store import home
from runs.store.checkpoint import sign, tidy
from runs.store.store import Store


class CheckpointFolder:
    """The folder of new checkpoints.

    While the history is off another app may use the app's own folder, and would delete what it does not know.

    Parameters
    ----------
    own : Path or None
        The app's own folder; None where nothing is kept.
    store : Store

    Attributes
    ----------
    path : Path
    sign : Path
        A file in it: a worker that sees it writes where other workers read.
    """

    def __init__(self, own: Path | None, store: Store) -> None:
        self._own, self._store = own, store
        self._temporary: Path | None = None
        self.path = self._chosen()
        self.sign = sign(self.path)
        tidy(self.path, store.checkpoint_files())

    def renew(self) -> None:
        """Change to the app's own folder once the history is on."""
        if self._temporary is not None and (path := self._chosen()) != self.path:
            self.path, self.sign = path, sign(path)

    def close(self) -> None:
        """Delete what was elsewhere."""
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _chosen(self) -> Path:
        kept = None if self._own is None or self._store.off else home.checkpoints(self._own)
        if kept is not None:
            return kept
        if self._temporary is None:
            self._temporary = home.temporary()
        return self._temporary
