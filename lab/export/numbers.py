"""Numbers as a file: CSV, Parquet or JSON of every recorded point, with a description of what made them."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv, parquet

ABOUT = b"about"  # where Parquet keeps the description
FORMULA = tuple("=+-@\t\r")  # with these a spreadsheet takes a text for a formula


@dataclass(frozen=True)
class Numbers:
    """A table and what it is.

    Attributes
    ----------
    name : str
        Of the file, without its ending.
    about : mapping
        Plain values, as JSON has them; a float that is not finite becomes its text, as in a link.
    columns : mapping of str to sequence
        Of equal length: texts, numbers, None where nothing was measured.
    """

    name: str
    about: Mapping[str, Any]
    columns: Mapping[str, Sequence[Any]]

    def table(self) -> pa.Table:
        """The columns as an Arrow table, the description in its metadata."""
        return pa.table(dict(self.columns)).replace_schema_metadata({ABOUT: self.description()})

    def description(self) -> str:
        """What the table is, as JSON."""
        return json.dumps(_spelled(self.about), allow_nan=False)


def as_csv(numbers: Numbers) -> bytes:
    """A line ``# {description as JSON}``, then the table; every number reads back to the same float."""
    table = numbers.table()
    for index, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            harmless = pa.array([_harmless(text) for text in table.column(index).to_pylist()], pa.string())
            table = table.set_column(index, field.name, harmless)
    file = io.BytesIO()
    file.write(f"# {numbers.description()}\n".encode())
    csv.write_csv(table, file)
    return file.getvalue()


def as_parquet(numbers: Numbers) -> bytes:
    """The table, the description as JSON under the key ``about`` of its metadata."""
    file = io.BytesIO()
    parquet.write_table(numbers.table(), file)
    return file.getvalue()


def as_json(numbers: Numbers) -> bytes:
    """``{"about": …, "columns": {name: [values]}}``; what is not finite is null."""
    columns = {name: [_finite(value) for value in values] for name, values in numbers.columns.items()}
    return json.dumps({"about": _spelled(numbers.about), "columns": columns}, allow_nan=False).encode()


def _harmless(text: str | None) -> str | None:
    """A text that no spreadsheet computes."""
    return f"'{text}" if text is not None and text.startswith(FORMULA) else text


def _spelled(value: Any) -> Any:
    """A value with the floats that JSON does not have as texts."""
    if isinstance(value, Mapping):
        return {key: _spelled(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_spelled(one) for one in value]
    return f"{value:g}" if isinstance(value, float) and not math.isfinite(value) else value


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class Format:
    """A kind of file: its media type, and how numbers are written as it."""

    media: str
    write: Callable[[Numbers], bytes]


FORMATS = {
    "csv": Format("text/csv", as_csv),
    "parquet": Format("application/vnd.apache.parquet", as_parquet),
    "json": Format("application/json", as_json),
}
