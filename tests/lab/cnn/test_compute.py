"""What the page shows of a run, and what its controls follow."""

from __future__ import annotations

import pytest

from lab.cnn.actions import commands
from lab.cnn.run_config import train_config
from lab.params import CnnConfig
from lab.params.cnn import LaneControls
from neural import known_datasets as datasets
from neural.availability import Availability
from neural.catalog import DATASETS
from runs import Mark, Status
from tests.lab.cnn.engine import RUN, OneRun, found

ASKED = CnnConfig(a=LaneControls(gamma_b=5.0))
TRAINED = train_config(CnnConfig(lanes=3, seeds=2, network="lenet"))
STEERED = [Mark(9, lane, "gamma_b", 0.1) for lane in (0, 3)]
TWO_GPUS = {"cpu": "Zilog Z80, 2 cores", "cuda:0": "NVIDIA H100, 80 GiB", "cuda:1": "NVIDIA T4, 15 GiB"}


def test_without_a_run_it_shows_what_would_be_started() -> None:
    result = found(ASKED)
    assert (result.run, result.state, result.stream) == (None, None, None)
    assert result.mine
    assert not result.live
    assert result.startable
    assert result.training == train_config(ASKED)
    assert [look.label for look in result.looks] == ["A · SAM-SPS", "B · SAM, constant γ"]
    assert result.parameters == 6_090
    assert result.notices == ()


def test_a_run_that_is_not_known_is_no_run() -> None:
    result = found(ASKED, run=RUN)
    assert result.run is None
    assert result.notices == ("The run in the link is not here any more, or damaged. Start a new one.",)


def test_the_charts_show_the_run_and_not_what_the_controls_say() -> None:
    result = found(ASKED, OneRun(TRAINED), run=RUN)
    assert result.live
    assert result.stream == f"api/stream/{RUN}"
    assert [look.indices for look in result.looks] == [(0, 3), (1, 4), (2, 5)]
    assert result.config == ASKED, "its owner's controls are left alone"


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
def test_who_watches_sees_what_the_run_has_now(state: str) -> None:
    status = Status(state, speed=3.0)  # type: ignore[arg-type]
    result = found(ASKED, OneRun(TRAINED, status, STEERED), run=RUN, owner="somebody else")
    assert (result.mine, result.watching) == (False, True)
    assert result.config.a.gamma_b == 0.1
    assert (result.config.lanes, result.config.seeds, result.config.network) == (3, 2, "lenet")
    assert result.config.speed == "3"


def test_a_speed_that_the_screen_does_not_have_leaves_the_control_alone() -> None:
    result = found(ASKED, OneRun(TRAINED, Status("running", speed=7.0)), run=RUN, owner="somebody else")
    assert result.config.speed == ASKED.speed


@pytest.mark.parametrize(
    ("state", "arrived", "follows"),
    [
        ("running", False, False),
        ("running", True, True),
        ("interrupted", True, True),
        ("queued", True, False),
        ("starting", True, False),
        ("finished", True, False),
        ("stopped", False, False),
    ],
)
def test_the_owner_follows_a_run_that_is_under_way_on_arrival(
    state: str, arrived: bool, follows: bool
) -> None:
    status = Status(state)  # type: ignore[arg-type]
    result = found(ASKED, OneRun(TRAINED, status, STEERED), run=RUN, arrived=arrived)
    assert result.config.a.gamma_b == (0.1 if follows else 5.0)


def test_a_run_of_somebody_else_that_is_over_is_followed_on_arrival_only() -> None:
    engine = OneRun(TRAINED, Status("finished"), STEERED)
    for arrived, cap in ((True, 0.1), (False, 5.0)):
        result = found(ASKED, engine, run=RUN, owner="somebody else", arrived=arrived)
        assert result.config.a.gamma_b == cap
        assert not result.watching


def test_a_device_that_no_worker_has_gives_way_to_the_cpu() -> None:
    result = found(CnnConfig(device="cuda:7"), OneRun(devices=TWO_GPUS))
    assert result.config.device == "cpu"
    (notice,) = result.notices
    assert notice.startswith("There is no device cuda:7 where the runs train, only cpu (Zilog Z80, 2 cores),")
    assert notice.endswith(": cpu is chosen instead.")
    assert found(CnnConfig(device="cuda:1"), OneRun(devices=TWO_GPUS)).notices == ()


def test_a_device_is_waited_for_until_the_workers_have_said_what_they_have() -> None:
    result = found(CnnConfig(device="cuda:1"), OneRun())
    assert result.config.device == "cuda:1"
    assert not result.startable
    assert not result.settled
    assert found(CnnConfig(), OneRun()).startable, "a CPU is everywhere"


def test_images_that_cannot_be_had_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict.fromkeys(DATASETS, Availability(True)) | {"mnist": Availability(False, reason="Not here.")}
    monkeypatch.setattr(datasets.known, "now", lambda: known)
    assert found(CnnConfig(dataset="mnist")).missing == "Not here."
    assert not found(CnnConfig(dataset="mnist")).startable
    assert found(CnnConfig()).startable


def test_the_visitors_runs_are_listed() -> None:
    engine = OneRun(TRAINED)
    assert [one.run for one in found(ASKED, engine).recent] == [RUN]
    assert found(ASKED, engine, owner="somebody else").recent == ()


def test_a_lane_is_steered_in_every_seed() -> None:
    sent = [(one.kind, one.lane, one.values) for one in commands(TRAINED, "b", "lr", 0.3)]
    assert sent == [("set", 1, {"lr": 0.3}), ("set", 4, {"lr": 0.3})]
