"""What this machine has for a sweep: data sets and devices; and why a sweep cannot be started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.params import RobustnessConfig
from lab.robustness.compute import RobustnessResult
from neural.availability import Availability

MAX_RUNS, MAX_MINUTES = 600, 60


@dataclass(frozen=True)
class Here:
    """What there is where the runs train.

    Attributes
    ----------
    datasets : mapping of str to Availability
    devices : mapping of str to str, or None
        What each device is; None while no worker has said it.
    """

    datasets: Mapping[str, Availability]
    devices: Mapping[str, str] | None

    def missing(self, config: RobustnessConfig) -> str:
        """Why the chosen data cannot be had; empty where they can."""
        return self.datasets[config.dataset].reason

    @property
    def remarks(self) -> dict[str, str]:
        """What to add to the names of data sets that are not simply there."""
        absent = {key: " (not here)" for key, one in self.datasets.items() if not one.available}
        return absent | {key: " (downloads first)" for key, one in self.datasets.items() if one.downloads}


ONE_DEVICE = (
    "There is only a CPU where the runs train. A GPU needs a build of PyTorch for it on that machine: "
    "[pytorch.org](https://pytorch.org/get-started/locally/) says which."
)
UNKNOWN_DEVICES = "Which devices there are is known once the workers have started, with the first run."


def obstacle(result: RobustnessResult, here: Here) -> str:
    """Why the sweep cannot be started here; empty where it can."""
    device = result.config.device
    if here.devices is not None and device not in here.devices:
        found = ", ".join(here.devices)
        return f"There is no device {device} where the runs train, only {found}: choose one of them."
    return here.missing(result.config) or too_large(result)


def too_large(result: RobustnessResult) -> str:
    """Why the sweep is too large for the app; empty where it is not."""
    runs, minutes = result.size.runs, result.left.seconds / 60
    less = "Take fewer values, rates, seeds or epochs, or have the command line train it (below)."
    if runs > MAX_RUNS:
        return f"These are {runs:,} runs; the app trains at most {MAX_RUNS} in one sweep. {less}"
    if result.paced and minutes > MAX_MINUTES:
        return (
            f"This would take about {minutes / 60:.1f} hours; the app takes sweeps of at most "
            f"{MAX_MINUTES} minutes. {less}"
        )
    return ""
