import json
import math
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS

LANES = (LaneConfig("sam_sps", rho=0.2, lambd=0.35), LaneConfig("sgd_cosine", lr=0.05, momentum=0.9))
CONFIG = TrainConfig(
    LANES, "digits", "small_cnn_bn", batch_size=32, epochs=3, eval_every=7, device="cuda:1",
    label_noise=0.3, kappa=100.0, offset=3.0, train_size=777,
)  # fmt: skip


def test_json_round_trip():
    again = TrainConfig.from_dict(json.loads(json.dumps(CONFIG.to_dict(), allow_nan=False)))
    assert again == CONFIG
    assert hash(again) == hash(CONFIG)


def test_absent_keys_take_the_defaults():
    given = TrainConfig.from_dict({"lanes": [{"method": "usam_sps"}]})
    assert given == TrainConfig((LaneConfig("usam_sps"),))
    # What configurations from before these fields meant: the data as they are.
    assert (given.label_noise, given.kappa, given.offset) == (0.0, 1.0, 0.0)
    assert given.train_size > DATASETS["digits"].train


def test_integers_and_floats_give_the_same_configuration():
    one = LaneConfig("sam_sps", rho=1)
    assert json.dumps(one.to_dict()) == json.dumps(LaneConfig("sam_sps", rho=1.0).to_dict())
    two = TrainConfig(LANES, kappa=10, label_noise=1)
    assert json.dumps(two.to_dict()) == json.dumps(TrainConfig(LANES, kappa=10.0, label_noise=1.0).to_dict())


def test_configurations_are_frozen():
    with pytest.raises(FrozenInstanceError):
        LANES[0].rho = 1.0


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("method", "lion", "sam_sps"),
        ("method", None, "sam_sps"),
        ("method", ["sam_sps"], "sam_sps"),
        ("rho", -1e-9, "[0, inf)"),
        ("rho", math.nan, "[0, inf)"),
        ("rho", math.inf, "[0, inf)"),
        ("rho", 10**400, "[0, inf)"),
        pytest.param("rho", 10**5000, "[0, inf)", id="rho-5000-digits"),
        ("rho", "0.1", "[0, inf)"),
        ("rho", True, "[0, inf)"),
        ("rho", None, "[0, inf)"),
        ("rho", {"$gt": 0}, "[0, inf)"),
        ("lambd", 1.0000001, "[0, 1]"),
        ("lambd", -0.1, "[0, 1]"),
        ("gamma_b", -0.1, "[0, inf)"),
        ("gamma_b", math.inf, "[0, inf)"),
        ("lr", 0.0, "(0, inf)"),
        ("weight_decay", -5e-4, "[0, inf)"),
        ("momentum", 1.0, "[0, 1)"),
        ("replica", 16, "[0, 15]"),
        ("replica", True, "[0, 15]"),
        ("replica", 0.0, "[0, 15]"),
    ],
)
def test_lane_refuses(name, value, allowed):
    with pytest.raises(ValueError, match=name) as error:
        LaneConfig.from_dict({"method": "sam_sps", name: value})
    assert allowed in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("dataset", "imagenet", "digits"),
        ("network", "../../etc/passwd", "small_cnn"),
        ("network", {}, "small_cnn"),
        ("network", "cnn1d", "must fit the images of digits"),
        ("dataset", "mnist1d", "one of cnn1d, mlp, got 'small_cnn'"),
        ("batch_size", 0, "[1, 65536]"),
        ("batch_size", 64.0, "[1, 65536]"),
        ("batch_size", True, "[1, 65536]"),
        ("epochs", 10**9, "[1, 1000000]"),
        ("eval_every", 0, "[1, 1000000000]"),
        ("seed", -1, "[0, 4294967295]"),
        ("seed", 2**32, "[0, 4294967295]"),
        ("train_size", 0, "[1, 60000]"),
        ("train_size", 60_001, "[1, 60000]"),
        ("train_size", 1e3, "[1, 60000]"),
        ("label_noise", 1.0000001, "[0, 1]"),
        ("label_noise", -0.1, "[0, 1]"),
        ("label_noise", math.nan, "[0, 1]"),
        ("label_noise", "0.1", "[0, 1]"),
        ("kappa", 0.999, "[1, 1e12]"),
        ("kappa", math.inf, "[1, 1e12]"),
        ("kappa", True, "[1, 1e12]"),
        ("offset", -0.001, "[0, 100]"),
        ("offset", 101.0, "[0, 100]"),
        ("device", "cuda:0; rm", "cpu"),
        ("device", "cpu\n", "cpu"),
        ("device", 0, "cpu"),
        ("lanes", [], "1 to 32"),
        ("lanes", [{"method": "sam_sps"}] * 33, "1 to 32"),
        ("lanes", "sam_sps", "list"),
        ("lanes", {"method": "sam_sps"}, "list"),
        ("lanes", ["sam_sps"], "mapping"),
        ("lanes", [{}], "method"),
    ],
)
def test_run_refuses(name, value, allowed):
    words = {"lanes": "lanes|Lane", "dataset": "dataset|network"}
    with pytest.raises(ValueError, match=words.get(name, name)) as error:
        TrainConfig.from_dict({"lanes": [{"method": "sam_sps"}], name: value})
    assert allowed in str(error.value)


