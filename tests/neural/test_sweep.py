import json
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from neural.ready_sweeps import READY
from neural.sweep import SweepConfig, SweepMethod, points

SWEEP = SweepConfig(
    (SweepMethod("sam_sps"), SweepMethod("sam_cosine", (("momentum", 0.9),), (("lr", (0.1, 1.0)),))),
    grid=(("rho", (0.0, 0.4)), ("label_noise", (0.0, 0.3))),
    seeds=(0, 7),
    fixed=(("dataset", "mnist1d"), ("network", "mlp"), ("epochs", 1)),
)


def test_json_round_trip():
    again = SweepConfig.from_dict(json.loads(json.dumps(SWEEP.to_dict(), allow_nan=False)))
    assert again == SWEEP
    assert hash(again) == hash(SWEEP)
    assert SweepConfig.from_dict({"methods": [{"method": "sam_sps"}]}) == SweepConfig(
        (SweepMethod("sam_sps"),)
    )


def test_sweeps_are_frozen():
    with pytest.raises(FrozenInstanceError):
        SWEEP.seeds = (1,)


def test_points_of_a_grid_by_hand():
    assert points((("a", (1, 2)), ("b", ("x", "y")))) == (
        (("a", 1), ("b", "x")), (("a", 1), ("b", "y")), (("a", 2), ("b", "x")), (("a", 2), ("b", "y")),
    )  # fmt: skip
    assert points(()) == ((),)


def test_how_many_runs():
    assert SWEEP.runs == (1 + 2) * (2 * 2) * 2
    assert [method.label for method in SWEEP.methods] == ["SAM-SPS", "SAM, cosine, momentum 0.9"]
    blended = SweepMethod("sam_cosine", (("lambd", 0.5), ("momentum", 0.9)))
    assert blended.label == "SAM, cosine, λ = 0.5, momentum 0.9"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"methods": []}, "methods must be a tuple of SweepMethod"),
        ({"methods": "sam_sps"}, "methods must be a list"),
        ({"methods": ["sam_sps"]}, "SweepMethod must be a mapping"),
        ({"methods": [{"method": "lion"}]}, "method must be one of sam_sps"),
        ({"methods": [{"method": "sam_sps"}] * 2}, "methods must be a tuple of numbers or words that differ"),
        (
            {"methods": [{"method": "sam_sps", "values": {"lr": 1}}]},
            "one of rho, lambd, gamma_b, weight_decay",
        ),
        ({"methods": [{"method": "sam_sps", "tuned": {"lr": [1]}}]}, "got 'lr'"),
        (
            {"methods": [{"method": "sam_sps", "tuned": {"gamma_b": 1}}]},
            "'gamma_b' to a list of values, got 1",
        ),
        ({"methods": [{"method": "sam_sps", "tuned": {"gamma_b": []}}]}, "tuned of 'gamma_b'"),
        (
            {"methods": [{"method": "sam_sps", "values": {"gamma_b": 1}, "tuned": {"gamma_b": [1]}}]},
            "gamma_b twice",
        ),
        ({"methods": [{"method": "sam_sps", "values": {"rho": 1}}]}, "rho must be in grid or of SAM-SPS"),
        (
            {"methods": [{"method": "sam_sps", "values": {"lambd": 2}}]},
            "lambd must be a finite number in [0, 1]",
        ),
        ({"methods": [{"method": "sam_sps", "values": {"lambd": "x"}}]}, "lambd must be a finite number"),
        ({"methods": [{"method": "sam_sps", "rate": 1}]}, "unknown keys 'rate'"),
        ({"grid": {"rho": [0.1, 0.1]}}, "grid of 'rho'"),
        ({"grid": {"rho": [0.1, -1]}}, "rho must be a finite number in [0, inf), got -1"),
        ({"grid": {"rho": [{}]}}, "grid of 'rho'"),
        ({"grid": {"rho": 0.1}}, "to a list of values, got 0.1"),
        ({"grid": ["rho"]}, "grid must be a mapping"),
        ({"grid": {"seed": [1]}}, "got 'seed'"),
        ({"grid": {"replica": [1]}}, "got 'replica'"),
        ({"fixed": {"rho": 0.1}}, "rho twice"),
        ({"fixed": {"lr": -1}}, "lr must be a finite number in (0, inf)"),
        ({"fixed": {"lr": [1]}}, "fixed of 'lr' must be a number or a word"),
        ({"fixed": {"network": "cnn1d"}}, "network must fit the images of digits"),
        ({"fixed": {"device": "tpu"}}, "device must be"),
        ({"seeds": []}, "seeds must be"),
        ({"seeds": 3}, "seeds must be a list"),
        ({"seeds": [-1]}, "seed must be an integer in [0, 4294967295], got -1"),
        ({"seeds": list(range(5001))}, "at most 5,000 runs, got 5,001"),
        ({"rhos": [1]}, "unknown keys 'rhos'"),
    ],
)
def test_refused(changes, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        SweepConfig.from_dict({"methods": [{"method": "sam_sps"}]} | changes)


@pytest.mark.parametrize("key", READY)
def test_ready_sweeps_are_fit_for_a_link(key):
    ready = READY[key]
    assert SweepConfig.from_dict(ready.sweep.to_dict()) == ready.sweep
    assert ready.sweep.seeds == (0, 1, 2)


def test_sweeps_need_no_torch():
    code = (
        "import sys, neural.ready_sweeps, neural.sweep_table, neural.sweep_folder\n"
        "sys.exit('torch' in sys.modules or 'pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
