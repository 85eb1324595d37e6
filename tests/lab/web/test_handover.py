"""Handovers: signed with the app's secret, for an hour, and nothing in them can be changed."""

from __future__ import annotations

import pytest

from lab.web import handover, owner

NOW = 1_700_000_000.25


def test_what_is_written_is_read() -> None:
    text = handover.written("who-has_them", NOW)
    found = handover.read(text, NOW)
    assert (found.owner, len(found.nonce)) == ("who-has_them", 16)
    assert 0 <= found.made - NOW <= 1
    assert handover.read(f" https://lab.example.org/history?v=1&take={text}\n", NOW) == found
    assert handover.read(handover.written("who-has_them", NOW), NOW).nonce != found.nonce


@pytest.mark.parametrize("part", range(4))
def test_a_change_of_any_part_is_noticed(part: int) -> None:
    parts = handover.written("me", NOW).split(".")
    parts[part] = parts[part][:-1] + ("1" if parts[part][-1] != "1" else "2")
    with pytest.raises(ValueError, match="was changed on the way"):
        handover.read(".".join(parts), NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "take=",
        "a.b.c.d",
        "." * 400,
        "x" * 100_000,
        "\x00",
        "ä.1.n.ü",
        "me.1.n.",
        owner.sign("me"),
        "٣.٣.٣.٣",
    ],
    ids=range(10),
)
def test_what_is_no_handover_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match="no link of this app"):
        handover.read(text, NOW)


def test_it_expires() -> None:
    text = handover.written("me", NOW)
    handover.read(text, NOW + handover.LASTING_SECONDS)
    with pytest.raises(ValueError, match="has expired: it is good for an hour"):
        handover.read(text, NOW + handover.LASTING_SECONDS + 2)


def test_a_handover_is_no_cookie_and_a_cookie_no_handover(monkeypatch: pytest.MonkeyPatch) -> None:
    text = handover.written("me", NOW)
    assert owner.verify(text) is None
    monkeypatch.setattr(owner, "_key", lambda: b"another app's secret, 32 bytes..")
    with pytest.raises(ValueError, match="no link of this app"):
        handover.read(text, NOW)
