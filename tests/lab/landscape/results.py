"""Made-up results, each number chosen by the test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lab.landscape.compute import Landscapes
from lab.landscape.places import Found
from lab.landscape.results import Between, Control, Exact, Fit, Moment, Numbers, Way
from neural.landscape.functions import Estimate
from neural.landscape.line import Line
from neural.landscape.plane import Plane
from neural.landscape.sharpness import Sharpness
from neural.landscape.slices import Slices
from neural.landscape.spectrum import Density
from tests.lab.landscape.engine import found

STEPS = np.array([-1.0, 0.0, 1.0])
FIT = Fit(0.1, 0.99, 0.2, 0.95)
NUMBERS = Numbers(
    loss=0.1,
    gradient_norm=0.01,
    eigenvalues=np.array([4.0, 2.0]),
    density=Density(np.array([[0.0, 4.0]]), np.array([[0.5, 0.5]]), 10),
    trace=Estimate(20.0, 1.0, 32),
    sharpness=Sharpness(0.5, 0.4, 0.1, 9),
    average=Estimate(0.02, 0.001, 32),
    fit=FIT,
    exact=None,
)
KNOWN = replace(NUMBERS, fit=None, exact=Exact(np.array([4.0, 2.0]), 0.55, 0.021, False))


def cuts(high: float) -> Slices:
    return Slices(STEPS, np.array([[high, 1.0, high], [high / 2, 1.0, high]]))


def moment(step: int, **values: Any) -> Moment:
    return replace(
        Moment(step, 0.1, 4.0, Estimate(20.0, 1.0, 8), 0.5, Estimate(0.02, 0.001, 8), FIT), **values
    )


def line(*losses: float) -> Line:
    return Line(np.linspace(0, 1, len(losses)), np.array(losses))


def way() -> Way:
    plane = Plane(STEPS, np.array([0.0, 1.0]), np.arange(6.0).reshape(2, 3))
    return Way(np.array([[3.0, 1.0], [1.0, 0.5], [0.0, 0.0]]), (0.75, 0.125), plane)


def shown(here: Found | None = None, **values: Any) -> Landscapes:
    """Two networks of the example, or two ways over what is known."""
    here = here or found()
    numbers = NUMBERS if here.networks else KNOWN
    steps = [point.step for point in here.lanes[0].points]
    moments = [moment(step, fit=FIT if here.networks else None) for step in steps]
    control = Control(cuts(2.0), cuts(9.0), cuts(2.0), cuts(2.0), 4.0, 99.0, 0.5, 7.0, 0.0)
    made = Landscapes(
        here,
        (cuts(2.0), cuts(3.0))[: len(here.lanes)],
        (numbers, numbers)[: len(here.lanes)],
        (moments, moments)[: len(here.lanes)],
        (way(), None)[: len(here.lanes)],
        Between(line(0.1, 0.5, 0.2), line(0.3, 0.2, 0.3) if here.networks else None),
        control if here.networks else None,
    )
    return replace(made, **values)
