"""Why something is not computed, in plain words, and how a route says it."""

from __future__ import annotations


class NotComputedError(Exception):
    """A computation that gives no result.

    Attributes
    ----------
    status : of the answer of a route.
    retry_seconds : after which it is worth asking again; 0 where it is not.
    """

    status = 503

    def __init__(self, text: str, retry_seconds: int = 0) -> None:
        super().__init__(text)
        self.retry_seconds = retry_seconds


class BusyError(NotComputedError):
    """The queue is full."""


class SupersededError(NotComputedError):
    """The same visitor has asked for something newer."""

    status = 409


class TooLongError(NotComputedError):
    """It took longer than it may."""

    status = 504


class FailedError(NotComputedError):
    """Its process died, or it ended in an error, which the app's log has."""

    status = 500
