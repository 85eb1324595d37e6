"""Files of the app read back: the same screen and link; hostile ones are refused in words."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from lab.export.about import about, address
from lab.export.numbers import Numbers, as_csv, as_json
from lab.export.reading import HEAD, NotReadableError, read
from lab.params import CnnConfig, RidgeConfig, RobustnessConfig
from lab.params.table import Config

RUN = "abcdefgh1234"
SCREENS: list[Config] = [
    RidgeConfig(),
    RidgeConfig(kappa=1234.5678901234567, gamma_b=math.inf, methods=("usam_ps", "sgd"), interpolated=False),
    RidgeConfig(methods=(), m=7, reg=1e-6),
    CnnConfig(label_noise=0.15, lanes=3, seed=999_999),
    RobustnessConfig(),
]


def written(config: Config, **changes: Any) -> dict[str, Any]:
    """What a file says of itself, some of it replaced."""
    return json.loads(json.dumps(about(config))) | changes


def file_of(said: object, columns: str = '{"a": [1, 2]}') -> bytes:
    return f'{{"about": {json.dumps(said)}, "columns": {columns}}}'.encode()


@pytest.mark.parametrize("write", [as_json, as_csv])
@pytest.mark.parametrize("config", SCREENS, ids=lambda one: type(one).__name__)
def test_there_and_back_is_the_same_screen_and_link(config: Config, write: Any) -> None:
    file = write(Numbers("name", about(config, RUN), {"loss": [1.0, math.nan]}))
    found = read(type(config), file)
    assert (found.config, found.run, found.notices) == (config, RUN, ())
    assert address(found.config, found.run) == address(config, RUN)


def test_only_the_beginning_is_looked_at() -> None:
    said = json.dumps(written(RidgeConfig(kappa=50.0, gamma_b=1.0))).encode()
    found = read(RidgeConfig, b'{"about": ' + said + b', "columns": {"a": [' + b"1," * HEAD)
    assert found.config.kappa == 50.0


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\x80\x04\x95\x00pickle",
        b"PK\x03\x04 a zip",
        b"<script>alert(1)</script>",
        b"[" * 100_000,
        b'{"about": ' + b"[" * 100_000,
        b'{"about": ' + b'{"a":' * 100_000,
        b'{"about": [1, 2]}',
        b'{"about": NaN}',
        b'{"about": {"link": "ridge?v=1", "configuration": {"kappa": NaN}}}',
        b'{"about": {"link": "ridge?v=1", "configuration": {"kappa": Infinity}}}',
        b'{"about": {"link": "ridge?v=1"',
        b'{"about": {"link": 3, "configuration": {}}}',
        b'{"about": {"link": "ridge?v=1", "configuration": [1]}}',
        b'{"about": {"link": "cnn?v=1", "configuration": {}}}',
        b'{"about": {"link": "<script>?v=1", "configuration": {}}}',
        b'{"about": {"link": "ridge?v=2", "configuration": {}}}',
        b'{"about": {"link": "ridge", "configuration": {}}}',
        b'{"columns": {}, "about": {}}',
        b"# no JSON",
        b'{"about": "' + b"x" * (2 * HEAD),
    ],
)
def test_other_files_are_refused_in_words(file: bytes) -> None:
    with pytest.raises(NotReadableError) as refused:
        read(RidgeConfig, file)
    text = str(refused.value)
    assert text.startswith(("The ", "This "))
    assert text.endswith(".")
    assert len(text) < 250


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("kappa", -1, "kappa = '-1' is not allowed: a number from 1 to 1e+06; 100 is used."),
        ("kappa", 1e300, "kappa = '1e+300' is not allowed"),
        ("kappa", "nan", "kappa = 'nan' is not allowed"),
        ("kappa", {"a": 1}, "kappa = '' is not allowed"),
        ("kappa", None, "kappa = '' is not allowed"),
        ("kappa", True, "kappa = '' is not allowed"),
        ("seed", 10**100, "seed = "),
        ("seed", 1.5, "seed = '1.5' is not allowed"),
        ("interpolated", 1, None),
        ("interpolated", "yes", "interpolated = 'yes' is not allowed"),
        ("methods", ["usam_ps", "__import__('os')"], "methods = "),
        ("methods", [["usam_ps"]], "methods = "),
        ("problem", "<script>alert(1)</script>", "problem = '<script>alert(1)</script>' is not allowed"),
        ("unheard", 1, "There is no parameter 'unheard' on this page."),
        ("x" * 500, 1, "There is no parameter"),
    ],
)
def test_a_value_that_is_not_allowed_is_named(key: str, value: object, told: str | None) -> None:
    said = written(RidgeConfig(gamma_b=1.0))
    said["configuration"][key] = value
    found = read(RidgeConfig, file_of(said))
    assert [notice[: len(told or "")] for notice in found.notices] == ([told] if told else [])
    assert found.config == RidgeConfig(gamma_b=1.0)


def test_a_number_too_large_is_not_infinity() -> None:
    said = json.dumps(written(RidgeConfig(gamma_b=1.0))).replace('"gamma_b": 1.0', '"gamma_b": 1e999')
    found = read(RidgeConfig, f'{{"about": {said}}}'.encode())
    assert "gamma_b = '1e999' is not allowed" in found.notices[0]


def test_what_is_missing_has_its_default() -> None:
    said = written(RidgeConfig(kappa=7.0, gamma_b=1.0))
    del said["configuration"]["kappa"]
    found = read(RidgeConfig, file_of(said))
    assert found.config == RidgeConfig(gamma_b=1.0)
    assert found.notices == ("The file has no value of 'kappa': the default is used.",)


def test_a_run_is_named_by_a_name_only() -> None:
    said = written(CnnConfig(), link="cnn?v=1&run=../../etc/passwd")
    found = read(CnnConfig, file_of(said))
    assert found.run is None
    assert "is not the name of a run" in found.notices[-1]


def test_many_faults_are_counted() -> None:
    said = written(RidgeConfig(gamma_b=1.0))
    said["configuration"] |= {f"k{i}": i for i in range(10_000)}
    assert len(read(RidgeConfig, file_of(said)).notices) <= 7
