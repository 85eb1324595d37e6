"""Workers for every file that needs some and does not ask how they begin or end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runs.kept import KeptFleet


@pytest.fixture(scope="session")
def kept() -> Iterator[KeptFleet]:
    fleet = KeptFleet()
    yield fleet
    fleet.end()
