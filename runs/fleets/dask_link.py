"""The app's connection to a Dask scheduler, made again whenever it is lost.

That which distributed's client makes again by itself is not enough: the scheduler that answers then may be
another one, which knows nothing of the topics and the workers of the first.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from distributed import Client

CONNECT_SECONDS = 10
CHECK_SECONDS = 0.5


@dataclass(frozen=True)
class Connection:
    """A client with the connection that it had at first: what was asked for over that one ends with it."""

    client: Client
    comm: object

    @property
    def lasts(self) -> bool:
        """Whether the client is connected still, and not anew by itself."""
        return bool(self.client.status == "running" and self.client.scheduler_comm is self.comm)


class Link:
    """Keeps a connection to the scheduler at `address`, and says in a thread of its own what becomes of it.

    Parameters
    ----------
    address : str
    came : callable
        ``came(client)``: there is a new connection.
    went, silent : callable
        It is lost; nobody has answered for a while.
    """

    def __init__(
        self,
        address: str,
        came: Callable[[Client], None],
        went: Callable[[], None],
        silent: Callable[[], None],
    ) -> None:
        self._address = address
        self._came, self._went, self._silent = came, went, silent
        self._closed = threading.Event()

    def connect(self) -> Client | None:
        """Connect for the first time; None where nobody answers. From now on the link is kept."""
        found = self._connected()
        threading.Thread(target=self._keep, args=(found,), name="runs-link", daemon=True).start()
        return found.client if found else None

    def close(self) -> None:
        """Keep it no longer, and say nothing more."""
        self._closed.set()

    def _connected(self) -> Connection | None:
        try:
            client = Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError:
            return None
        return Connection(client, client.scheduler_comm)

    def _keep(self, found: Connection | None) -> None:
        while not self._closed.is_set():
            if found is not None:
                self._wait_for_the_end(found)
                if self._closed.is_set():
                    return
                self._went()
                found.client.close(timeout=CHECK_SECONDS)
            found = self._again()
            if found is not None and self._closed.is_set():
                found.client.close()
            elif found is not None:
                self._came(found.client)

    def _wait_for_the_end(self, found: Connection) -> None:
        while found.lasts:
            if self._closed.wait(CHECK_SECONDS):
                return

    def _again(self) -> Connection | None:
        """Wait until somebody answers, and connect; None when the link is closed."""
        patient, until = True, time.monotonic() + CONNECT_SECONDS
        while not self._closed.wait(CHECK_SECONDS):
            if self._answers() and (found := self._connected()) is not None:
                return found
            if patient and time.monotonic() > until:
                patient = False
                self._silent()
        return None

    def _answers(self) -> bool:
        """Whether somebody listens there. A client that finds nobody leaves a thread behind each time."""
        where = urlsplit(self._address)
        try:
            socket.create_connection((where.hostname, where.port), CHECK_SECONDS).close()
        except OSError:
            return False
        return True
