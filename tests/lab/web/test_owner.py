"""The owner's cookie: given once, signed, out of reach of scripts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from lab.web import owner
from runs.store import home

HTML = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def client() -> TestClient:
    return served()


def served() -> TestClient:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(owner.verify(request.cookies.get(owner.COOKIE)) or "nobody")

    app = Starlette(routes=[Route("/", page)], middleware=[Middleware(owner.OwnerCookie)])
    return TestClient(app)


def test_a_new_browser_gets_a_cookie_and_keeps_it(client: TestClient) -> None:
    first = client.get("/", headers=HTML)
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    second = client.get("/", headers=HTML)
    assert "set-cookie" not in second.headers
    assert second.text == cookie.removeprefix(f"{owner.COOKIE}=").partition(".")[0]


def test_over_https_it_stays_there(client: TestClient) -> None:
    assert "; Secure" in client.get("https://testserver/", headers=HTML).headers["set-cookie"]


@pytest.mark.parametrize(
    ("ancestors", "scheme", "sent_along"),
    [
        ("'self'", "https", "SameSite=Lax; Secure"),
        ("'none'", "https", "SameSite=Lax; Secure"),
        ("'self' https://school.example", "https", "SameSite=None; Secure; Partitioned"),
        ("https://school.example", "http", "SameSite=Lax"),  # a browser refuses the other one without TLS
    ],
)
def test_where_another_site_may_show_the_app_in_a_frame_it_comes_back_from_there(
    ancestors: str, scheme: str, sent_along: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAM_SPS_FRAME_ANCESTORS", ancestors)
    cookie = served().get(f"{scheme}://testserver/", headers=HTML).headers["set-cookie"]
    assert cookie.partition("HttpOnly; ")[2] == sent_along


def test_only_pages_give_cookies(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/", headers={"Accept": "*/*"}).headers


FORGED = {
    "nothing": "",
    "a dot": ".",
    "no signature": "me",
    "an empty signature": "me.",
    "a short signature": "me.0000",
    "no name": ".0000",
    "not ASCII": "me.é",
    "a longer signature": owner.sign("me") + "0",
    "another name": "x" + owner.sign("me"),
}


@pytest.mark.parametrize("value", FORGED.values(), ids=FORGED)
def test_what_we_did_not_sign_is_nobody(client: TestClient, value: str) -> None:
    assert owner.verify(value) is None
    headers = {**HTML, "Cookie": f"{owner.COOKIE}={value}".encode()}
    answer = client.get("/", headers=headers)
    assert answer.text == "nobody"
    assert "set-cookie" in answer.headers


def test_a_signature_holds() -> None:
    name = owner.new_owner()
    assert owner.verify(owner.sign(name)) == name
    assert owner.verify(None) is None


def test_the_secret_is_kept_and_private(tmp_path: Path) -> None:
    known = home.secret(tmp_path / "home")
    assert home.secret(tmp_path / "home") == known
    assert len(known) == 32
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600


def test_where_no_secret_can_be_kept_one_is_made_up(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert len(home.secret(tmp_path / "file")) == 32


def test_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SAM_SPS_HOME", str(tmp_path / "there"))
    assert home.folder() == tmp_path / "there"
    monkeypatch.delenv("SAM_SPS_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert home.folder() == tmp_path / "sam-sps-lab"
    monkeypatch.setattr("sys.platform", "darwin")
    assert home.folder().parts[-3:] == ("Library", "Application Support", "sam-sps-lab")
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert home.folder() == tmp_path / "sam-sps-lab"
