"""Files that a page offers: to its visitor alone, as long as its session lives; words where there is none."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from lab.pool.refusal import BusyError, NotComputedError
from lab.pool.work import Gone, LeftError
from lab.web import owner
from lab.web.offers import AT_ONCE, ERROR, MOST, NOT_OFFERED, PATH, File, Offers, Taking

CSV = File("numbers.csv", "text/csv", lambda: "a\n1\n")


def client(visitor: str | None = "me") -> TestClient:
    cookies = {owner.COOKIE: owner.sign(visitor)} if visitor else {}
    return TestClient(Starlette(routes=[Route(PATH, Taking(), methods=["GET"])]), cookies=cookies)


def answer(file: File) -> Any:
    offers = Offers("me")
    return client().get(f"/{offers.put('here', file)}")


def test_a_file_comes_to_be_saved_under_its_name() -> None:
    found = answer(CSV)
    assert (found.status_code, found.text) == (200, "a\n1\n")
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.headers["content-disposition"] == 'attachment; filename="numbers.csv"'
    assert (found.headers["cache-control"], found.headers["x-content-type-options"]) == (
        "no-store",
        "nosniff",
    )


@pytest.mark.parametrize("visitor", ["you", None])
def test_nobody_else_takes_it(visitor: str | None) -> None:
    made: list[int] = []
    offers = Offers("me")
    address = offers.put("here", File("x.csv", "text/csv", lambda: made.append(1) or ""))
    found = client(visitor).get(f"/{address}")
    assert (found.status_code, found.text, made) == (404, NOT_OFFERED, [])
    assert client().get(f"/{address}").status_code == 200


def test_who_has_no_cookie_takes_what_a_page_without_one_offers() -> None:
    offers = Offers(None)
    address = offers.put("here", CSV)
    assert client(None).get(f"/{address}").text == "a\n1\n"
    assert client().get(f"/{address}").status_code == 404


@pytest.mark.parametrize("path", ["/{}/there", "/x{}/here", "/{}/..%2Fhere", "/{}/"])
def test_another_address_leads_to_nothing(path: str) -> None:
    offers = Offers("me")
    offers.put("here", CSV)
    assert client().get("/api/take" + path.format(offers.token)).status_code == 404


def test_an_address_gives_what_was_offered_there_last() -> None:
    offers = Offers("me")
    first = offers.put("here", CSV)
    assert offers.put("here", File("newer.csv", "text/csv", lambda: "b\n")) == first
    found = client().get(f"/{first}")
    assert found.text == "b\n"
    assert "newer.csv" in found.headers["content-disposition"]


def test_what_was_offered_longest_ago_gives_way() -> None:
    offers = Offers("me")
    places = [f"p{index}" for index in range(MOST)]
    for place in places:
        offers.put(place, CSV)
    offers.put("p0", CSV)
    offers.put("new", CSV)
    assert [place for place in [*places, "new"] if offers.get(place) is None] == ["p1"]


def test_what_a_session_offers_goes_with_it() -> None:
    offers = Offers("me")
    address = offers.put("here", CSV)
    here = client()
    assert here.get(f"/{address}").status_code == 200
    del offers
    gc.collect()
    found = here.get(f"/{address}")
    assert (found.status_code, found.text) == (404, NOT_OFFERED)


def raising(error: Exception) -> Callable[[], str]:
    def make() -> str:
        raise error

    return make


@pytest.mark.parametrize(
    ("error", "status", "words", "retry"),
    [
        (NotComputedError("The run is not here any more."), 503, "The run is not here any more.", None),
        (BusyError("All places are taken.", 3), 503, "All places are taken.", "3"),
    ],
)
def test_why_there_is_no_file_is_said(error: Exception, status: int, words: str, retry: str | None) -> None:
    found = answer(File("x.csv", "text/csv", raising(error)))
    assert (found.status_code, found.text, found.headers.get("retry-after")) == (status, words, retry)
    assert "content-disposition" not in found.headers


def test_an_error_is_said_without_its_words_and_logged_with_them(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAM_SPS_LOG", "error")
    found = answer(File("x.csv", "text/csv", raising(ValueError("secret"))))
    assert (found.status_code, found.text) == (500, ERROR)
    line = json.loads(capfd.readouterr().err)
    assert (line["level"], line["file"], line["error"]) == ("error", "x.csv", "ValueError: secret")


def test_what_takes_long_is_waited_for_without_a_thread() -> None:
    order: list[str] = []

    async def ready(visitor: str, _gone: Gone) -> None:
        order.append(f"ready for {visitor}")

    assert answer(File("x.csv", "text/csv", lambda: order.append("made") or "", ready)).status_code == 200
    assert order == ["ready for me", "made"]


@pytest.mark.parametrize(("error", "status"), [(BusyError("Wait.", 2), 503), (LeftError(), 204)])
def test_what_is_not_ready_is_not_made(error: Exception, status: int) -> None:
    made: list[int] = []

    async def ready(_visitor: str, _gone: Gone) -> None:
        raise error

    file = File("x.csv", "text/csv", lambda: made.append(1) or "", ready)
    assert (answer(file).status_code, made) == (status, [])


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cnn_digits_mlp_usam_sps_seed0.csv", "cnn_digits_mlp_usam_sps_seed0.csv"),
        ("../../etc/passwd.csv", "-..-etc-passwd.csv"),
        ('a"\r\nSet-Cookie: x=1;.csv', "a-Set-Cookie-x-1-.csv"),
        ("ρ = 0.5.json", "-0.5.json"),
        (".csv", "file.csv"),
        ("x" * 300 + ".parquet", "x" * 180 + ".parquet"),
    ],
)
def test_a_name_is_one_that_any_system_takes(name: str, safe: str) -> None:
    file = File(name, "text/csv", lambda: "")
    assert file.safe_name == safe
    assert answer(file).headers["content-disposition"] == f'attachment; filename="{safe}"'


def test_a_visitor_takes_a_few_at_a_time() -> None:
    """A file counts until it is sent: here nobody reads the first ones."""
    taking, mine, yours = Taking(), Offers("me"), Offers("you")
    answers: list[tuple[str, int]] = []
    mine.put("here", CSV)
    yours.put("here", CSV)

    def scope(visitor: str, offers: Offers) -> Scope:
        cookie = f"{owner.COOKIE}={owner.sign(visitor)}".encode()
        params = {"token": offers.token, "place": "here"}
        return {"type": "http", "method": "GET", "headers": [(b"cookie", cookie)], "path_params": params}

    async def nothing() -> Message:
        return {"type": "http.request"}

    async def asked(visitor: str, offers: Offers, read: asyncio.Event) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answers.append((visitor, message["status"]))
            else:
                await read.wait()

        await taking(scope(visitor, offers), nothing, send)

    async def all_of_them() -> None:
        later, now = asyncio.Event(), asyncio.Event()
        now.set()
        slow = [asyncio.ensure_future(asked("me", mine, later)) for _ in range(AT_ONCE)]
        async with asyncio.timeout(10):
            while len(answers) < AT_ONCE:
                await asyncio.sleep(0.01)
            await asked("me", mine, now)
            await asked("you", yours, now)
            later.set()
            await asyncio.gather(*slow)
            await asked("me", mine, now)

    asyncio.run(all_of_them())
    assert answers == [("me", 200)] * AT_ONCE + [("me", 429), ("you", 200), ("me", 200)]
