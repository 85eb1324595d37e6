"""Which data sets this machine can have, looked up in the background: a page never waits for the network."""

from __future__ import annotations

import threading
import time

from neural.availability import Availability, all_availabilities
from neural.catalog import DATASETS

STALE_SECONDS = 300.0


class Known:
    """What was found last; asked again, in a thread, when it is old."""

    def __init__(self) -> None:
        self.settled = False  # whether the first look-up has ended
        self._lock = threading.Lock()
        self._asked = -STALE_SECONDS
        # Until then all are on offer: a run whose images cannot be had says so itself.
        self._found = dict.fromkeys(DATASETS, Availability(True))

    def now(self) -> dict[str, Availability]:
        """The availability of every data set, by key."""
        with self._lock:
            if time.monotonic() - self._asked >= STALE_SECONDS:
                self._asked = time.monotonic()
                threading.Thread(target=self._ask, name="datasets", daemon=True).start()
            return self._found

    def _ask(self) -> None:
        found = all_availabilities()
        with self._lock:
            self._found = found
            self.settled = True


known = Known()
