"""The processes of this machine, as the system lists them."""

from __future__ import annotations

from pathlib import Path

WORKER = "-m runs.worker "
COMPUTES = "lab.pool.child"


def processes() -> list[tuple[int, int, str]]:
    """Id, parent and command of every living process of this machine."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if command:  # a zombie has none
            found.append((int(folder.name), parent, command))
    return found


def workers_of(app: int, module: str = WORKER) -> set[int]:
    """Process ids of the workers, or of the compute processes, that an app has started."""
    return {pid for pid, parent, command in processes() if parent == app and module in command}
