"""Numbers as files: they read back to the same floats, say what made them, and hold no formula."""

from __future__ import annotations

import io
import json
import math
from urllib.parse import parse_qsl

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from lab.export.about import about, versions
from lab.export.numbers import FORMATS, Numbers, as_csv, as_json, as_parquet
from lab.params import RidgeConfig
from lab.ui import link

VALUES = [0.1 + 0.2, -1e-308, 5e-324, 1.7976931348623157e308, -0.0, 2**53 + 1.0]
NUMBERS = Numbers(
    "name",
    {"link": "ridge?v=1", "note": 'Ω, \n and # and "quotes"'},
    {"method": ["a, b", "=1+1", "γ", None, "-x", "@x"], "step": [1, 2, 3, 4, 5, None], "loss": VALUES},
)


def read(text: bytes) -> pa.Table:
    """The table of a CSV file, below its description."""
    return csv.read_csv(
        io.BytesIO(text),
        csv.ReadOptions(skip_rows=1),
        convert_options=csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False),
    )


def test_csv_reads_back_to_the_same_floats() -> None:
    text = as_csv(NUMBERS)
    assert json.loads(text.splitlines()[0].removeprefix(b"# ")) == NUMBERS.about
    found = read(text)
    assert found.column("loss").to_pylist() == VALUES
    assert math.copysign(1, found.column("loss")[4].as_py()) == -1
    assert found.column("step").to_pylist() == [1, 2, 3, 4, 5, None]


def test_no_cell_of_a_csv_is_a_formula() -> None:
    assert read(as_csv(NUMBERS)).column("method").to_pylist() == ["a, b", "'=1+1", "γ", None, "'-x", "'@x"]


def test_parquet_keeps_types_texts_and_the_description() -> None:
    found = parquet.read_table(io.BytesIO(as_parquet(NUMBERS)))
    assert found.to_pydict() == NUMBERS.columns
    assert json.loads(found.schema.metadata[b"about"]) == NUMBERS.about


def test_json_has_null_for_what_is_not_finite() -> None:
    numbers = Numbers("name", {}, {"gamma": [1.0, math.nan, math.inf, None]})
    assert json.loads(as_json(numbers)) == {"about": {}, "columns": {"gamma": [1.0, None, None, None]}}


def test_a_description_has_texts_for_what_is_not_finite() -> None:
    numbers = Numbers("name", {"cap": math.inf, "inside": [{"low": -math.inf}, (math.nan, 1.5)]}, {"a": [1]})
    expected = {"cap": "inf", "inside": [{"low": "-inf"}, ["nan", 1.5]]}
    assert json.loads(as_json(numbers))["about"] == expected
    assert json.loads(as_csv(numbers).splitlines()[0].removeprefix(b"# ")) == expected


@pytest.mark.parametrize("ending", FORMATS)
def test_nothing_recorded_is_a_file_too(ending: str) -> None:
    assert FORMATS[ending].write(Numbers("name", {"link": ""}, {}))


def test_the_link_leads_back_to_the_configuration() -> None:
    config = RidgeConfig(kappa=1234.5, gamma_b=np.inf, methods=("usam_ps", "sgd"))
    page, _, query = str(about(config)["link"]).partition("?")
    assert page == "ridge"
    decoded, notices = link.decode(RidgeConfig, dict(parse_qsl(query)))
    assert (decoded, notices) == (config, [])


def test_versions_name_what_computes() -> None:
    assert {"python", "numpy", "torch"} <= versions().keys()
