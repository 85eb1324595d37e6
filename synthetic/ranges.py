"""What every parameter of the engine allows, said once: the engine checks with it, a screen may narrow it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from synthetic import checks


@dataclass(frozen=True)
class Range:
    """Allowed values of a number.

    Attributes
    ----------
    low, high : the ends; both belong to it, an infinite `high` only where `infinite`.
    above : whether `low` itself is left out.
    whole : whether only whole numbers are meant.
    infinite : whether ∞ is a value.
    """

    low: float
    high: float = math.inf
    above: bool = False
    whole: bool = False
    infinite: bool = False

    def check(self, name: str, value: object) -> float:
        """Return `value` as a number in the range; raise ValueError with the name, the value and the range
        otherwise.
        """
        if self.whole:
            return checks.whole(name, value, int(self.low))
        return checks.real(name, value, self.low, self.high, above=self.above, infinite=self.infinite)


# Of a method
RHO = Range(0)
LAMBD = Range(0, 1)
GAMMA = ETA_0 = EPSILON = Range(0, above=True)
TOLD_L = Range(0, above=True, infinite=True)
GAMMA_B = Range(0, infinite=True)  # 0: x stands still; ∞: no cap
BETA = Range(0, math.nextafter(1.0, 0.0))
SCHEDULED = Range(0)  # the value that a schedule scales
# Of a problem
N = D = Range(1, whole=True)
KAPPA = Range(1)
REG = NOISE = Range(0)
LOGISTIC_REG = MU = L_MAX = Range(0, above=True)
# Of a comparison
ITERATIONS = TRIALS = BATCH_SIZE = Range(1, whole=True)
SEED = Range(0, whole=True)
TARGET = Range(0)
