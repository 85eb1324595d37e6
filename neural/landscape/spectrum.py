"""The largest eigenvalues and the density of a spectrum, from products with the matrix alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, eigh_tridiagonal
from scipy.sparse.linalg import LinearOperator, eigsh

from neural.landscape.functions import Field, Tell, Vector, finite, part, untold
from neural.ranges import Range

DENSE = 64
"""Up to this size a matrix is written down, product by product."""
EXPECTED = 80
"""Products after which `top_eigenvalues` is mostly done: for its progress alone."""
COUNT = Range(1, whole=True)


@dataclass(frozen=True)
class Eigenvalues:
    """The algebraically largest eigenvalues.

    Attributes
    ----------
    values : Vector, shape (k,)
        In decreasing order.
    vectors : Vector, shape (k, n)
        Of length 1, a row each.
    products : int
        Products that they took.
    """

    values: Vector
    vectors: Vector
    products: int


@dataclass(frozen=True)
class Density:
    """The density of a spectrum as weighted points: of every probe a quadrature of its own.

    Attributes
    ----------
    nodes, weights : Vector, shape (probes, steps)
        Eigenvalues of each probe's tridiagonal matrix, and their weights, which sum to 1.
    size : int
        Number of eigenvalues of the matrix.
    """

    nodes: Vector
    weights: Vector
    size: int

    def smoothed(self, values: Vector, width: float) -> Vector:
        """The density at `values`, shape (m,), every point drawn as a Gaussian of deviation `width` > 0.

        It integrates to 1: times `size` it counts eigenvalues.
        """
        Range(0.0, above=True).check("width", width)
        away = (np.asarray(values)[:, None] - self.nodes.ravel()) / width
        heights = np.exp(-0.5 * away**2) @ self.weights.ravel()
        return heights / (len(self.nodes) * width * np.sqrt(2 * np.pi))

    def share_below(self, value: float) -> float:
        """The share of the eigenvalues below a value, in [0, 1], as far as the quadratures tell."""
        return float(self.weights[self.nodes < value].sum() / len(self.nodes))


def top_eigenvalues(
    product: Field, size: int, k: int = 5, tolerance: float = 1e-4, seed: int = 0, tell: Tell = untold
) -> Eigenvalues:
    """The k largest eigenvalues of a symmetric matrix, by ARPACK (`scipy.sparse.linalg.eigsh`).

    Parameters
    ----------
    product : v ↦ A v
    size : int
        Number of rows of A.
    k : int
        In [1, size].
    tolerance : float
        Relative accuracy at which ARPACK stops. Products in float32 cannot give more than about 1e-6.
    seed : int
        Of the first vector.
    tell : callable
        Its share is a guess: nobody knows how many products it will take.

    Raises
    ------
    ValueError
        k out of its range, or products that are not finite.
    scipy.sparse.linalg.ArpackNoConvergence
        No such accuracy after 10 · size iterations.
    """
    Range(1, size, whole=True).check("k", k)
    count = 0

    def counted(v: Vector) -> Vector:
        nonlocal count
        tell(1 - np.exp(-count / EXPECTED))
        count += 1
        return finite(product)(np.asarray(v, dtype=float).ravel())

    if size <= max(DENSE, k):
        dense = np.stack([counted(row) for row in np.eye(size)])
        values, vectors = eigh((dense + dense.T) / 2)
    else:
        operator = LinearOperator((size, size), matvec=counted, dtype=np.float64)
        start = np.random.default_rng(seed).standard_normal(size)
        if not counted(start).any():  # a zero matrix, at which ARPACK stops
            return Eigenvalues(np.zeros(k), np.eye(k, size), count)
        values, vectors = eigsh(operator, k, which="LA", tol=tolerance, v0=start)
    order = np.argsort(values)[::-1][:k]
    return Eigenvalues(values[order], vectors[:, order].T.copy(), count)


def density(
    product: Field, size: int, probes: int = 4, steps: int = 40, seed: int = 0, tell: Tell = untold
) -> Density:
    """The density of a symmetric matrix's spectrum, by stochastic Lanczos quadrature.

    Of every random vector, `steps` steps of Lanczos' method make a tridiagonal matrix T, whose eigenvalues
    and the squared first components of its eigenvectors are Gauss' quadrature of the density as this vector
    sees it. SciPy keeps its Lanczos matrices to itself, so the recursion is written here, with full
    orthogonalisation.

    Parameters
    ----------
    product : v ↦ A v
    size : int
        Number of rows of A.
    probes : int
        Random vectors, at least 1. More of one seed begin with the same ones.
    steps : int
        Products for each, in [1, inf); never more than `size`.
    seed : int

    Raises
    ------
    ValueError
        Probes or steps out of their range, or products that are not finite.

    References
    ----------
    G. H. Golub, J. H. Welsch, *Calculation of Gauss Quadrature Rules*, Mathematics of Computation 1969;
    B. Ghorbani, S. Krishnan, Y. Xiao, *An Investigation into Neural Net Optimization via Hessian Eigenvalue
    Density*, ICML 2019.
    """
    COUNT.check("probes", probes)
    steps = min(int(COUNT.check("steps", steps)), size)
    nodes, weights = np.zeros((probes, steps)), np.zeros((probes, steps))
    for i in range(probes):
        start = np.random.default_rng([seed, i]).standard_normal(size)
        diagonal, beside = _lanczos(finite(product), start, steps, part(tell, i / probes, (i + 1) / probes))
        values, vectors = eigh_tridiagonal(diagonal, beside)
        nodes[i, : len(values)], weights[i, : len(values)] = values, vectors[0] ** 2
    return Density(nodes, weights, size)


def _lanczos(product: Field, start: Vector, steps: int, tell: Tell) -> tuple[Vector, Vector]:
    """Diagonal and off-diagonal of T; shorter where the vectors span all that `start` can reach."""
    basis = np.zeros((steps, len(start)))
    diagonal, beside = np.zeros(steps), np.zeros(steps)
    basis[0] = start / np.linalg.norm(start)
    for j in range(steps):
        tell(j / steps)
        rest = product(basis[j])
        size = np.linalg.norm(rest)
        diagonal[j] = basis[j] @ rest
        for _ in range(2):  # once is not enough where much cancels
            rest -= basis[: j + 1].T @ (basis[: j + 1] @ rest)
        beside[j] = np.linalg.norm(rest)
        if j + 1 == steps or beside[j] <= 1e-10 * size:
            break
        basis[j + 1] = rest / beside[j]
    return diagonal[: j + 1], beside[:j]
