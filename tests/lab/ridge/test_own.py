"""A visitor's A and b: computed as any problem, named by the file's SHA-256, and repeated by the script."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.params import RidgeConfig
from lab.pool.refusal import NotComputedError
from lab.ridge.compute import compute
from lab.ridge.cost import seconds
from lab.ridge.numbers import file_name_of
from lab.ridge.problem import fit, problem_of, recipe_of, size_of
from lab.ridge.script import script
from lab.uploads import store
from synthetic import RidgeRegression
from tests.lab.export.scripts import table_of
from tests.lab.uploads.files import csv_of, npz, table

RNG = np.random.default_rng(7)
A, B = RNG.standard_normal((30, 4)), RNG.standard_normal(30)
NPZ = npz(A=A, b=B)
CSV = b"# a note\n" + csv_of(np.column_stack([B, A]), "target,u,v,w,z")


@pytest.fixture(autouse=True, scope="module")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAM_SPS_HOME", str(tmp_path_factory.mktemp("home")))
        store.bring(NPZ, "a.npz", "ridge")
        store.bring(CSV, "a.csv", "ridge")
        yield
    problem_of.cache_clear()


def config(content: bytes = NPZ, **changes: Any) -> RidgeConfig:
    digest = hashlib.sha256(content).hexdigest()
    values = {"problem": "own", "data": digest, "iterations": 30, "methods": ("usam_ps", "sgd")} | changes
    return RidgeConfig(**values)


@pytest.mark.parametrize("content", [NPZ, CSV], ids=["npz", "csv"])
def test_the_problem_is_that_of_the_file(content: bytes) -> None:
    problem, own = problem_of(recipe_of(config(content, reg=0.1))), RidgeRegression(A, B, 0.1)
    assert (problem.n, problem.d, problem.L, problem.f_min) == (30, 4, own.L, own.f_min)
    assert np.array_equal(problem.x_star, own.x_star)


def test_sizes_are_those_of_the_data_wherever_they_count() -> None:
    assert size_of(config()) == (30, 4)
    fitting, notices = fit(config(m=31))
    assert fitting.m == 30
    assert "m = 31 is more than the n = 30 rows there are" in notices[0]
    assert seconds(config()) < 0.01
    assert "_own-" in file_name_of(config())


def test_without_the_data_nothing_is_computed_and_nothing_is_kept_of_that() -> None:
    missing = config(table(u=[1.0, 2.0], b=[1.0, 2.0]))
    for _ in range(2):
        with pytest.raises(NotComputedError, match="bring the same file again"):
            compute(missing)
    store.bring(table(u=[1.0, 2.0], b=[1.0, 2.0]), "a.parquet", "ridge")
    assert compute(missing).problem.n == 2
    with pytest.raises(ValueError, match="reads your data from NPZ or CSV"):
        script(missing)


@pytest.mark.parametrize(("content", "name"), [(NPZ, "data.npz"), (CSV, "data.csv")], ids=["npz", "csv"])
def test_the_script_loads_the_file_and_repeats_the_numbers(content: bytes, name: str, tmp_path: Path) -> None:
    asked = config(content, methods=("usam", "sgd"))
    (tmp_path / name).write_bytes(content)
    rows = table_of(script(asked), tmp_path)
    track = compute(asked).tracks["usam"]
    own = [float(row["relative_gap"]) for row in rows if row["method"] == track.method.name]
    np.testing.assert_allclose(own, track.relative_gap[0], rtol=1e-8)
