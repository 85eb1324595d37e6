"""CSV and Parquet as columns of numbers."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv, parquet

from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown

MOST_COLUMNS = 20_000
BARE = "column {}"  # the name of a column that has none
NUMBER = re.compile(rb"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*|\s*(nan|inf|-inf)?\s*", re.IGNORECASE)
Columns = dict[str, NDArray[np.float64]]


def read_csv(path: Path, limits: Limits, texts: tuple[str, ...] = ()) -> pa.Table:
    """A CSV, with a line of names or without; a line of description before it (``# …``) is left out.

    Columns are numbers; those named in `texts` may hold words. RefusedError says what else there is.
    """
    content = path.read_bytes()
    if b"\x00" in content:
        raise RefusedError("This is no text: a CSV has numbers with commas between them.")
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    if content.startswith(b"#"):
        content = content.partition(b"\n")[2]
    rows = content.count(b"\n")
    if rows > limits.rows + 1:
        raise RefusedError(f"The CSV has {rows:,} lines; at most {limits.rows:,} are read.")
    first = content.partition(b"\n")[0]
    fields = first.split(b",")
    if len(fields) > MOST_COLUMNS:
        raise RefusedError(f"The CSV has {len(fields):,} columns; at most {MOST_COLUMNS:,} are read.")
    bare = all(NUMBER.fullmatch(field) for field in fields)
    names = [BARE.format(index + 1) for index in range(len(fields))] if bare else None
    try:
        table = csv.read_csv(
            io.BytesIO(content),
            csv.ReadOptions(use_threads=False, column_names=names, block_size=max(len(content), 1) + 1),
            csv.ParseOptions(newlines_in_values=False),
            csv.ConvertOptions(null_values=["", "nan", "NaN", "NA", "null", "None"]),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        raise RefusedError(f"The CSV cannot be read: {shown(error)}.") from error
    return checked(table, limits, texts)


def read_parquet(path: Path, limits: Limits, texts: tuple[str, ...] = ()) -> pa.Table:
    """A Parquet file whose columns are numbers; those named in `texts` may hold words."""
    try:
        with parquet.ParquetFile(path) as file:
            about = file.metadata
            if about.num_rows > limits.rows:
                raise RefusedError(
                    f"The table has {about.num_rows:,} rows; at most {limits.rows:,} are read."
                )
            if about.num_columns > MOST_COLUMNS:
                raise RefusedError(
                    f"The table has {about.num_columns:,} columns; at most {MOST_COLUMNS:,} are read."
                )
            if 8 * about.num_rows * about.num_columns > limits.array_bytes:
                raise RefusedError(
                    f"The table has {about.num_rows:,} × {about.num_columns:,} numbers, too many to read."
                )
            return checked(file.read(use_threads=False), limits, texts)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"The Parquet file cannot be read: {shown(error)}.") from error


def lines_before(path: Path, table: pa.Table) -> int:
    """Lines of a CSV before its numbers: a description, names."""
    with path.open("rb") as file:
        about = file.read(4).removeprefix(b"\xef\xbb\xbf").startswith(b"#")
    return about + (table.column_names[0] != BARE.format(1))


def checked(table: pa.Table, limits: Limits, texts: tuple[str, ...] = ()) -> pa.Table:
    """The table, if it has rows, few enough, names that differ, and numbers alone."""
    if not table.num_rows or not table.num_columns:
        raise RefusedError("The table is empty.")
    if table.num_rows > limits.rows:
        raise RefusedError(f"The table has {table.num_rows:,} rows; at most {limits.rows:,} are read.")
    names = table.column_names
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise RefusedError(f"Two columns have the name {shown(twice)}.")
    for name, field in zip(names, table.schema, strict=True):
        kind = field.type
        plain = pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind)
        if not plain and not pa.types.is_null(kind) and name not in texts:
            raise RefusedError(_no_numbers(table, name))
    return table


def numbers(table: pa.Table, name: str) -> NDArray[np.float64]:
    """A column as numbers; nan where there is none."""
    column = table.column(name).combine_chunks()
    if pa.types.is_null(column.type):
        return np.full(len(column), np.nan)
    return np.asarray(column.cast(pa.float64(), safe=False).fill_null(float("nan")), dtype=np.float64)


def _no_numbers(table: pa.Table, name: str) -> str:
    """What a column holds that is not a number, and where."""
    for row, value in enumerate(table.column(name).slice(0, 10_000).to_pylist(), start=1):
        try:
            float(value)
        except (TypeError, ValueError):
            if value is not None:
                return f"Column {shown(name)} holds {shown(value)} in row {row:,}: numbers alone are read."
    return f"Column {shown(name)} holds {shown(table.schema.field(name).type)}: numbers alone are read."
