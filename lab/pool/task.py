"""What a compute process is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Task:
    """A call of `function`, which must be importable: ``function(*arguments, tell)``.

    It calls ``tell(share)`` now and then with the share done, 0 to 1; there it may be stopped.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
