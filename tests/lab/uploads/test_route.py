"""The upload route: what is too large is refused unread, a session holds two files, all have a bound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from lab.uploads.route import FULL, HELD, NO_LENGTH, ROUTE, UploadBounds

LARGEST = 2**20 // 10
SEEN: list[int] = []


@pytest.fixture
def files() -> MemoryUploadedFileManager:
    return MemoryUploadedFileManager(ROUTE)


@pytest.fixture
def client(files: MemoryUploadedFileManager, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("SAM_SPS_MAX_UPLOAD_MB", "0.1")

    async def keep(request: Request) -> Response:
        """As Streamlit does: 400 for a session that is not there, else the file is held."""
        session, file = request.path_params["session"], request.path_params["file"]
        body = await request.body()
        SEEN.append(len(body))
        if session == "nobody":
            return Response(status_code=400)
        files.add_file(session, UploadedFileRec(file, "a.npz", "", body))
        return Response(status_code=204)

    route = Route(ROUTE + "{session}/{file}", keep, methods=["PUT", "DELETE"])
    SEEN.clear()
    with TestClient(Starlette(routes=[route], middleware=[Middleware(UploadBounds, lambda: files)])) as found:
        yield found


def put(client: TestClient, size: int, session: str = "me", file: str = "one") -> Response:
    return client.put(f"{ROUTE}{session}/{file}", content=bytes(size))  # type: ignore[return-value]


def test_a_file_of_the_largest_size_is_taken_and_a_larger_one_is_not_read(client: TestClient) -> None:
    assert put(client, LARGEST).status_code == 204
    refused = client.put(f"{ROUTE}me/two", content=bytes(2 * LARGEST))
    assert (refused.status_code, refused.text) == (413, "The file is larger than 0.1 MB.")
    assert SEEN == [LARGEST]


@pytest.mark.parametrize("told", [None, "-5", "1e3", "", "٣"])
def test_an_upload_has_to_say_its_length(client: TestClient, told: str | None) -> None:
    pieces = iter([b"x" * 10])  # sent in pieces, which say no length
    headers = {} if told is None else {"Content-Length": told.encode()}
    refused = client.put(f"{ROUTE}me/one", content=pieces, headers=headers)  # type: ignore[arg-type]
    assert (refused.status_code, refused.text) == (411, NO_LENGTH)
    assert not SEEN


def test_of_a_session_the_two_newest_files_are_held(
    client: TestClient, files: MemoryUploadedFileManager
) -> None:
    put(client, 5, "other", "theirs")
    for file in "abcd":
        put(client, 10, file=file)
    assert {session: list(held) for session, held in files.file_storage.items()} == {
        "other": ["theirs"],
        "me": ["c", "d"],
    }


def test_many_sessions_together_hold_so_much_and_no_more(
    client: TestClient, files: MemoryUploadedFileManager
) -> None:
    answers = [put(client, LARGEST, f"session {place}") for place in range(HELD + 1)]
    assert [one.status_code for one in answers] == [204] * HELD + [503]
    assert answers[-1].text == FULL  # type: ignore[attr-defined]
    files.remove_session_files("session 0")
    assert put(client, LARGEST, "session x").status_code == 204


def test_what_is_refused_or_no_upload_counts_for_nothing(
    client: TestClient, files: MemoryUploadedFileManager
) -> None:
    for _ in range(2 * HELD):
        assert put(client, LARGEST, "nobody").status_code == 400
    assert client.delete(f"{ROUTE}me/one").status_code == 204
    assert put(client, LARGEST).status_code == 204
    assert list(files.file_storage["me"]) == ["one"]
