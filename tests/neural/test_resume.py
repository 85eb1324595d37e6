"""A run that goes on from a saved state goes on bit for bit."""

import io
from itertools import islice

import pytest
import torch

from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from neural.train import TrainingLoop
from tests.neural.points import numbers


@pytest.mark.parametrize("stop", [30, 31], ids=["between steps", "between lanes"])
def test_a_checkpoint_resumes_bit_for_bit(stop):
    lanes = (LaneConfig("sam_sps"), LaneConfig("sam_cosine", momentum=0.9))
    config = TrainConfig(lanes, network="small_cnn_bn", epochs=2, eval_every=10)
    original = TrainingLoop(config)
    list(islice(original.run(), 20))
    original.set(0, rho=0.2, gamma_b=0.3)
    original.set(1, lr=0.3)
    list(islice(original.run(), stop - 20))
    file = io.BytesIO()
    torch.save(original.state_dict(), file)
    rest = list(original.run())

    file.seek(0)
    resumed = TrainingLoop(config)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    assert resumed.lanes[0].config == LaneConfig("sam_sps", rho=0.2, gamma_b=0.3)
    assert numbers(resumed.run()) == numbers(rest)
    assert len(rest) == 92 - stop
    assert resumed.done


@pytest.mark.parametrize("method", METHODS)
def test_every_method_resumes_bit_for_bit(method):
    config = TrainConfig((LaneConfig(method, lr=0.01, momentum=0.9),), network="lenet")
    original, resumed = TrainingLoop(config), TrainingLoop(config)
    list(islice(original.run(), 5))
    file = io.BytesIO()
    torch.save(original.state_dict(), file)
    file.seek(0)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    assert numbers(islice(resumed.run(), 5)) == numbers(islice(original.run(), 5))


def test_a_checkpoint_is_a_copy_and_knows_its_configuration():
    loop = TrainingLoop(TrainConfig((LaneConfig("sam_sps"),)))
    list(islice(loop.run(), 3))
    state = loop.state_dict()
    rest = numbers(islice(loop.run(), 3))
    loop.load_state_dict(state)
    assert numbers(islice(loop.run(), 3)) == rest
    with pytest.raises(ValueError, match="configuration"):
        TrainingLoop(TrainConfig((LaneConfig("sam_sps"),), seed=1)).load_state_dict(state)
