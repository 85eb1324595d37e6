"""What the simulator needs to know of a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

# Kinds of loss that synthetic.compiled.losses can evaluate. CENTRED is LEAST_SQUARES with labels 0.
DIAGONAL, DENSE, CENTRED, LEAST_SQUARES, LOGISTIC = range(5)


class View(NamedTuple):
    """A problem in the coordinates in which it is cheapest to iterate, as plain numbers for the compiled
    loop.

    The steps use the loss `kind` on `A` (rows of samples, or the Hessian, or one row of its eigenvalues), `b`
    and `reg`. The records use the loss `measure` on `M` and `c`. `origin` is the minimiser in these
    coordinates. A loss of kind DIAGONAL, DENSE or CENTRED is a function of x − x* and counted from the
    minimum: `base`, to be added, is f_min for such a `kind` and 0 otherwise. Everything with an axis of
    length d is padded with zeros to whole registers (`synthetic.compiled.layout`).
    """

    kind: int
    A: Array
    b: Array
    reg: float
    measure: int
    M: Array
    c: Array
    origin: Array
    f_min: float
    base: float


class Problem(Protocol):
    """A convex smooth finite sum f(x) = mean_i f_i(x), x of shape (d,), with known constants and minimum."""

    @property
    def n(self) -> int:
        """Number of samples."""

    @property
    def d(self) -> int:
        """Number of unknowns."""

    @property
    def L(self) -> float:
        """Smoothness constant of f."""

    @property
    def mu(self) -> float:
        """Strong convexity constant of f, 0 if there is none."""

    @property
    def L_max(self) -> float:
        """Largest smoothness constant of the f_i."""

    @property
    def f_min(self) -> float:
        """Minimum of f."""

    @property
    def x_star(self) -> Array:
        """A minimiser of f, (d,)."""

    @property
    def spectrum(self) -> tuple[float, float] | None:
        """Smallest positive and largest eigenvalue of the Hessian if it is constant (a quadratic), else
        None.
        """

    @property
    def lower_bound(self) -> float:
        """A number that no f_i falls below: 0 for non-negative losses."""

    def loss(self, x: Array) -> Array:
        """f at x of shape (..., d): shape (...)."""

    def gradient(self, x: Array) -> Array:
        """Gradient of f at x of shape (..., d): same shape."""

    def batch_loss(self, x: Array, rows: Rows) -> float:
        """Loss on the samples `rows` (m,), where a row drawn twice counts twice."""

    def batch_gradient(self, x: Array, rows: Rows) -> Array:
        """Gradient of `batch_loss`, (d,)."""

    def batch_minimum(self, rows: Rows) -> Array:
        """Exact minimum of the loss on each mini-batch of `rows` (..., m): shape (...)."""

    def nearest_minimizer(self, x: Array) -> Array:
        """The minimiser of f that is nearest to x, (d,)."""

    def mean_batch_excess(self, f_star: float | str) -> float:
        """Upper bound on sigma_sq = E[f_S(x*) - f*_S] over random mini-batches; inf if not known."""

    def view(self, x0: Array, full_batch: bool, rotate: bool) -> tuple[View, Array, Callable[[Array], Array]]:
        """The view to iterate in, x0 in its coordinates, and the way back from them to x.

        `rotate` allows an orthogonal change of coordinates.
        """
