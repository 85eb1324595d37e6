"""A long computation that says how far it is."""

from __future__ import annotations

import time

from streamlit.delta_generator import DeltaGenerator

SILENT = 0.4  # seconds before a bar appears: what is over sooner needs none


class Waiting:
    """Hears the share done, 0 to 1, and shows a bar with the time left in `place` once it takes long."""

    def __init__(self, place: DeltaGenerator) -> None:
        self.place = place
        self.began = self.drawn = time.monotonic()

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self.began < SILENT or now - self.drawn < 0.1:
            return
        self.drawn = now
        self.place.progress(share, text=left((now - self.began) * (1 - share) / max(share, 1e-6)))


def left(seconds: float) -> str:
    """The time left, in words."""
    return (
        f"about {max(1, round(seconds))} s left" if seconds < 90 else f"about {round(seconds / 60)} min left"
    )
