"""What is found out about lanes: plain numbers, that travel from a compute process to the app."""

from __future__ import annotations

from dataclasses import dataclass

from neural.landscape.functions import Estimate, Vector
from neural.landscape.line import Line
from neural.landscape.plane import Plane
from neural.landscape.sharpness import Sharpness
from neural.landscape.slices import Slices
from neural.landscape.spectrum import Density


@dataclass(frozen=True)
class Fit:
    """What a network is worth: losses and accuracies, shares in [0, 1], on all training and test images."""

    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float


@dataclass(frozen=True)
class Exact:
    """The answers where they are known: all eigenvalues, decreasing, and both sharpnesses."""

    eigenvalues: Vector
    greatest: float
    average: float
    on_a_grid: bool

    @property
    def trace(self) -> float:
        """The sum of the eigenvalues."""
        return float(self.eigenvalues.sum())


@dataclass(frozen=True)
class Numbers:
    """The numbers of one lane at one moment; as in `neural.landscape.flatness.Flatness`."""

    loss: float
    gradient_norm: float
    eigenvalues: Vector
    density: Density
    trace: Estimate
    sharpness: Sharpness
    average: Estimate
    fit: Fit | None
    exact: Exact | None


@dataclass(frozen=True)
class Moment:
    """The numbers of one lane at one step, less closely."""

    step: int
    loss: float
    eigenvalue: float
    trace: Estimate
    sharpness: float
    average: Estimate
    fit: Fit | None


@dataclass(frozen=True)
class Way:
    """A lane's trajectory in its principal plane, and the loss there.

    Attributes
    ----------
    path : Vector, shape (points, 2)
    explained : (float, float)
        Shares of the points' variance.
    plane : Plane
    """

    path: Vector
    explained: tuple[float, float]
    plane: Plane


@dataclass(frozen=True)
class Between:
    """The loss on the line between two lanes: on training images, and on test images of networks."""

    train: Line
    test: Line | None


@dataclass(frozen=True)
class Control:
    """The same function with other weights.

    Attributes
    ----------
    plain, plain_rescaled : Slices
        Along the same directions, not normalised.
    filtered, filtered_rescaled : Slices
        Along filter-normalised directions.
    eigenvalue, eigenvalue_rescaled : float
        The largest.
    sharpness, sharpness_rescaled : float
    difference : float
        |loss − loss rescaled|.
    """

    plain: Slices
    plain_rescaled: Slices
    filtered: Slices
    filtered_rescaled: Slices
    eigenvalue: float
    eigenvalue_rescaled: float
    sharpness: float
    sharpness_rescaled: float
    difference: float
