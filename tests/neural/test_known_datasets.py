"""What is on offer is looked up beside the page, once in a while."""

from __future__ import annotations

import threading

import pytest

from neural import known_datasets as datasets
from neural.availability import Availability
from neural.catalog import DATASETS


def test_a_page_never_waits_and_asks_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, answer, done = [], threading.Event(), threading.Event()
    found = dict.fromkeys(DATASETS, Availability(False, reason="no"))

    def slow() -> dict[str, Availability]:
        asked.append(1)
        answer.wait(10)
        done.set()
        return found

    monkeypatch.setattr(datasets, "all_availabilities", slow)
    known = datasets.Known()
    assert not known.settled
    assert all(one.available for one in known.now().values())
    assert all(one.available for one in known.now().values())
    answer.set()
    assert done.wait(10)
    for thread in threading.enumerate():
        if thread.name == "datasets":
            thread.join(10)
    assert known.now() == found
    assert known.settled
    assert asked == [1]
