"""The file of a comparison holds what its result holds, and says when that is not every iteration."""

from __future__ import annotations

import json

import numpy as np

from lab.export.numbers import as_json
from lab.params import RidgeConfig
from lab.ridge.compute import compute
from lab.ridge.numbers import EACH, file_name, numbers, recorded


def test_every_iteration_of_every_trial_is_there() -> None:
    result = compute(RidgeConfig(iterations=30, m=5, trials=3, methods=("usam_ps", "sgd")))
    columns = {name: np.array(values) for name, values in numbers(result).columns.items()}
    assert len(columns["iteration"]) == 2 * 3 * 31
    for key, track in result.tracks.items():
        for trial in range(3):
            here = (columns["method"] == key) & (columns["trial"] == trial)
            np.testing.assert_array_equal(columns["iteration"][here], np.arange(31))
            np.testing.assert_array_equal(columns["gradient_evaluations"][here], track.gradient_evaluations)
            for name in EACH:
                np.testing.assert_array_equal(columns[name][here], getattr(track, name)[trial], name)
    assert recorded(result) == "all 31 iterations, 0 to 30"


def test_it_says_when_not_every_iteration_is_recorded() -> None:
    result = compute(RidgeConfig(iterations=8000, n=10, d=3, methods=("usam_ps",)))
    kept = len(result.tracks["usam_ps"].iterations)
    assert 100 < kept < 8001
    assert recorded(result).startswith(f"{kept:,} of 8,001 iterations")


def test_it_says_what_it_is() -> None:
    result = compute(RidgeConfig(iterations=10, methods=("usam_ps", "sgd"), seed=7))
    assert file_name(result) == numbers(result).name == "ridge_usam_ps-sgd_n100_d100_T10_seed7"
    about = json.loads(as_json(numbers(result)))["about"]
    assert about["configuration"]["seed"] == 7
    assert about["methods"].keys() == {"usam_ps", "sgd"}
    assert about["constants"]["L"] == result.problem.L
