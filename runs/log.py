"""One line of JSON on standard error for whatever happens to a run; SAM_SPS_LOG says from which level on.

Runs are named, visitors are not: who has a visitor's name could steer that visitor's runs.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from typing import Any

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40, "off": 100}


def level() -> int:
    """The level that SAM_SPS_LOG names, by default that of "info"; ValueError for another word."""
    word = os.environ.get("SAM_SPS_LOG", "") or "info"
    if word.lower() not in LEVELS:
        raise ValueError(f"SAM_SPS_LOG must be one of {', '.join(LEVELS)}, got {word!r}")
    return LEVELS[word.lower()]


def note(event: str, at: str = "info", **fields: Any) -> None:
    """Write a line: time, level, event, and these fields. An exception under way is added."""
    if LEVELS[at] < level():
        return
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    content = {"time": now, "level": at, "event": event, **fields}
    if (error := sys.exc_info()[1]) is not None:
        content["error"] = f"{type(error).__name__}: {error}"
        content["traceback"] = "".join(traceback.format_exception(error))
    print(json.dumps(content, default=str), file=sys.stderr, flush=True)