def test_unknown_and_missing_keys_are_named():
    with pytest.raises(ValueError, match=r"'learning_rate'.*known: .*lr"):
        LaneConfig.from_dict({"method": "sam_sps", "learning_rate": 0.1})
    with pytest.raises(ValueError, match="'__class__'"):
        TrainConfig.from_dict({"lanes": [{"method": "sam_sps"}], "__class__": "os.system"})
    with pytest.raises(ValueError, match="'lanes'"):
        TrainConfig.from_dict({})
    with pytest.raises(ValueError, match="mapping"):
        TrainConfig.from_dict(None)


def test_lanes_must_be_a_tuple_so_that_the_configuration_hashes():
    with pytest.raises(ValueError, match="lanes"):
        TrainConfig(list(LANES))


def test_fixed_hyperparameters_override_the_given_ones():
    assert LaneConfig("usam_sps", lambd=0.7).effective()["lambd"] == 0
    assert LaneConfig("sps_max", rho=0.7).effective()["rho"] == 0
    assert LaneConfig("sam_sps", lambd=0.7).effective()["lambd"] == 0.7
    for method in METHODS.values():
        assert not set(method.parameters) & {name for name, _ in method.fixed}
        assert method.adaptive == ("gamma_b" in method.parameters)


def test_what_is_suggested_is_a_value_that_the_method_takes():
    for method in METHODS.values():
        assert {name for name, _ in method.suggested} <= set(method.parameters)
        assert set(method.at_start) <= set(method.parameters)
        assert not set(method.at_start) & set(method.steerable)
        LaneConfig(method.key, **dict(method.suggested))


def test_configurations_need_no_torch():
    code = (
        "import sys, neural.config, neural.ranges, neural.availability\n"
        "print('torch' in sys.modules, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("lane", "label"),
    [
        (LaneConfig("sam_sps"), "SAM-SPS"),
        (LaneConfig("sam_sps", lambd=0.5), "SAM-SPS, λ = 0.5"),
        (LaneConfig("sam_sps", lambd=0.0), "SAM-SPS, λ = 0"),
        (LaneConfig("sam_constant", lambd=0.25), "SAM, constant γ, λ = 0.25"),
        (LaneConfig("usam_sps", lambd=0.5), "USAM-SPS"),
        (LaneConfig("sgd_constant", lambd=0.5), "SGD, constant γ"),
    ],
)
def test_a_blend_of_sam_and_usam_is_called_one(lane, label):
    assert lane.label == label
