"""Sweeps that are ready: each sets the page's controls, and is one of those of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from lab.params import RobustnessConfig
from lab.robustness.shipped import shipped
from lab.robustness.sweep import sweep_of
from neural.sweep import SweepConfig
from neural.sweep_parts import BASELINES


@dataclass(frozen=True)
class Preset:
    """The chip's name, what to look for, and the controls."""

    name: str
    look: str
    config: RobustnessConfig

    @property
    def label(self) -> str:
        """The name, and whether the results are there already."""
        return f"{self.name}, finished" if sweep_of(self.config) in shipped() else self.name


CNN = {"network": "cnn1d"}
ONE_BASELINE: dict[str, Any] = {"baselines": ("sam_cosine",), "heavy": ()}
DIGITS: dict[str, Any] = {
    "dataset": "digits",
    "network": "small_cnn_bn",
    "epochs": 40,
    "baselines": BASELINES,
    "rates": (0.1,),
    "heavy": (),
}

PRESETS: dict[str, Preset] = {
    "mlp_all": Preset(
        "Every baseline",
        "An MLP on MNIST-1D. Baselines with and without momentum, each at its best rate.",
        RobustnessConfig(),
    ),
    "digits": Preset(
        "Digits",
        "A small CNN with BatchNorm, 40 epochs, baselines at the rate 0.1. Clean digits saturate: there is "
        "little to see below $\\rho = 1$, and much from there on.",
        RobustnessConfig(rhos=(0.05, 0.2, 0.5, 1.0, 2.0), **DIGITS),
    ),
    "digits_noise": Preset(
        "Label noise",
        "The same at $\\rho = 0.05$ with 30% of the training labels wrong: $\\ell^* = 0$ is out of reach.",
        RobustnessConfig(rhos=(0.05,), label_noise=0.3, **DIGITS),
    ),
    "mlp": Preset(
        "Small",
        "An MLP on MNIST-1D: the adaptive methods, and SAM with cosine annealing at its better rate of two.",
        RobustnessConfig(rates=(0.3, 1.0), **ONE_BASELINE),
    ),
    "cnn1d": Preset(
        "Medium",
        "The same with a 1-D CNN: convolutions and BatchNorm.",
        RobustnessConfig(rates=(0.1, 1.0), **ONE_BASELINE, **CNN),  # type: ignore[arg-type]
    ),
    "cap": Preset(
        "The cap",
        "SAM-SPS at $\\rho = 0.1$ under caps from 0.1 to 100: the cap is a hidden rate.",
        RobustnessConfig(axis="gamma_b", adaptive=("sam_sps",), **CNN),  # type: ignore[arg-type]
    ),
    "cnn1d_all": Preset(
        "Large",
        "A 1-D CNN on MNIST-1D. Baselines with and without momentum, each at its best rate.",
        RobustnessConfig(**CNN),  # type: ignore[arg-type]
    ),
}


def shown(config: RobustnessConfig) -> Preset | None:
    """The preset that these controls are, however its results are shown and whatever stands unused."""
    try:
        return _by_sweep().get(sweep_of(config))
    except ValueError:
        return None


@cache
def _by_sweep() -> dict[SweepConfig, Preset]:
    return {sweep_of(one.config): one for one in PRESETS.values()}
