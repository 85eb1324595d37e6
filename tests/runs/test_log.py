"""One line for whatever happens to a run, from the level on that the environment names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runs import log
from runs.backend import Busy
from runs.limits import Limits
from runs.registry import Registry
from runs.store.store import Store
from tests.runs.helpers import ME, SHORT


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfd.readouterr().err.splitlines()]


def test_submission_start_end_and_refusal_are_a_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAM_SPS_LOG", "info")
    store = Store(None)
    registry = Registry(store, Limits(per_visitor=1))
    run = registry.add(SHORT, ME)
    with pytest.raises(Busy, match="You have 1 run going on, paused or waiting"):
        registry.add(SHORT, ME)
    for state in ("starting", "running", "failed"):
        registry.update(run, state=state, message="why")
    store.close()
    found = lines(capfd)
    assert [(line["event"], line["level"]) for line in found] == [
        ("submitted", "info"), ("refused", "warning"), ("started", "info"), ("failed", "error"),
    ]  # fmt: skip
    assert [line.get("run") for line in found] == [run, None, run, run]
    assert found[-1]["message"] == "why"
    assert ME not in [value for line in found for value in line.values()], "a visitor is not named"


def test_the_environment_names_the_level(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAM_SPS_LOG", "warning")
    log.note("quiet")
    try:
        raise OSError("no room")
    except OSError:
        log.note("error", "error", where="here")
    (line,) = lines(capfd)
    assert (line["event"], line["where"], line["error"]) == ("error", "here", "OSError: no room")
    monkeypatch.setenv("SAM_SPS_LOG", "loud")
    with pytest.raises(ValueError, match=r"SAM_SPS_LOG must be one of debug, .* got 'loud'"):
        log.level()
