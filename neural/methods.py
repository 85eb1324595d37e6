"""The methods a lane can train with, described without importing torch (built in `neural.optimizers`)."""

from __future__ import annotations

from dataclasses import dataclass

STEERABLE = ("rho", "lambd", "gamma_b", "weight_decay", "lr")
"""Hyperparameters that may change between two steps of a run (momentum may not: its buffer would mix two)."""


@dataclass(frozen=True)
class Method:
    """One optimization method.

    Attributes
    ----------
    key, label : str
        Name in a configuration; name on screen.
    optimizer : str
        Key of its builder in `neural.optimizers.BUILDERS`.
    parameters : tuple of str
        The fields of a `LaneConfig` that it uses; the others are ignored.
    fixed : tuple of (str, float)
        Fields whose value the method itself sets, whatever the `LaneConfig` says.
    cosine : bool
        Whether the rate is annealed from `lr` to 0 along a half cosine over the run.
    """

    key: str
    label: str
    optimizer: str
    parameters: tuple[str, ...]
    fixed: tuple[tuple[str, float], ...] = ()
    cosine: bool = False

    @property
    def steerable(self) -> tuple[str, ...]:
        """The parameters of this method that may change while it trains."""
        return tuple(name for name in self.parameters if name in STEERABLE)


_RATE = ("lr", "weight_decay", "momentum")
_USAM = (("lambd", 0.0),)

METHODS: dict[str, Method] = {
    method.key: method
    for method in (
        Method("sam_sps", "SAM-SPS", "sam_sps", ("rho", "lambd", "gamma_b", "weight_decay")),
        Method("usam_sps", "USAM-SPS", "sam_sps", ("rho", "gamma_b", "weight_decay"), _USAM),
        Method("sps_max", "SPS_max", "sam_sps", ("gamma_b", "weight_decay"), (("rho", 0.0), ("lambd", 0.0))),
        Method("sam_constant", "SAM, constant rate", "sam", ("rho", "lambd", *_RATE)),
        Method("sam_cosine", "SAM, cosine annealing", "sam", ("rho", "lambd", *_RATE), cosine=True),
        Method("usam_constant", "USAM, constant rate", "sam", ("rho", *_RATE), _USAM),
        Method("usam_cosine", "USAM, cosine annealing", "sam", ("rho", *_RATE), _USAM, cosine=True),
        Method("sgd_constant", "SGD, constant rate", "sgd", _RATE),
        Method("sgd_cosine", "SGD, cosine annealing", "sgd", _RATE, cosine=True),
    )
}
