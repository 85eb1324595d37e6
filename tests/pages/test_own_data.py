"""Data of a visitor's on the pages: brought, previewed, refused in words, and missed where they are gone."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.history.lines import of_run
from lab.uploads import store
from lab.visit import computing
from neural.own_images import OwnImages
from runs.service import Service
from tests.lab.uploads.files import IMAGES, LABELS, A, B, csv_of, npz

FILE = npz(A=A, b=B)
DIGEST = hashlib.sha256(FILE).hexdigest()


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path))


def opened(**query: str) -> AppTest:
    app = AppTest.from_file("../../pages/ridge.py", default_timeout=60)
    for key, value in ({"v": "1", "problem": "own", "iterations": "50", "methods": "sgd"} | query).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.warning, app.info, app.caption)
    return "\n".join(one.value.replace("\\", "") for kind in kinds for one in kind)


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].upload(name, content, "application/octet-stream").run()
    assert not app.exception
    return app


def test_without_data_it_says_what_to_bring() -> None:
    assert "Bring a file with $A$ and $b$" in said(opened())


def test_a_link_to_data_that_are_not_here_asks_for_the_same_file() -> None:
    assert "Bring the same file again" in said(opened(data=DIGEST))


def test_data_that_are_here_are_previewed_and_computed() -> None:
    store.bring(FILE, "a.npz", "ridge")
    app = opened(data=DIGEST)
    assert "A is 6 × 3; its first rows:" in said(app)
    assert f"SHA-256 `{DIGEST[:12]}…`" in said(app)
    assert "same file again" not in said(app)


def test_a_file_is_brought_and_named_in_the_link() -> None:
    app = bring(opened(), "mine.npz", FILE)
    assert app.session_state["ridge:values"]["data"] == DIGEST
    assert "A is 6 × 3" in said(app)


@pytest.mark.parametrize(
    ("name", "content", "answer"),
    [
        ("a.csv", b"<script>,b\n1,2\nx,3\n", "Column '<script>' holds 'x' in row 2"),
        ("a.npz", b"PK\x03\x04", "The NPZ cannot be read"),
    ],
    ids=["words", "npz"],
)
def test_a_file_that_is_not_taken_is_refused_in_words(name: str, content: bytes, answer: str) -> None:
    app = bring(opened(), name, content)
    assert answer in said(app)
    assert app.session_state["ridge:values"]["data"] == "none"


IMAGE_FILE = npz(images=IMAGES, labels=LABELS)
OWN = OwnImages((1, 8, 8), 3, 18, 6, hashlib.sha256(IMAGE_FILE).hexdigest())


def opened_cnn(**query: str) -> AppTest:
    app = AppTest.from_file("../../pages/cnn.py", default_timeout=60)
    for key, value in ({"v": "1", "lanes": "1", "epochs": "2"} | query).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def _engine() -> Iterator[None]:
    runs.shutdown()  # that of another test has another folder
    yield
    runs.shutdown()


@pytest.mark.usefixtures("_engine")
def test_own_images_are_brought_trained_and_kept_with_their_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "devices", lambda self: {"cpu": ""})
    monkeypatch.setattr(computing, "visitor", lambda: "who-brings-images")
    app = bring(opened_cnn(network="cnn1d", dataset="mnist1d"), "mine.npz", IMAGE_FILE)
    choice = app.selectbox(key="cnn.dataset")
    assert (choice.value, app.selectbox(key="cnn.network").value) == (OWN.key, "small_cnn")
    assert "Your own images, 8×8" in choice.options
    assert "24 images of 1×8×8, 3 labels: 5, 6, 7" in said(app)
    next(button for button in app.button if button.label == "Start").click().run()
    assert not app.exception
    run = app.session_state["cnn:run"]
    deadline = time.monotonic() + 60
    while (status := runs.engine().status(run)) is None or not status.over:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert status.state == "finished", status.message
    assert runs.shelf().data_in_use() == {OWN.digest}
    (kept,) = runs.shelf().runs("who-brings-images")
    assert next(of_run(kept)).data == "Your own images, 8×8"
    choice.set_value("digits").run()
    assert "Your own images, 8×8" in app.selectbox(key="cnn.dataset").options, "so that one can go back"


@pytest.mark.usefixtures("_engine")
def test_a_link_to_images_that_are_not_here_asks_for_the_same_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "devices", lambda self: {"cpu": ""})
    app = opened_cnn(dataset=OWN.key)
    assert "bring the same file again" in said(app)
    assert next(button for button in app.button if button.label == "Start").disabled
    assert "dataset = " in said(opened_cnn(dataset=OWN.key[:-1])), "no such images can be"


def test_names_of_columns_are_shown_as_text(tmp_path: Path) -> None:
    content = csv_of(A, "<img src=x>,=1+1,b")
    store.bring(content, "a.csv", "ridge")
    app = opened(data=hashlib.sha256(content).hexdigest())
    shown = "".join(str(one.proto) for one in app.get("html"))
    assert "&lt;img src=x&gt;" in shown
    assert "<img" not in shown
