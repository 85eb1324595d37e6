"""Settings worth seeing, one click away: each is a set of values, shown in the controls and in the link."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from lab.params import Value, defaults
from lab.params.ridge import FIGURES


@dataclass(frozen=True)
class Preset:
    """A name for the button, what to look at, and the values that differ from the defaults."""

    name: str
    look: str
    changes: dict[str, Value] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Value]:
        """All values of the page."""
        return defaults("ridge") | self.changes


NOISY: dict[str, Value] = {
    "n": 200,
    "d": 50,
    "interpolated": False,
    "m": 10,
    "trials": 5,
    "iterations": 2000,
    "f_star": "0",
    "gamma_b": 1.0,
    "rho": 0.001,
    "methods": ("usam_ps", "sam_ps", "sps_max", "sgd"),
    "sgd_gamma": 0.05,
}
TEACHING = (
    Preset(
        "The theorem",
        "Interpolated, full batch: theorem 3.1 over the measured distance.",
        {"methods": ("usam_ps", "sps_max", "usam", "sgd")},
    ),
    Preset(
        "Noise and the cap",
        "Noisy labels, mini-batches, ℓ* = 0: a neighbourhood, not the minimum, and γ often at the cap.",
        NOISY,
    ),
    Preset(
        "ρ beyond 1/L",
        "USAM-PS with ρL = 3: no theorem speaks, and the safeguard may have to act.",
        {"rho": 3.0, "usam_rho": 3.0, "methods": ("usam_ps", "sps_max", "usam")},
    ),
    Preset(
        "A constant step too long",
        "Gradient descent with γ = 2.2/L diverges; the Polyak step needs no rate to be found.",
        {"sgd_gamma": 2.2, "methods": ("usam_ps", "sps_max", "sgd"), "iterations": 200},
    ),
    Preset(
        "ρ that goes to 0",
        "Theorem 3.4: with ρ_t = ρ/√(t+1) the gradient goes to 0, even from ρL = 3.",
        {"rho": 3.0, "rho_shape": "inverse_sqrt", "methods": ("usam_ps", "sps_max"), "gamma_b": math.inf},
    ),
)
PUBLISHED = tuple(
    Preset(title.capitalize().replace("Usam", "USAM"), "", {"figure": name})
    for name, title in FIGURES.items()
    if name != "none"
)
