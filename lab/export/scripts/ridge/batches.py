"""What a step sees: loss and gradient on its batch."""

import numpy as np


def dot(a, b):
    """<a, b> in eight running sums, these added up in pairs: the order of the app, on every machine."""
    products = np.append(a * b, np.zeros(-len(a) % 8)).reshape(-1, 8)
    r = np.add.reduce(products, axis=0)
    return ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))


class Batch:
    """A mini-batch: f_S at a point."""

    def __init__(self, f, rows):
        self.f, self.rows = f, rows

    def __call__(self, x):
        return checked(*self.f.loss_and_gradient(x, self.rows))


class Diagonal:
    """All rows of a ridge regression, y = x - x* in the eigenbasis of H: f - f* = 1/2 sum h_i y_i^2.

    Losses, and so f_star, are counted from f*: nothing is subtracted, and gaps far below 1e-16 are exact.
    """

    def __init__(self, f):
        self.h = f.eigenvalues

    def __call__(self, y):
        gradient = self.h * y
        return checked(0.5 * (dot(gradient, y)), gradient)

    @staticmethod
    def start(f, x0):
        offset = f.basis.T @ (x0 - f.nearest_minimiser(x0))
        return offset * (f.eigenvalues > 0)


class Quadratic:
    """The same in the given coordinates, for methods that scale each of them: f - f* = 1/2 y'Hy."""

    def __init__(self, f):
        self.H = f.A.T @ f.A / f.n + f.reg * np.eye(f.d)

    def __call__(self, y):
        gradient = self.H @ y
        return checked(0.5 * (dot(gradient, y)), gradient)

    @staticmethod
    def start(f, x0):
        return x0 - f.nearest_minimiser(x0)


def checked(loss, gradient):
    """Both, unless they have left the floats."""
    if not (np.isfinite(loss) and np.isfinite(gradient @ gradient)):
        raise FloatingPointError("diverged")
    return loss, gradient
