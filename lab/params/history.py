"""Rows of the History page: which runs are listed, in which order, and what is drawn of the chosen ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.params.common import SMOOTHING, X_AXIS
from lab.params.table import Config, like, row


@dataclass(frozen=True)
class HistoryConfig(Config):
    """What is listed, and the chart of what is chosen."""

    page: ClassVar[str] = "history"

    kind: str = row(
        "Listed",
        "all",
        "choice",
        choices={"all": "runs and sweeps", "run": "runs alone", "sweep": "sweeps alone"},
    )
    order: str = row(
        "Order",
        "newest",
        "choice",
        choices={
            "newest": "newest first",
            "oldest": "oldest first",
            "accuracy": "highest accuracy at the end first",
            "best": "highest accuracy on the way first",
            "loss": "lowest test loss first",
            "cost": "fewest gradient evaluations first",
            "time": "shortest first",
            "name": "by name",
        },
        help="What is pinned stays above. A click on the head of a column sorts by that column alone.",
    )
    pinned: bool = row("Only pinned", False, "bool")
    y: str = row(
        "Measure",
        "test_accuracy",
        "choice",
        choices={
            "test_accuracy": "Test accuracy",
            "test_loss": "Test loss",
            "loss_x": "Training loss at x",
            "gamma": "Step size γ",
            "grad_x_norm": "Gradient norm at x",
            "sam_gap": "SAM gap",
        },
    )
    x: str = like(X_AXIS)
    smooth: float = like(SMOOTHING)
