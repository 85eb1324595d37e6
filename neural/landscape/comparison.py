"""Are one method's minima flatter than another's, by which measure, and does test accuracy follow?

No torch here: minima that were measured (`benchmarks/landscape.py`), and what can be said of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from scipy.stats import spearmanr

from neural.config import TrainConfig, check_fields

MEASURES = ("eigenvalue", "trace", "sharpness", "average", "slice_rise")
"""Fields of `Minimum` that say how sharp it is: higher is sharper."""


@dataclass(frozen=True)
class Minimum:
    """A network at the end of its training.

    Attributes
    ----------
    method : str
        A key of `neural.methods.METHODS`.
    seed : int
    train_loss, test_loss, test_accuracy : float
        Over all images; in evaluation mode, as everything here.
    gradient_norm, weight_norm : float
        ‖∇f(w)‖ and ‖w‖.
    eigenvalue, trace : float
        Largest eigenvalue and trace of the Hessian of the training loss.
    sharpness, average : float
        The greatest rise of the training loss in the ρ-ball, from below, and the mean on its sphere.
    slice_rise : float
        The mean rise along filter-normalised random directions.
    """

    method: str
    seed: int
    train_loss: float
    test_loss: float
    test_accuracy: float
    gradient_norm: float
    weight_norm: float
    eigenvalue: float
    trace: float
    sharpness: float
    average: float
    slice_rise: float

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The inverse of `dataclasses.asdict`."""
        return cls(**check_fields(cls, data, "method"))


@dataclass(frozen=True)
class Comparison:
    """Minima of several methods, trained alike, from the same weights and on the same batches for a seed.

    Attributes
    ----------
    config : TrainConfig
        A lane for every method, with the values that it was trained with.
    rho : float
        Of `sharpness` and `average`.
    reach : float
        Of `slice_rise`: filters were changed by so much of their own length.
    minima : tuple of Minimum
    tried : tuple of (str, float, float)
        Method, rate and mean test accuracy of every rate that was tried for a baseline; the one with the best
        accuracy was taken, of equal ones the one with the lowest test loss.
    """

    config: TrainConfig
    rho: float
    reach: float
    minima: tuple[Minimum, ...]
    tried: tuple[tuple[str, float, float], ...] = ()

    def of(self, method: str, measure: str) -> list[float]:
        """A field of a method's minima, by growing seed."""
        found = sorted((one for one in self.minima if one.method == method), key=lambda one: one.seed)
        return [float(getattr(one, measure)) for one in found]

    def pair(self, measure: str, first: str, second: str) -> Pair:
        """Two methods by a field of `Minimum`, seed by seed."""
        return Pair(tuple(self.of(first, measure)), tuple(self.of(second, measure)))

    def rank_correlation(self, measure: str, result: str = "test_accuracy") -> float:
        """Spearman's rank correlation, in [−1, 1], of two fields over all minima; nan if one is constant."""
        a, b = ([getattr(one, name) for one in self.minima] for name in (measure, result))
        if len(set(a)) == 1 or len(set(b)) == 1:
            return float("nan")
        return float(spearmanr(a, b).statistic)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "config": self.config.to_dict(),
            "rho": self.rho,
            "reach": self.reach,
            "minima": [asdict(one) for one in self.minima],
            "tried": [list(one) for one in self.tried],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`; ValueError for unknown keys."""
        values = check_fields(cls, data, "minima")
        return cls(
            TrainConfig.from_dict(values["config"]),
            float(values["rho"]),
            float(values["reach"]),
            tuple(Minimum.from_dict(one) for one in values["minima"]),
            tuple((str(method), float(lr), float(accuracy)) for method, lr, accuracy in values["tried"]),
        )


@dataclass(frozen=True)
class Pair:
    """One number of two methods for the same seeds, at least one."""

    first: Sequence[float]
    second: Sequence[float]

    @property
    def means(self) -> tuple[float, float]:
        """Of the first and the second method."""
        return float(np.mean(self.first)), float(np.mean(self.second))

    @property
    def lower(self) -> int:
        """The number of seeds in which the first is lower."""
        return sum(a < b for a, b in zip(self.first, self.second, strict=True))

    @property
    def higher(self) -> int:
        """The number of seeds in which the first is higher."""
        return sum(a > b for a, b in zip(self.first, self.second, strict=True))

    @property
    def sign(self) -> int:
        """−1 or 1 where the first is lower, or higher, for every seed; 0 where seeds disagree."""
        seeds = len(self.first)
        return (self.higher == seeds) - (self.lower == seeds)
