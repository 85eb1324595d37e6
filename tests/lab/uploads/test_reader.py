"""What is brought is read in a process of its own; what is hostile or wrong is refused in words."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.uploads import reader
from lab.uploads.child import TOO_LARGE
from lab.uploads.kinds import KINDS
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError
from tests.lab.uploads.files import (
    IMAGES,
    LABELS,
    A,
    B,
    Evil,
    csv_of,
    exported,
    head,
    npy,
    npz,
    table,
    zipped,
)

LIMITS = Limits()
SMALL, LITTLE = Limits(rows=10, memory_mb=8), Limits(memory_mb=8)
AB = np.column_stack([A, B])


def found(content: bytes, kind: str, form: str, folder: Path, limits: Limits = LIMITS) -> tuple[Any, Any]:
    """What a kind makes of a file, without another process."""
    path = folder / "file"
    path.write_bytes(content)
    return KINDS[kind](path, form, limits)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (npz(A=A, b=B), "npz"),
        (npz(A=np.asfortranarray(A), b=B[:, None], other=np.ones(3)), "npz"),
        (csv_of(AB), "csv"),
        (b"\xef\xbb\xbf" + csv_of(AB, "u,v,w,b"), "csv"),
        (csv_of(np.column_stack([B, A]), "Target,u,v,w"), "csv"),
        (table(u=A[:, 0], v=A[:, 1], w=A[:, 2], b=B), "parquet"),
    ],
    ids=["npz", "other-order", "csv", "named", "label-first", "parquet"],
)
def test_a_matrix_and_its_labels_are_read_exactly(content: bytes, form: str, tmp_path: Path) -> None:
    arrays, about = found(content, "ridge", form, tmp_path)
    assert np.array_equal(arrays["A"], A)
    assert np.array_equal(arrays["b"], B)
    assert about["shape"] == [6, 3]


@pytest.mark.parametrize("kind", ["<f4", ">f8", "<i2", "|u1", "|b1"])
def test_numbers_of_every_kind_are_read(kind: str, tmp_path: Path) -> None:
    matrix = np.array([[1, 0], [0, 1], [1, 1]]).astype(kind)
    arrays, _ = found(npz(A=matrix, b=np.ones(3)), "ridge", "npz", tmp_path)
    assert np.array_equal(arrays["A"], matrix.astype(float))


RIDGE_REFUSED: list[tuple[str, bytes, str, str]] = [
    ("no archive", b"not a zip", "npz", "The NPZ cannot be read"),
    ("no array b", npz(A=A), "npz", "no array 'b'; it needs A and b"),
    ("objects", npz(A=np.array([[1, None]]), b=B), "npz", "Python objects (a pickle), which are never read"),
    ("texts", npz(A=np.array([["a"]]), b=B), "npz", "holds no plain numbers but '<U1'"),
    ("complex", npz(A=A * 1j, b=B), "npz", "no plain numbers"),
    ("records", npz(A=np.zeros(2, [("x", "<f8")]), b=B), "npz", "no plain numbers"),
    ("wrong shapes", npz(A=A, b=B[:-1]), "npz", "b must have a number for each of the 6 rows of A"),
    ("a vector", npz(A=B, b=B), "npz", "A must be a matrix, its shape is (6,)"),
    ("empty", npz(A=np.empty((0, 3)), b=np.empty(0)), "npz", "is empty: its shape is (0, 3)"),
    ("nan", npz(A=np.where(A[2, 1] == A, np.nan, A), b=B), "npz", "In row 3, column 2 A has nan"),
    ("inf", npz(A=A, b=np.where(B[4] == B, np.inf, B)), "npz", "In row 5 b has inf"),
    ("huge", npz(A=A * 1e60, b=B), "npz", "finite numbers below 1e+50"),
    ("zero", npz(A=0 * A, b=B), "npz", "A is 0"),
    ("too wide", npz(A=np.ones((2, 501)), b=B[:2]), "npz", "1 to 500 columns are taken"),
    ("one row", npz(A=A[:1], b=B[:1]), "npz", "2 to 2,000 rows"),
    ("ten gigabytes", zipped(("A.npy", head((1_250_000_000, 1))), ("b.npy", npy(B))), "npz", "0,000,000 b"),
    ("beyond 64 bits", zipped(("A.npy", head((2**62, 2**62))), ("b.npy", npy(B))), "npz", "speaks of"),
    ("negative", zipped(("A.npy", head((-1, 3)) + npy(A)), ("b.npy", npy(B))), "npz", "is empty"),
    ("code", zipped(("A.npy", head("__import__('os').abort()")), ("b.npy", npy(B))), "npz", "no head"),
    ("endless", zipped(("A.npy", head("(" * 60_000)), ("b.npy", npy(B))), "npz", "no head"),
    ("cut", zipped(("A.npy", npy(A)[:-8]), ("b.npy", npy(B))), "npz", "has 136 bytes where"),
    ("a path up", zipped(("../A.npy", npy(A)), ("b.npy", npy(B))), "npz", "'../A.npy': names of arrays"),
    ("a path", zipped(("/etc/passwd", b""), ("A.npy", npy(A)), ("b.npy", npy(B))), "npz", "names of arrays"),
    ("twice", zipped(("A.npy", npy(A)), ("A.npy", npy(A))), "npz", "names of arrays"),
    ("many", zipped(*((f"a{k}.npy", b"") for k in range(17))), "npz", "17 arrays; at most 16"),
    ("a bomb", zipped(("A.npy", b"\x00" * 250_000_000), ("b.npy", npy(B))), "npz", "take 250 MB unpacked"),
    ("words", b"u,b\n1,2\n=cmd(),3\n", "csv", "Column 'u' holds '=cmd()' in row 2: numbers alone"),
    ("a gap", b"u,b\n1,2\n,3\n", "csv", "In row 2, column 1 A has nan"),
    ("nan in words", b"u,b\n1,2\nnan,3\n", "csv", "has nan"),
    ("ragged", b"1,2\n3\n", "csv", "The CSV cannot be read"),
    ("bytes", b"1,2\n\x003,4\n", "csv", "This is no text"),
    ("no UTF-8", b"u,b\n\xff\xfe,1\n", "csv", "numbers alone are read"),
    ("one column", b"1\n2\n", "csv", "One column is not enough"),
    ("names twice", b"u,u,b\n1,2,3\n1,2,3\n", "csv", "Two columns have the name 'u'"),
    ("nothing", b"\n", "csv", "The table is empty"),
    ("no parquet", b"PAR1 nothing PAR1", "parquet", "The Parquet file cannot be read"),
    ("words in parquet", table(u=["a", "b"], b=[1.0, 2.0]), "parquet", "Column 'u' holds 'a' in row 1"),
    ("lists in parquet", table(u=[[1], [2]], b=[1.0, 2.0]), "parquet", "numbers alone are read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "form", "said"), [one[1:] for one in RIDGE_REFUSED], ids=[one[0] for one in RIDGE_REFUSED]
)
def test_what_is_hostile_or_wrong_is_refused_in_words(
    content: bytes, form: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(RefusedError) as error:
        found(content, "ridge", form, tmp_path)
    assert said in str(error.value)
    assert len(str(error.value)) < 250
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        (csv_of(np.ones((12, 2))), "csv", "12 lines; at most 10"),
        (table(u=np.ones(11), b=np.ones(11)), "parquet", "11 rows; at most 10"),
        (npz(A=np.ones((500, 500)), b=np.ones(500)), "npz", "2 MB unpacked; at most 2 MB"),
        (npz(A=np.ones((2, 3)), b=np.ones(2), images=np.zeros(10**6)), "npz", "8 MB unpacked"),
    ],
    ids=["csv", "parquet", "npz", "unused"],
)
def test_rows_and_memory_are_bounded(content: bytes, form: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=said):
        found(content, "ridge", form, tmp_path, SMALL)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    content = npz(A=np.array([[Evil(str(trace))]], dtype=object), b=np.ones(1))
    with pytest.raises(RefusedError, match="pickle"):
        found(content, "ridge", "npz", tmp_path)
    assert not trace.exists()


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped(("A.npy", npy(A)), ("b.npy", npy(B))))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(sign)
        while start >= 0:
            content[start + place] |= 1
            start = content.find(sign, start + 4)
    with pytest.raises(RefusedError, match="encrypted"):
        found(bytes(content), "ridge", "npz", tmp_path)


@pytest.mark.parametrize(
    ("images", "shape"),
    [
        (IMAGES, [24, 1, 8, 8]),
        (IMAGES[:, None], [24, 1, 8, 8]),
        (np.repeat(IMAGES[..., None], 3, axis=3), [24, 3, 8, 8]),
        (np.repeat(IMAGES[:, None], 3, axis=1), [24, 3, 8, 8]),
    ],
    ids=["grey", "channel", "channels-last", "channels-first"],
)
def test_images_come_with_their_channels_first_and_labels_from_0(
    images: Any, shape: list[int], tmp_path: Path
) -> None:
    arrays, about = found(npz(images=images, labels=LABELS), "images", "npz", tmp_path)
    assert about == {"form": "npz", "shape": shape, "names": ["5", "6", "7"], "train": 18, "test": 6}
    assert arrays["images"].dtype == np.float32
    assert np.allclose(255 * arrays["images"][:, 0], IMAGES)
    assert np.array_equal(arrays["labels"], LABELS - 5)


def test_a_table_of_pixels_is_square_images(tmp_path: Path) -> None:
    names = "label," + ",".join(f"p{k}" for k in range(64))
    content = csv_of(np.column_stack([LABELS, IMAGES.reshape(24, 64)]), names)
    arrays, about = found(content, "images", "csv", tmp_path)
    assert about["shape"] == [24, 1, 8, 8]
    assert np.allclose(255 * arrays["images"][:, 0], IMAGES)


def test_pixels_outside_of_a_byte_are_scaled_to_0_and_1(tmp_path: Path) -> None:
    arrays, _ = found(npz(images=IMAGES / 100.0 - 1, labels=LABELS), "images", "npz", tmp_path)
    assert (arrays["images"].min(), arrays["images"].max()) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": IMAGES, "labels": LABELS[:-1]}, "24 images and 23 labels"),
        ({"images": IMAGES, "labels": LABELS + 0.5}, "Label 1 is 5.5: whole numbers"),
        ({"images": IMAGES, "labels": np.full(24, np.nan)}, "Label 1 is nan"),
        ({"images": IMAGES, "labels": np.arange(24)}, "Each label must come twice"),
        ({"images": IMAGES, "labels": np.zeros(24)}, "1 different labels; 2 to 100"),
        ({"images": IMAGES[:, :3], "labels": LABELS}, "An image is 3 × 8; 4 to 64 pixels"),
        ({"images": IMAGES.reshape(24, 64), "labels": LABELS}, "The images have the shape (24, 64)"),
        ({"images": np.zeros((24, 8, 8)), "labels": LABELS}, "All pixels of all images are the same"),
        ({"images": np.where(IMAGES > 250, np.inf, IMAGES * 1.0), "labels": LABELS}, "the images has inf"),
    ],
    ids=range(9),
)
def test_images_that_do_not_fit_are_refused(arrays: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as error:
        found(npz(**arrays), "images", "npz", tmp_path)
    assert said in str(error.value)


def test_curves_of_a_file_of_the_app_are_told_apart_by_lane_and_seed(tmp_path: Path) -> None:
    content = exported(
        lane=["A · SAM-SPS"] * 2 + ["=B"] * 2,
        replica=[0, 1, 0, 1],
        step=[1, 1, 1, 1],
        gamma=[1.5, 2.5, "", 4.5],
    )
    arrays, about = found(content, "curves", "csv", tmp_path)
    assert about["labels"] == ["A · SAM-SPS, seed 1", "A · SAM-SPS, seed 2", "=B, seed 1", "=B, seed 2"]
    assert arrays["1:gamma"].tolist() == [2.5]
    assert np.isnan(arrays["2:gamma"]).all()


def test_two_columns_are_a_curve(tmp_path: Path) -> None:
    arrays, about = found(b"step,loss\n2,0.5\n1,1.0\n3,\n", "curves", "csv", tmp_path)
    assert about["labels"] == ["loss over step"]
    assert (arrays["0:x"].tolist(), arrays["0:y"].tolist()) == ([1.0, 2.0], [1.0, 0.5])
    for content, said in ((b"a,b,c\n1,2,3\n", "3 columns: two are needed"), (b"a,b\n,1\n", "No row has two")):
        with pytest.raises(RefusedError, match=said):
            found(content, "curves", "csv", tmp_path)


def test_another_process_reads_and_leaves_arrays_until_the_block_ends() -> None:
    with reader.read(npz(A=A, b=B), "ridge", "npz", LIMITS) as brought:
        with np.load(brought.arrays, allow_pickle=False) as arrays:
            assert np.array_equal(arrays["A"], A)
        assert brought.about["shape"] == [6, 3]
    assert not brought.arrays.exists()


@pytest.mark.parametrize(
    ("content", "limits", "said"),
    [
        (b"", LIMITS, "empty"),
        (b"x" * 2000, Limits(mb=0.001), "The file has 0.0 MB; at most 0.001 MB are read."),
        (b"hello", LIMITS, "The NPZ cannot be read"),
    ],
    ids=["empty", "large", "hello"],
)
def test_the_process_refuses_in_words(content: bytes, limits: Limits, said: str) -> None:
    with pytest.raises(RefusedError, match=said), reader.read(content, "ridge", "npz", limits):
        pass


def test_reading_may_take_so_much_memory_and_no_more() -> None:
    ones = b"1," * 999 + b"1\n"
    with (
        pytest.raises(RefusedError, match=TOO_LARGE),
        reader.read(ones * 4000, "ridge", "csv", LITTLE),
    ):
        pass


def test_reading_may_take_so_long_and_no_longer() -> None:
    began = time.monotonic()
    with (
        pytest.raises(RefusedError, match=r"longer than 0\.01 seconds"),
        reader.read(npz(A=A, b=B), "ridge", "npz", Limits(seconds=0.01)),
    ):
        pass
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["a.exe", "npz", "../../x.npz\x00.py", "", "a" * 5000, "<b>.html"])
def test_a_name_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="is no CSV or NPZ or PARQUET file"):
        reader.form_of(name)


def test_only_the_end_of_a_name_counts() -> None:
    assert reader.form_of("/etc/../A & b.NPZ") == "npz"
    assert reader.form_of("x" * 300 + ".csv") == "csv"


def test_a_zip_that_unpacks_to_more_than_it_says_is_cut_off(tmp_path: Path) -> None:
    content = bytearray(zipped(("A.npy", npy(np.ones((500, 500)))), ("b.npy", npy(B))))
    place = content.find(b"PK\x01\x02") + 24
    content[place : place + 4] = (2_000).to_bytes(4, "little")
    with pytest.raises(RefusedError, match="cannot be read"):
        found(bytes(content), "ridge", "npz", tmp_path)
    assert zipfile.is_zipfile(tmp_path / "file")


def test_every_kind_has_a_reader() -> None:
    kinds: dict[str, Callable[..., Any]] = dict(KINDS)
    assert set(kinds) == {"ridge", "images", "curves"}
