"""Settings worth seeing, one click away: each is a set of values, shown in the controls and in the link."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from lab.params import RidgeConfig, Value
from lab.params.ridge import FIGURES
from lab.ridge.compute import neutral


@dataclass(frozen=True)
class Preset:
    """A name for the button, what to look at, and the values that differ from the defaults."""

    name: str
    look: str
    changes: dict[str, Value] = field(default_factory=dict)

    @property
    def config(self) -> RidgeConfig:
        """All values of the page."""
        return RidgeConfig.from_values(self.changes)


# 1/L is about 63 here: a cap of 15 divides the steps, the Polyak methods stop at a gap of about 1e-2, and a
# smaller constant step at a lower one.
NOISY: dict[str, Value] = {
    "n": 200,
    "d": 50,
    "kappa": 10.0,
    "interpolated": False,
    "noise": 0.2,
    "m": 10,
    "trials": 5,
    "iterations": 1000,
    "f_star": "0",
    "gamma_b": 15.0,
    "rho": 0.02,
    "methods": ("usam_ps", "sam_ps", "sps_max", "sgd"),
    "sgd_gamma": 0.1,
}
# How the charts are drawn and what else is open: of these a preset does not speak.
UNTOLD = (
    "x",
    "log_x",
    "center",
    "held",
    "bounds",
    "more",
    "map",
    "map_of",
    "map_target",
    "map_T",
    "map_size",
    "edition",
)
TEACHING = (
    Preset(
        "Two methods",
        "The Polyak step of USAM, and gradient descent with the constant step 1/L, each under its guarantee. "
        "More methods are one click away, under Methods.",
        {"methods": ("usam_ps", "sgd"), "bounds": "lowest"},
    ),
    Preset(
        "The theorem",
        "Interpolated, full batch: theorem 3.1 over the measured distance.",
        {"methods": ("usam_ps", "sps_max", "usam", "sgd")},
    ),
    Preset(
        "Noise and the cap",
        "Noisy labels, mini-batches, ℓ* = 0: all lines stop falling in a neighbourhood of the minimum. Of "
        "the steps the cap decides some, the ratio others. "
        "A smaller step of SGD takes longer, and comes closer.",
        NOISY,
    ),
    Preset(
        "ρ beyond 1/L",
        "ρL = 3: no theorem speaks of USAM-PS. Here N < 0 already at the start: the safeguard makes γ = 0, "
        "and x never moves. With the same ρ the short constant step γ = 0.3/L converges.",
        {"rho": 3.0, "usam_rho": 3.0, "usam_gamma": 0.3, "methods": ("usam_ps", "sps_max", "usam")},
    ),
    Preset(
        "A constant step too long",
        "Gradient descent with γ = 2.2/L diverges; the Polyak step needs no rate to be found.",
        {"sgd_gamma": 2.2, "methods": ("usam_ps", "sps_max", "sgd"), "iterations": 200},
    ),
    Preset(
        "ρ that goes to 0",
        "Theorem 3.4: a radius that shrinks like 1/√(t+1) takes the gradient to 0, even from ρL = 3.",
        {"rho": 3.0, "rho_shape": "inverse_sqrt", "methods": ("usam_ps", "sps_max"), "gamma_b": math.inf},
    ),
)


_BY_CONFIG = {neutral(preset.config, UNTOLD): preset for preset in TEACHING}


def shown(config: RidgeConfig) -> Preset | None:
    """The preset that a configuration is, however it is drawn."""
    return _BY_CONFIG.get(neutral(config, UNTOLD))


PUBLISHED = tuple(
    Preset(title.capitalize().replace("Usam", "USAM"), "", {"figure": name})
    for name, title in FIGURES.items()
    if name != "none"
)
