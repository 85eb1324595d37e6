"""What the browsers of a class predicted: without names, in the memory of the app, for an hour.

A lecturer opens a class and gets its number; who comes with that number in the link is counted once for each
lesson. Everything is bounded: classes, classes of one browser, browsers of a class.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lab.params.lessons import LESSONS, ROOM

HOUR = 3600.0  # seconds after its opening that a class is kept
ROOMS = 200
ROOMS_OF_ONE = 3  # of one browser: a fourth takes the place of its first
PEOPLE = 500  # browsers of a class
FULL = "There are as many classes as this app holds at a time. An hour after its opening each one ends."
CROWDED = f"This class has {PEOPLE} browsers already: this prediction is not counted."
OVER = "This class is over: an hour after its opening it ends. Predictions are not counted any more."

Answer = float | str


class RoomError(Exception):
    """A class cannot be opened, or a prediction cannot be counted; the message says why."""


@dataclass
class _Room:
    """When it ends, who opened it, and for each lesson what each browser said."""

    owner: str
    ends: float
    said: dict[str, dict[str, Answer]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)


class Rooms:
    """All classes of this app.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rooms: dict[int, _Room] = {}

    def open(self, owner: str) -> int:
        """Open a class and return its number; RoomError where there are `ROOMS` already."""
        with self._lock:
            self._forget()
            own = [code for code, room in self._rooms.items() if room.owner == owner]
            if len(own) >= ROOMS_OF_ONE:
                del self._rooms[own[0]]
            if len(self._rooms) >= ROOMS:
                raise RoomError(FULL)
            code = 0
            while code == 0 or code in self._rooms:
                code = 1 + secrets.randbelow(ROOM)
            self._rooms[code] = _Room(owner, self._clock() + HOUR)
            return code

    def close(self, code: int, owner: str) -> None:
        """End a class at once; only who opened it can."""
        with self._lock:
            if self._owns(code, owner):
                del self._rooms[code]

    def count(self, code: int, owner: str, lesson: str, answer: Answer) -> None:
        """Count a prediction; a later one of the same browser takes the place of the earlier.

        Raises
        ------
        RoomError
            Where the class is over, or full.
        ValueError
            For a lesson that there is not.
        """
        if lesson not in LESSONS:
            raise ValueError(f"lesson must be one of {', '.join(LESSONS)}, got {lesson!r}")
        with self._lock:
            self._forget()
            room = self._rooms.get(code)
            if room is None:
                raise RoomError(OVER)
            if owner not in room.people and len(room.people) >= PEOPLE:
                raise RoomError(CROWDED)
            room.people.add(owner)
            room.said.setdefault(lesson, {})[owner] = answer

    def said(self, code: int, lesson: str) -> list[Answer]:
        """What was predicted, in no order that tells who."""
        with self._lock:
            self._forget()
            room = self._rooms.get(code)
            return sorted(room.said.get(lesson, {}).values(), key=str) if room else []

    def is_open(self, code: int) -> bool:
        """Whether predictions for this class are counted."""
        with self._lock:
            self._forget()
            return code in self._rooms

    def leads(self, code: int, owner: str) -> bool:
        """Whether this browser opened the class."""
        with self._lock:
            self._forget()
            return self._owns(code, owner)

    def _owns(self, code: int, owner: str) -> bool:
        return code in self._rooms and self._rooms[code].owner == owner

    def _forget(self) -> None:
        now = self._clock()
        self._rooms = {code: room for code, room in self._rooms.items() if room.ends > now}


ALL = Rooms()
