"""What the iterations of a method cost."""

from __future__ import annotations

import numpy as np

from synthetic import ConstantStep, PolyakStep
from synthetic.problem import Rows
from synthetic.result import Track


def evaluations(track: Track, iterations: Rows | None = None) -> Rows:
    """Gradient evaluations spent before the iterations (by default those recorded).

    Without a perturbation, ρ = 0, the point e is x itself, and one gradient a step is enough.
    """
    t = track.iterations if iterations is None else np.asarray(iterations)
    method = track.method
    if isinstance(method, (ConstantStep, PolyakStep)) and method.rho == 0:
        return t
    return method.evaluations_before(t)
