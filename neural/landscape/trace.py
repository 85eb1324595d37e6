"""The trace of a matrix that is known by its products."""

from __future__ import annotations

import numpy as np

from neural.landscape.functions import Estimate, Field, Tell, finite, untold
from neural.ranges import Range

PROBES = Range(1, whole=True)


def hutchinson(product: Field, size: int, probes: int = 32, seed: int = 0, tell: Tell = untold) -> Estimate:
    """The trace as the mean of vᵀ A v over random vectors v of ±1, with its standard error.

    SciPy has no estimate of a trace; this is its definition.

    Parameters
    ----------
    product : v ↦ A v
    size : int
        Length of v.
    probes : int
        Vectors, at least 1; one product each. More of one seed begin with the same ones.
    seed : int

    Raises
    ------
    ValueError
        Probes out of their range, or products that are not finite.

    References
    ----------
    M. F. Hutchinson, *A stochastic estimator of the trace of the influence matrix for Laplacian smoothing
    splines*, Communications in Statistics 1989.
    """
    PROBES.check("probes", probes)
    found = []
    for i in range(probes):
        tell(i / probes)
        v = np.random.default_rng([seed, i]).choice([-1.0, 1.0], size)
        found.append(float(v @ finite(product)(v)))
    return Estimate.of(found)
