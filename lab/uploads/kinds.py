"""From a checked file to what a page needs: A and b, images and labels, or curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lab.uploads import npz, tables
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown
from neural.own_data import split
from neural.own_images import MOST_CLASSES, SIDES

Arrays = dict[str, NDArray[Any]]
Found = tuple[Arrays, dict[str, Any]]
MOST_N, MOST_D, LARGEST = 2000, 500, 1e50
MOST_CURVES, MOST_POINTS = 24, 200_000
FEWEST = 20
LABELS = ("label", "labels", "y", "target", "class", "b")


def ridge(path: Path, form: str, limits: Limits) -> Found:
    """A of shape (n, d) and b of shape (n,), finite, n at most 2,000 and d at most 500."""
    about: dict[str, Any] = {"form": form}
    if form == "npz":
        found = npz.read(path, ("A", "b"), limits)
        _need(found, ("A", "b"))
        A, b = found["A"], found["b"]
    else:
        table = _table(path, form, limits)
        A, last, b = _split(table)
        about |= {"label": last, "names": [name[:40] for name in table.column_names]}
        about["skip"] = tables.lines_before(path, table) if form == "csv" else 0
    if A.ndim != 2:
        raise RefusedError(f"A must be a matrix, its shape is {A.shape}.")
    if b.shape not in ((len(A),), (len(A), 1)):
        raise RefusedError(
            f"b must have a number for each of the {len(A):,} rows of A, its shape is {b.shape}."
        )
    A, b = np.ascontiguousarray(A, dtype=np.float64), np.asarray(b, dtype=np.float64).reshape(-1)
    n, d = A.shape
    if not 2 <= n <= MOST_N or not 1 <= d <= MOST_D:
        raise RefusedError(
            f"A is {n:,} × {d:,}; here 2 to {MOST_N:,} rows and 1 to {MOST_D} columns are taken."
        )
    _finite(A, "A")
    _finite(b, "b")
    if not A.any():
        raise RefusedError("A is 0: nothing depends on x.")
    return {"A": A, "b": b}, {**about, "shape": [n, d]}


def images(path: Path, form: str, limits: Limits) -> Found:
    """Images of shape (N, channels, height, width) and labels 0, 1, ... of shape (N,)."""
    if form == "npz":
        found = npz.read(path, ("images", "labels"), limits)
        _need(found, ("images", "labels"))
        x, labels = found["images"], found["labels"].reshape(-1)
    else:
        x, _, labels = _split(_table(path, form, limits))
        side = math.isqrt(x.shape[1])
        if side * side != x.shape[1]:
            raise RefusedError(
                f"{x.shape[1]:,} columns of pixels are no square image; an NPZ says the shape."
            )
        x = x.reshape(-1, side, side)
    x = _channels_first(x)
    if len(x) > limits.rows:
        raise RefusedError(f"There are {len(x):,} images; at most {limits.rows:,} are taken.")
    if len(labels) != len(x):
        raise RefusedError(f"There are {len(x):,} images and {len(labels):,} labels.")
    if not all(SIDES[0] <= side <= SIDES[1] for side in x.shape[2:]):
        raise RefusedError(
            f"An image is {x.shape[2]} × {x.shape[3]}; {SIDES[0]} to {SIDES[1]} pixels a side are taken."
        )
    _finite(x.reshape(len(x), -1), "the images")
    names, places = np.unique(_whole(labels), return_inverse=True)
    counts = np.bincount(places)
    if not 2 <= len(names) <= MOST_CLASSES:
        raise RefusedError(f"There are {len(names):,} different labels; 2 to {MOST_CLASSES} are taken.")
    if counts.min() < 2 or len(x) < FEWEST:
        raise RefusedError(f"Each label must come twice at least, and {FEWEST} images are needed.")
    low, high = float(x.min()), float(x.max())
    if high == low:
        raise RefusedError("All pixels of all images are the same.")
    if low >= 0 and high <= 255:  # in [0, 1] already, or bytes
        low, high = 0.0, 255.0 if high > 1 else 1.0
    pixels = (x.astype(np.float64) - low) / (high - low)
    arrays: Arrays = {"images": pixels.astype(np.float32), "labels": places.astype(np.int64)}
    train, test = split(arrays["labels"])
    about = {"form": form, "shape": list(x.shape), "names": [str(int(name)) for name in names]}
    return arrays, {**about, "train": len(train), "test": len(test)}


def curves(path: Path, form: str, limits: Limits) -> Found:
    """Curves over a common axis: a file of numbers of this app, or two columns."""
    table = _table(path, form, limits, ("lane", "curve", "from"))
    if table.num_rows > MOST_POINTS:
        raise RefusedError(f"The file has {table.num_rows:,} rows; at most {MOST_POINTS:,} are drawn.")
    if "lane" not in table.column_names and "curve" not in table.column_names:
        if table.num_columns != 2:
            raise RefusedError(
                f"The file has {table.num_columns} columns: two are needed, or a file of numbers of this app."
            )
        names = table.column_names
        x, y = (tables.numbers(table, name) for name in names)
        known = np.isfinite(x) & np.isfinite(y)
        if not known.any():
            raise RefusedError("No row has two numbers.")
        order = np.argsort(x[known], kind="stable")
        return {"0:x": x[known][order], "0:y": y[known][order]}, {"labels": [f"{names[1]} over {names[0]}"]}
    key = "lane" if "lane" in table.column_names else "curve"
    own = [str(one) for one in table.column(key).to_pylist()]
    if "replica" in table.column_names:
        replicas = [int(one) for one in np.nan_to_num(tables.numbers(table, "replica")).tolist()]
        several = any(replicas)
        own = [
            f"{name}, seed {seed + 1}" if several else name for name, seed in zip(own, replicas, strict=True)
        ]
    labels = list(dict.fromkeys(own))
    if len(labels) > MOST_CURVES:
        raise RefusedError(f"The file has {len(labels):,} curves; at most {MOST_CURVES} are drawn.")
    skipped = {"lane", "curve", "from", "replica"}
    columns = {name: tables.numbers(table, name) for name in table.column_names if name not in skipped}
    whose = np.array(own)
    found: Arrays = {
        f"{index}:{name}": values[whose == label]
        for index, label in enumerate(labels)
        for name, values in columns.items()
    }
    return found, {"labels": labels}


KINDS: Mapping[str, Callable[[Path, str, Limits], Found]] = {
    "ridge": ridge,
    "images": images,
    "curves": curves,
}


def _table(path: Path, form: str, limits: Limits, texts: tuple[str, ...] = ()) -> pa.Table:
    return (tables.read_csv if form == "csv" else tables.read_parquet)(path, limits, texts)


def _split(table: pa.Table) -> tuple[NDArray[np.float64], int, NDArray[np.float64]]:
    """Features, the place of the column of labels, labels: that with such a name, else the last one."""
    names = table.column_names
    if len(names) < 2:
        raise RefusedError("One column is not enough: features and a label are needed.")
    last = next((place for place, name in enumerate(names) if name.lower() in LABELS), len(names) - 1)
    features = [tables.numbers(table, name) for place, name in enumerate(names) if place != last]
    return np.stack(features, axis=1), last, tables.numbers(table, names[last])


def _need(found: Mapping[str, object], names: tuple[str, ...]) -> None:
    if missing := [name for name in names if name not in found]:
        raise RefusedError(f"The NPZ has no array {shown(missing[0])}; it needs {' and '.join(names)}.")


def _finite(array: NDArray[Any], name: str) -> None:
    """Refuse what is not finite, or too large to be squared, with its place."""
    bad = ~(np.abs(array.astype(np.float64, copy=False)) <= LARGEST)
    if bad.any():
        place = np.argwhere(bad)[0]
        column = f", column {place[1] + 1:,}" if len(place) > 1 else ""
        raise RefusedError(
            f"In row {place[0] + 1:,}{column} {name} has {array[tuple(place)]}: finite numbers "
            f"below {LARGEST:g} are taken."
        )


def _whole(labels: NDArray[Any]) -> NDArray[np.int64]:
    numbers = labels.astype(np.float64)
    bad = ~(np.abs(numbers) <= 1e9) | (numbers != np.round(np.where(np.isfinite(numbers), numbers, 0)))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise RefusedError(f"Label {row + 1:,} is {numbers[row]:g}: whole numbers are taken.")
    return numbers.astype(np.int64)


def _channels_first(x: NDArray[Any]) -> NDArray[Any]:
    """Images as (N, channels, height, width); the channels may be missing, or stand at the end."""
    if x.ndim == 3:
        return x[:, None]
    if x.ndim == 4 and x.shape[1] in (1, 3):
        return x
    if x.ndim == 4 and x.shape[3] in (1, 3):
        return x.transpose(0, 3, 1, 2)
    raise RefusedError(
        f"The images have the shape {x.shape}: (N, height, width) is needed, or with 1 or 3 channels after N "
        "or at the end."
    )
