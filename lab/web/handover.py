"""A visitor's runs for another browser: a signed text that names whose they are, and expires.

It is made and read with the secret of the owner's cookie, and says: who reads this within the hour becomes
the owner of what that visitor had begun until then. That it happens once is for the store to know
(`runs.shelf.Shelf.hand_over`).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from lab.web import owner

PARAMETER = "take"  # in the address of the History page
LASTING_SECONDS = 3600.0
MOST = 400  # characters of what is read
_PAYLOAD = re.compile(r"([A-Za-z0-9_-]{1,64})\.(\d{1,12})\.([A-Za-z0-9_-]{1,64})", re.ASCII)


@dataclass(frozen=True)
class Handover:
    """Whose runs, those of which time (in seconds since 1970), and a number that is used once."""

    owner: str
    made: float
    nonce: str


def written(whose: str, now: float) -> str:
    """The text that hands over what a visitor has begun until now."""
    payload = f"{whose}.{int(now) + 1}.{secrets.token_urlsafe(12)}"
    return f"{payload}.{owner.signature(f'handover {payload}')}"


def read(text: str, now: float) -> Handover:
    """What a text hands over; a whole address is read too.

    Raises
    ------
    ValueError
        In words for the screen: it is no such text, was changed, or has expired.
    """
    token = text.strip()[-MOST:].rpartition(f"{PARAMETER}=")[2]
    payload, _, signature = token.rpartition(".")
    found = _PAYLOAD.fullmatch(payload)
    if found is None or not owner.same(owner.signature(f"handover {payload}"), signature):
        raise ValueError(
            "This is no link of this app that hands runs over, or it was changed on the way. "
            "Copy the whole of it."
        )
    made = float(found[2])
    if now > made + LASTING_SECONDS:
        raise ValueError(
            "This link has expired: it is good for an hour. Make a new one in the first browser."
        )
    return Handover(found[1], made, found[3])
