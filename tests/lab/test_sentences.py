"""docs/sentences.md names tests that are there, and pages that the app has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "sentences.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| page ")
]
PAGES = {"Home", "One step", "CNN lab", "Ridge lab", "Theory", "Robustness", "Landscape", "all"}


def test_every_row_has_a_page_a_sentence_and_a_reason() -> None:
    assert len(ROWS) > 60
    for row in ROWS:
        assert len(row) == 3, row
        assert all(row)
        assert row[0] in PAGES


def test_every_test_that_is_named_is_there() -> None:
    named = {path for row in ROWS for path in re.findall(r"`(tests/[^`]+)`", row[2])}
    assert len(named) > 20
    assert not [path for path in named if not (ROOT / path).exists()]
