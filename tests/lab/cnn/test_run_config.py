"""What the controls say is what a run trains with, and back again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.cnn.run_config import cnn_config, in_force, next_seed, of_one_seed, train_config
from lab.params import CnnConfig
from lab.params.cnn import LaneControls
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from runs import Mark

FAR = CnnConfig(
    lanes=3, seeds=2, seed=5, kappa=50.0, dataset="textures", network="lenet", label_noise=0.35,
    batch_size=24, epochs=7, device="cuda:3", a=LaneControls(rho=0.7), b=LaneControls.suggested("sa_sam"),
    c=LaneControls("sgd_cosine", lr=2.5, momentum=0.9, weight_decay=0.0),
)  # fmt: skip


@pytest.mark.parametrize("config", [CnnConfig(), FAR, replace(CnnConfig(), lanes=6, seeds=5)])
def test_the_values_of_a_run_make_the_same_run_again(config: CnnConfig) -> None:
    training = train_config(config)
    assert train_config(cnn_config(training, CnnConfig())) == training
    assert cnn_config(training, config) == config


def test_lanes_of_the_first_seed_come_first() -> None:
    training = train_config(FAR)
    assert [lane.replica for lane in training.lanes] == [0, 0, 0, 1, 1, 1]
    first, seeds = of_one_seed(training)
    assert (len(first), seeds) == (3, 2)
    assert [lane.method for lane in first] == ["sam_sps", "sa_sam", "sgd_cosine"]


def test_what_is_not_about_the_run_stays() -> None:
    base = CnnConfig(x="seconds", smooth=0.5, speed="3", f=LaneControls("adasam"))
    config = cnn_config(train_config(FAR), base)
    assert (config.x, config.smooth, config.speed, config.f) == ("seconds", 0.5, "3", base.f)


def test_what_the_screen_does_not_take_of_a_run_is_left_out() -> None:
    training = TrainConfig((LaneConfig("sam_sps"),), device="cuda:77", kappa=1e9, batch_size=32)
    config = cnn_config(training, CnnConfig(kappa=20.0))
    assert (config.device, config.kappa) == ("cpu", 20.0)
    assert (config.network, config.batch_size, config.lanes) == ("small_cnn", 32, 1)
    many = TrainConfig((LaneConfig("sam_sps"),) * 7)
    assert cnn_config(many, CnnConfig(lanes=4)).lanes == 4


def test_every_method_trains_with_its_lane() -> None:
    for key in METHODS:
        (lane,) = train_config(CnnConfig(lanes=1, a=LaneControls.suggested(key))).lanes
        assert lane == LaneConfig(key, **dict(METHODS[key].suggested))


def test_values_in_force_are_the_first_ones_and_every_change() -> None:
    config = TrainConfig((LaneConfig("sam_sps", rho=0.1), LaneConfig("sam_sps", rho=0.1)))
    marks = [Mark(3, 1, "rho", 0.2), Mark(5, 1, "rho", 0.4), Mark(6, 0, "lambd", 0.5)]
    now = in_force(config, marks)
    assert [(lane.rho, lane.lambd) for lane in now.lanes] == [(0.1, 0.5), (0.4, 1.0)]
    assert now.seed == config.seed


def test_after_the_last_seed_comes_the_first() -> None:
    last = int(CnnConfig.rows()["seed"].high)
    assert next_seed(CnnConfig(seed=7)) == CnnConfig(seed=8)
    assert next_seed(CnnConfig(seed=last)).seed == 0
