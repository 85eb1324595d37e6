"""All numbers at once, of quadratics and of stored lanes; progress told, and work ended by it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from neural.config import LaneConfig, TrainConfig
from neural.data import data_of
from neural.evaluation import evaluate
from neural.landscape.flatness import COARSE, FINE, Effort, Flatness, flatness
from neural.landscape.functions import Functions, Tell, part
from neural.landscape.line import line
from neural.landscape.plane import plane
from neural.landscape.sharpness import average_sharpness, sam_sharpness
from neural.landscape.slices import slices
from neural.landscape.spectrum import density, top_eigenvalues
from neural.landscape.stored import network_of, surface_of
from neural.landscape.trace import hutchinson
from neural.train import TrainingLoop
from tests.neural.landscape.small import dense, quadratic, surface

ONE = quadratic(80)  # more than is written down


def test_of_a_quadratic_every_number_is_known() -> None:
    w = ONE.centre
    found = flatness(ONE, w, 0.3, effort=replace(FINE, tolerance=1e-8, probes=200, pairs=200))
    assert (found.loss, found.gradient_norm) == (1.5, 0.0)
    assert found.eigenvalues.tolist() == pytest.approx(ONE.eigenvalues[:5].tolist(), rel=1e-6)
    assert abs(found.trace.value - ONE.trace) < 2 * found.trace.error
    assert found.sharpness.value == pytest.approx(ONE.sharpness(w, 0.3), rel=1e-6)
    assert abs(found.average.value - ONE.average_sharpness(0.3)) < 2 * found.average.error
    assert found.slices.losses.shape == (5, 41)


def test_one_number_is_a_landscape_too() -> None:
    half = Functions(1, lambda w: 0.5 * w[0] ** 2, lambda w: w, lambda w: lambda v: v)
    found = flatness(half, np.array([2.0]), 0.1, effort=COARSE)
    assert found.eigenvalues.tolist() == [1.0]
    assert (found.trace.value, found.gradient_norm) == (1.0, 2.0)
    assert found.sharpness.value == pytest.approx((2.1**2 - 4) / 2)
    assert found.average.value == pytest.approx(0.005)


def test_the_same_seed_gives_the_same_numbers() -> None:
    again = [summary(flatness(ONE, ONE.centre, 0.3, effort=COARSE, seed=s)) for s in (1, 1, 2)]
    assert again[0] == again[1] != again[2]


def test_weights_that_have_diverged_are_refused() -> None:
    with pytest.raises(ValueError, match="w must be a point of finite loss, got nan: the weights have"):
        flatness(ONE, ONE.centre * np.nan, 0.1, effort=COARSE)


def summary(found: Flatness) -> tuple[float, ...]:
    """What is random of it."""
    return (found.slices.rise().value, found.trace.value, found.average.value)


CONFIG = TrainConfig((LaneConfig("sam_sps"),), network="small_cnn_bn", train_size=300, epochs=1)


@pytest.mark.parametrize("part_of", ["train", "test"])
def test_a_stored_lane_stands_where_it_was_evaluated(part_of: str) -> None:
    loop = TrainingLoop(CONFIG)
    *_, last = loop.run()
    weights = loop.state_dict()["lanes"][0]["network"]
    data, built = data_of(CONFIG), network_of(CONFIG, weights)
    assert not built.training
    found = surface_of(CONFIG, weights, part_of, most=1000)
    if part_of == "test":
        assert found.loss(found.weights) == last.test_loss
    else:
        assert found.loss(found.weights) == evaluate(built, data.train_x, data.train_y).loss
        few = surface_of(CONFIG, weights, most=50)
        first = evaluate(built, data.train_x[:50], data.train_y[:50]).loss
        assert few.loss(few.weights) == first


def test_prepared_images_are_prepared_once() -> None:
    config = replace(CONFIG, channels_last=True)
    weights = TrainingLoop(config).lanes[0].network.state_dict()
    assert any(name.startswith("network.") for name in weights)
    found, x = surface_of(config, weights, float64=True), data_of(config).train_x
    with torch.no_grad():
        logits = network_of(config, weights)(x)
    expected = torch.nn.functional.cross_entropy(logits, data_of(config).train_y).item()
    assert found.loss(found.weights) == pytest.approx(expected, rel=1e-5)


def test_bad_parts() -> None:
    weights = TrainingLoop(CONFIG).lanes[0].network.state_dict()
    with pytest.raises(ValueError, match="part must be one of train, test, got 'all'"):
        surface_of(CONFIG, weights, "all")
    with pytest.raises(ValueError, match=r"most must be an integer in \[1, inf\), got 0"):
        surface_of(CONFIG, weights, most=0)
    with pytest.raises(RuntimeError, match="Missing key"):
        network_of(replace(CONFIG, network="lenet"), weights)


W, MATRIX = surface().weights, dense()
ZERO = np.zeros(3)
LONG: dict[str, Callable[[Tell], object]] = {
    "slices": lambda tell: slices(surface().loss, W, np.ones((2, len(W))), ZERO, tell),
    "plane": lambda tell: plane(surface().loss, W, W, W, ZERO, ZERO, tell),
    "line": lambda tell: line(float, 4, tell),
    "top_eigenvalues": lambda tell: top_eigenvalues(lambda v: MATRIX @ v, len(W), tell=tell),
    "density": lambda tell: density(lambda v: MATRIX @ v, len(W), 2, 3, tell=tell),
    "hutchinson": lambda tell: hutchinson(lambda v: MATRIX @ v, len(W), 4, tell=tell),
    "sam_sharpness": lambda tell: sam_sharpness(ONE.loss, ONE.gradient, ONE.centre, 0.1, 3, tell=tell),
    "average_sharpness": lambda tell: average_sharpness(ONE.loss, ONE.centre, 0.1, 4, tell=tell),
    "flatness": lambda tell: flatness(
        ONE, ONE.centre, 0.1, effort=Effort(1, 3, 1, 1e-2, 2, 2, 2, 1), tell=tell
    ),
}


class EnoughError(Exception):
    """Raised by the progress that was told."""


@pytest.mark.parametrize("name", LONG)
def test_progress_grows_and_what_it_raises_ends_the_work(name: str) -> None:
    told: list[float] = []
    LONG[name](told.append)
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] < 1.0
    assert len(set(told)) > 2
    heard = 0

    def enough(share: float) -> None:
        nonlocal heard
        heard += 1
        if heard == 3:
            raise EnoughError

    with pytest.raises(EnoughError):
        LONG[name](enough)
    assert heard == 3


def test_a_part_of_the_progress() -> None:
    told: list[float] = []
    part(told.append, 0.5, 0.75)(0.5)
    assert told == [0.625]
