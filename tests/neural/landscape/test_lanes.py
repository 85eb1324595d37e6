"""Kept weights as a surface, rescaled, and evaluated: the numbers are those of the network itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from neural.config import LaneConfig, TrainConfig
from neural.data import data_of
from neural.evaluation import evaluate
from neural.landscape.lanes import device_here, evaluations, surface_at, surface_of_rescaled, tensors
from neural.train import TrainingLoop

Arrays = dict[str, NDArray[Any]]


def trained(**values: Any) -> tuple[TrainConfig, TrainingLoop, Arrays]:
    config = TrainConfig((LaneConfig("sam_sps"),), train_size=128, batch_size=32, epochs=1, **values)
    loop = TrainingLoop(config)
    for _ in loop.run():
        pass
    state = loop.lanes[0].network.state_dict()
    return config, loop, {name: tensor.numpy().copy() for name, tensor in state.items()}


@pytest.mark.parametrize("values", [{}, {"network": "small_cnn_bn"}, {"precision": "bfloat16"}])
def test_a_surface_of_all_images_has_the_loss_of_the_network(values: dict[str, Any]) -> None:
    config, loop, arrays = trained(**values)
    data, network = data_of(config), loop.lanes[0].network
    train, test = evaluations(config, arrays)
    slack = 2e-2 if values.get("precision") else 1e-6  # the run's own evaluation is in bfloat16 then
    expected = evaluate(network, data.train_x, data.train_y)
    assert train.loss == pytest.approx(expected.loss, rel=slack)
    assert test.accuracy == pytest.approx(evaluate(network, data.test_x, data.test_y).accuracy, abs=slack)
    surface = surface_at(config, arrays, 10_000)
    assert surface.loss(surface.weights) == pytest.approx(train.loss, rel=1e-5)
    tested = surface_at(config, arrays, 10_000, "test")
    assert tested.loss(tested.weights) == pytest.approx(test.loss, rel=1e-5)


@pytest.mark.parametrize("values", [{"network": "small_cnn_bn"}, {"precision": "bfloat16"}])
def test_the_rescaled_one_computes_the_same_with_other_weights(values: dict[str, Any]) -> None:
    config, _, arrays = trained(**values)
    own, other = surface_at(config, arrays, 64), surface_of_rescaled(config, arrays, 64, 4.0)
    assert other.loss(other.weights) == own.loss(own.weights)
    there = own.weights != 0
    assert set(np.unique(other.weights[there] / own.weights[there])) == {0.25, 1.0, 4.0}


def test_weights_from_a_device_that_is_not_here_are_looked_at_on_the_cpu() -> None:
    config, _, arrays = trained()
    away = replace(config, device="cuda:77")
    assert (device_here(config), device_here(away)) == ("cpu", "cpu")
    own, other = surface_at(config, arrays, 64), surface_at(away, arrays, 64)
    assert own.loss(own.weights) == other.loss(other.weights)


def test_tensors_keep_type_and_shape_also_of_single_numbers() -> None:
    found = tensors({"a": np.ones((2, 3), dtype=np.float32), "n": np.array(7)})
    assert found["a"].shape == (2, 3)
    assert int(found["n"]) == 7
