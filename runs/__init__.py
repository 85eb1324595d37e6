"""The run engine: training lives in worker processes, outside every session and every page.

`engine()` is the one engine of the app's process, shared by the pages and the stream's route.
"""

from runs.backend import Backend, Busy, Command, Mark, NotOwner, Status, Summary
from runs.engine import engine, shelf, shutdown, sweeps
from runs.label import Label

__all__ = [
    "Backend",
    "Busy",
    "Command",
    "Label",
    "Mark",
    "NotOwner",
    "Status",
    "Summary",
    "engine",
    "shelf",
    "shutdown",
    "sweeps",
]
