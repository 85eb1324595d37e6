"""What the tests have compute processes compute."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

Tell = Callable[[float], None]


def double(number: int, tell: Tell) -> int:
    tell(0.5)
    return 2 * number


def process_id(_tell: Tell) -> int:
    return os.getpid()


def endless(tell: Tell) -> None:
    """It says all the time how much is done, and so may be stopped."""
    while True:
        tell(0.25)
        time.sleep(0.005)


def deaf(_tell: Tell) -> None:
    """It cannot be stopped."""
    time.sleep(600)


def fails(_tell: Tell) -> None:
    print("this goes to the log, not into an answer")
    raise ZeroDivisionError
