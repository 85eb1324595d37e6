"""Which worker of a Dask cluster has which devices."""

from __future__ import annotations

from collections.abc import Collection


class ClusterDevices:
    """What the workers have said that they have, by worker: from a device's name to what it is."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, str]] = {}

    def learn(self, found: dict[str, dict[str, str]], present: Collection[str]) -> None:
        """Workers have said what they have; only those that are still `present` count."""
        self._found = self._found | {name: has for name, has in found.items() if name in present}

    def forget(self, worker: str) -> None:
        """A worker has gone."""
        self._found = {name: has for name, has in self._found.items() if name != worker}

    def having(self, device: str) -> list[str] | None:
        """The workers that have a device; None for any: for the CPU, and where no worker has it."""
        if device == "cpu":
            return None
        name = "cuda:0" if device == "cuda" else device
        return [worker for worker, has in self._found.items() if name in has] or None

    def all(self) -> dict[str, str] | None:
        """The devices of all workers, None while unknown; a name may mean several things."""
        kinds: dict[str, dict[str, None]] = {}
        for has in tuple(self._found.values()):
            for name, what in has.items():
                kinds.setdefault(name, {})[what] = None
        return {name: " or ".join(kinds[name]) for name in sorted(kinds)} or None  # cpu, cuda:k, mps
