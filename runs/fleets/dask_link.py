"""The app's connection to a Dask scheduler, made again whenever it is lost.

That which distributed's client makes again by itself is not enough: the scheduler that answers then may be
another one, which knows nothing of the topics and the workers of the first.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from distributed import Client

CONNECT_SECONDS = 10
CHECK_SECONDS = 0.5


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
        client = self._connected()
        threading.Thread(target=self._keep, args=(client,), name="runs-link", daemon=True).start()
        return client

    def close(self) -> None:
        """Keep it no longer, and say nothing more."""
        self._closed.set()

    def _connected(self) -> Client | None:
        try:
            return Client(self._address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError:
            return None

    def _keep(self, client: Client | None) -> None:
        while not self._closed.is_set():
            if client is not None:
                self._wait_for_the_end(client)
                if self._closed.is_set():
                    return
                self._went()
                client.close(timeout=CHECK_SECONDS)
            client = self._again()
            if client is not None and self._closed.is_set():
                client.close()
            elif client is not None:
                self._came(client)

    def _wait_for_the_end(self, client: Client) -> None:
        """Wait until the connection is lost, be it that the client has another one already."""
        first = client.scheduler_comm
        while client.status == "running" and client.scheduler_comm is first:
            if self._closed.wait(CHECK_SECONDS):
                return

    def _again(self) -> Client | None:
        """Wait until somebody answers, and connect; None when the link is closed."""
        patient, until = True, time.monotonic() + CONNECT_SECONDS
        while not self._closed.wait(CHECK_SECONDS):
            if self._answers() and (client := self._connected()) is not None:
                return client
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
