"""A worker process: ``python -m runs.worker ADDRESS``, the connection's key first on standard input.

The app holds standard input open. When the app goes away the input ends, and with it this process, whatever
it does: training, or still loading torch, which takes seconds.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading

from runs.worker.channel import KEY_BYTES

LAST_SECONDS = 1.0  # in which the end of the input is seen after the end of the connection


def leave_with_the_app() -> None:
    """End the process when the app has gone."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)


def main() -> None:
    """Watch the app, load what trains, serve runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the app's, which ends its workers
    key = sys.stdin.buffer.read(KEY_BYTES)
    watch = threading.Thread(target=leave_with_the_app, name="app", daemon=True)
    watch.start()
    try:
        gc.disable()  # what is loaded stays: looking through it as it comes takes a quarter of the time
        from runs.worker.worker import serve  # it loads torch

        gc.freeze()
        gc.enable()
        serve(sys.argv[1], key)
    except (OSError, EOFError):  # no connection: the app has gone, or there is something to say
        watch.join(LAST_SECONDS)
        raise


if __name__ == "__main__":
    main()
