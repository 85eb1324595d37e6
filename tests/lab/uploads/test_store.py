"""What is brought is kept under its SHA-256, within a bound and for a while; its name is not used."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from lab.uploads import store
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError, shown
from neural import own_data
from neural.home import folder
from tests.lab.uploads.files import A, B, npz

FILE = npz(A=A, b=B)
DIGEST = hashlib.sha256(FILE).hexdigest()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path / "home"))
    store._read_about.cache_clear()
    return tmp_path / "home" / "uploads"


def other(number: int) -> bytes:
    return npz(A=A + number, b=B)


def test_what_is_brought_is_found_by_its_digest(home: Path) -> None:
    kept = store.bring(FILE, "../../../tmp/evil name.NPZ", "ridge")
    assert kept.digest == DIGEST
    assert store.find("ridge", DIGEST) == kept
    assert sorted(path.name for path in home.iterdir()) == [f"ridge-{DIGEST}.json", f"ridge-{DIGEST}.npz"]
    assert np.array_equal(own_data.read("ridge", DIGEST)["A"], A)
    assert store.bring(FILE, "again.npz", "ridge") == kept
    assert store.find("images", DIGEST) is None, "a kind of its own"


def test_what_is_refused_leaves_nothing(home: Path) -> None:
    with pytest.raises(RefusedError):
        store.bring(b"nonsense", "a.npz", "ridge")
    assert not home.exists() or not list(home.iterdir())


@pytest.mark.parametrize("digest", ["", "none", "../" * 20, "A" * 64, "0" * 63, "0" * 64, f"{'0' * 64}\n"])
def test_no_other_digest_finds_anything_or_leads_anywhere(digest: str) -> None:
    store.bring(FILE, "a.npz", "ridge")
    assert store.find("ridge", digest) is None
    if digest != "0" * 64:
        with pytest.raises(ValueError, match="64 hexadecimal digits"):
            own_data.file_of("ridge", digest)


def test_data_that_are_gone_or_damaged_are_said_to_be() -> None:
    with pytest.raises(own_data.GoneDataError, match="bring the same file again"):
        own_data.read("ridge", DIGEST)
    store.bring(FILE, "a.npz", "ridge")
    own_data.file_of("ridge", DIGEST).write_bytes(b"PK")
    with pytest.raises(own_data.GoneDataError):
        own_data.read("ridge", DIGEST)


def test_what_nobody_has_used_for_long_is_removed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_UPLOAD_HOURS", "1")
    store.bring(FILE, "a.npz", "ridge")
    second = store.bring(other(1), "b.npz", "ridge").digest
    third = store.bring(other(2), "c.npz", "ridge").digest
    for digest in (DIGEST, second, third):
        os.utime(own_data.file_of("ridge", digest), (time.time() - 4000,) * 2)
    assert store.find("ridge", second) is not None, "which is a use of it"
    last = store.bring(other(3), "d.npz", "ridge", lambda: {third}).digest
    assert [store.find("ridge", digest) is None for digest in (DIGEST, second, third, last)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert len(list(home.iterdir())) == 6


def test_the_oldest_make_room_and_what_runs_need_does_not(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.bring(FILE, "a.npz", "ridge")
    size = own_data.file_of("ridge", DIGEST).stat().st_size
    monkeypatch.setenv("SAM_SPS_MAX_UPLOADS_MB", str(2.5 * size / 1e6))
    os.utime(own_data.file_of("ridge", DIGEST), (time.time() - 100,) * 2)
    second = store.bring(other(1), "b.npz", "ridge").digest
    third = store.bring(other(2), "c.npz", "ridge").digest
    assert store.find("ridge", DIGEST) is None
    with pytest.raises(RefusedError, match="no room for more data"):
        store.bring(FILE, "a.npz", "ridge", lambda: {second, third})
    assert store.find("ridge", second) is not None


def test_what_is_old_goes_by_itself(home: Path) -> None:
    store.bring(FILE, "a.npz", "ridge")
    kept = store.bring(other(1), "b.npz", "ridge").digest
    for digest in (DIGEST, kept):
        os.utime(own_data.file_of("ridge", digest), (time.time() - 25 * 3600,) * 2)
    stop = threading.Event()
    watching = threading.Thread(target=store.watch, args=(lambda: {kept}, stop, 0.01), daemon=True)
    watching.start()
    deadline = time.monotonic() + 10
    while len(list(home.iterdir())) > 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    stop.set()
    watching.join(5)
    assert sorted(path.stem for path in home.iterdir()) == [f"ridge-{kept}"] * 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("SAM_SPS_MAX_UPLOAD_MB", "0"), ("SAM_SPS_UPLOAD_HOURS", "x"), ("SAM_SPS_MAX_UPLOAD_ROWS", "-1")],
)
def test_a_limit_out_of_its_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name):
        Limits.read()


def test_what_a_file_says_is_shown_in_one_short_line() -> None:
    assert shown("a\nb\x1b[0m") == "'a·b·[0m'"
    assert len(shown("x" * 10**6)) == 43


def test_the_folder_is_the_apps_own() -> None:
    assert own_data.file_of("ridge", DIGEST).is_relative_to(folder())
