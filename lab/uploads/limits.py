"""What a file that is brought may take, from the environment."""

from __future__ import annotations

from dataclasses import dataclass

from runs.limits import from_environment


@dataclass(frozen=True)
class Limits:
    """Bounds on files that visitors bring.

    Attributes
    ----------
    mb : float
        Size of a file in 10⁶ bytes (SAM_SPS_MAX_UPLOAD_MB).
    rows : int
        Rows, or images (SAM_SPS_MAX_UPLOAD_ROWS).
    memory_mb : float
        What reading one may take, and its arrays at most a quarter of that (SAM_SPS_MAX_UPLOAD_MEMORY_MB).
    seconds : float
        What reading one may take (SAM_SPS_MAX_UPLOAD_SECONDS).
    store_mb : float
        All that is kept (SAM_SPS_MAX_UPLOADS_MB).
    hours : float
        After which data that nobody uses are removed (SAM_SPS_UPLOAD_HOURS).
    """

    mb: float = 20.0
    rows: int = 50_000
    memory_mb: float = 800.0
    seconds: float = 20.0
    store_mb: float = 500.0
    hours: float = 24.0

    @classmethod
    def read(cls) -> Limits:
        """The defaults, changed by the environment; ValueError for a value out of range."""
        return cls(
            mb=from_environment("SAM_SPS_MAX_UPLOAD_MB", cls.mb),
            rows=int(from_environment("SAM_SPS_MAX_UPLOAD_ROWS", cls.rows)),
            memory_mb=from_environment("SAM_SPS_MAX_UPLOAD_MEMORY_MB", cls.memory_mb),
            seconds=from_environment("SAM_SPS_MAX_UPLOAD_SECONDS", cls.seconds),
            store_mb=from_environment("SAM_SPS_MAX_UPLOADS_MB", cls.store_mb),
            hours=from_environment("SAM_SPS_UPLOAD_HOURS", cls.hours),
        )

    @property
    def array_bytes(self) -> int:
        """What all arrays of a file may take, unpacked."""
        return int(self.memory_mb * 1e6 / 4)
