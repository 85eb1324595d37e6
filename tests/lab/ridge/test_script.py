"""The script of a comparison gives its numbers again, and is plain code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.compute import compute
from lab.ridge.script import script
from tests.lab.export.scripts import table_of

ALL = tuple(METHODS)
POLYAK = {"usam_ps", "sam_ps", "mix", "long_ps", "sps_max"}
FORGOTTEN = 20  # iterations after which the full-batch Polyak step may have amplified rounding
SAMPLE: dict[str, dict[str, Any]] = {
    "full batch": {"methods": ALL, "iterations": 15, "n": 12, "d": 8, "reg": 0.01, "interpolated": False},
    "mini-batches": {
        "methods": ALL, "iterations": 30, "n": 12, "d": 8, "m": 4, "gamma_b": 1.0, "f_star": "0",
        "trials": 2, "reg": 0.01,
    },
}  # fmt: skip
NIGHTLY: dict[str, dict[str, Any]] = {
    "default": {},
    "wide": {"methods": ALL, "iterations": 200, "n": 20, "d": 40, "kappa_of": "A"},
    "wide, κ of H": {"methods": ALL, "iterations": 200, "n": 20, "d": 40, "reg": 0.1, "seed": 3},
    "noise": {"methods": ALL, "iterations": 300, "interpolated": False, "reg": 0.01},
    "given numbers": {"methods": ALL, "iterations": 100, "unit": "1", "usam_gamma": 0.01, "rho": 0.03},
    "mini-batches": {"methods": ALL, "iterations": 300, "m": 10, "gamma_b": 1.0, "f_star": "0", "reg": 0.01},
    "without replacement": {"methods": ALL, "iterations": 200, "m": 5, "replacement": False, "reg": 0.01,
                            "f_star": "batch", "interpolated": False},
    "minimum of the batch": {"methods": ("usam_ps", "sps_max"), "m": 5, "n": 40, "d": 3, "f_star": "batch",
                             "interpolated": False, "design": "gaussian", "iterations": 200},
    "shapes": {"methods": ("usam_ps", "unified_sam"), "rho_shape": "inverse_sqrt", "m": 10,
               "uni_shape": "one_minus_inverse", "iterations": 300},
    "long": {"methods": ("usam", "sgd", "unified"), "iterations": 10_000},
    "logistic": {"problem": "logistic", "methods": ALL, "iterations": 100, "reg": 0.001},
    "logistic, mini-batches": {"problem": "logistic", "methods": ALL, "iterations": 100, "m": 20,
                               "f_star": "batch", "reg": 0.001},
}  # fmt: skip


def assert_repeated(config: RidgeConfig, folder: Path) -> None:
    """The app's relative gaps and step sizes, as exactly as the script's head says."""
    with threadpool_limits(1):  # as the app
        result = compute(config)
    rows = table_of(script(config), folder)
    for key, track in result.tracks.items():
        full = not config.m
        exact = full and config.problem == "ridge" and track.method.rotates and key != "sa_sam"
        amplified = full and config.problem == "logistic" and (key in POLYAK or key == "sa_sam")
        for trial in range(len(track.loss)):
            own = [r for r in rows if r["method"] == track.method.name and int(r["trial"]) == trial]
            kept = track.iterations < (FORGOTTEN if amplified else np.inf)
            assert [int(row["iteration"]) for row in own] == track.iterations[: len(own)].tolist()
            for name in ("relative_gap", "gamma"):
                expected = getattr(track, name)[trial]
                found = np.full(len(expected), np.nan)
                found[: len(own)] = [float(row[name]) for row in own]
                if exact:
                    np.testing.assert_array_equal(found, expected, f"{key} {name}")
                    continue
                loose = 1e-3 if key == "sa_sam" and config.problem == "logistic" else 1e-8  # in between
                np.testing.assert_allclose(
                    found[kept], expected[kept], rtol=loose, atol=1e-13, err_msg=f"{key} {trial} {name}"
                )


@pytest.mark.parametrize("values", SAMPLE.values(), ids=SAMPLE)
def test_the_script_repeats_the_comparison(values: dict[str, Any], tmp_path: Path) -> None:
    assert_repeated(RidgeConfig(**values), tmp_path)


@pytest.mark.nightly
@pytest.mark.parametrize("values", NIGHTLY.values(), ids=NIGHTLY)
def test_the_script_repeats_every_kind_of_comparison(values: dict[str, Any], tmp_path: Path) -> None:
    assert_repeated(RidgeConfig(**values), tmp_path)


def test_only_what_is_needed_stands_in_it() -> None:
    made = script(RidgeConfig(methods=("sgd",)))
    text = made.definitions + made.chosen
    assert "def constant(" in text
    assert not any(name in text for name in ("polyak", "logistic", "sklearn", "adasam", "batch_minimum"))
    assert len(text.splitlines()) < 200


def test_numbers_in_units_of_the_smoothness_are_written_so() -> None:
    text = script(RidgeConfig(methods=("usam_ps", "usam"), rho=0.25, usam_gamma=0.75)).as_python()
    assert "polyak(rho=0.25 / f.L, lambd=0.0" in text
    assert "constant(gamma=0.75 / f.L, rho=0.5 / f.L" in text
