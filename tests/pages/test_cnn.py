"""The CNN lab's controls: what a method uses, what cannot be had here, what a run's values are.

What the page finds out and says is tested without Streamlit, in tests/lab/cnn.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.cnn import compute, words
from lab.cnn.presets import PRESETS, ends
from lab.params.cnn import LANES
from lab.visit import computing
from neural import known_datasets as datasets
from neural.availability import Availability
from neural.catalog import DATASETS
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS
from runs.service import Service
from tests.pages.folds import unfold
from tests.runs.helpers import wait_until


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left() -> Iterator[None]:
    yield
    runs.shutdown()


def opened(query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file("../../pages/cnn.py", default_timeout=60)
    for key, value in ({"v": "1"} | (query or {})).items():
        app.query_params[key] = value
    return app.run()


def keys(app: AppTest) -> set[str]:
    widgets = (*app.select_slider, *app.slider, *app.number_input)
    return {str(widget.key).removeprefix("cnn.") for widget in widgets}


@pytest.mark.parametrize("method", METHODS)
def test_a_lane_shows_the_parameters_that_its_method_uses(method: str) -> None:
    app = opened({"lanes": "1", "a_method": method})
    assert not app.exception
    shown = {key.removeprefix("a_") for key in keys(app) if key.startswith("a_")}
    assert shown == set(METHODS[method].parameters)


@pytest.mark.parametrize("lanes", [1, 6])
def test_as_many_lanes_as_asked_for(lanes: int) -> None:
    assert {key[0] for key in keys(opened({"lanes": str(lanes)})) if key[1] == "_"} == set(LANES[:lanes])


def test_a_method_keeps_its_own_values_in_its_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, {"cpu": ""})
    app = opened({"lanes": "2", "a_method": "lightsam_3", "a_rho": "0.0002"})
    app.selectbox(key="cnn.a_method").set_value("sam_sps").run()
    assert app.select_slider(key="cnn.a_rho").value == 0.1, "not what the method before it had"
    app.select_slider(key="cnn.a_rho").set_value(0.2).run()
    app.selectbox(key="cnn.a_method").set_value("lightsam_3").run()
    assert app.select_slider(key="cnn.a_rho").value == 0.0002
    app.selectbox(key="cnn.a_method").set_value("sam_sps").run()
    assert app.select_slider(key="cnn.a_rho").value == 0.2
    assert app.select_slider(key="cnn.b_rho").value == 0.1
    assert not app.exception


def test_what_differs_from_the_run_on_the_screen_is_marked_and_can_be_taken_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(computing, "visitor", lambda: "who changes")
    with_devices(monkeypatch, {"cpu": ""})
    config = TrainConfig((LaneConfig("sam_sps", rho=0.1), LaneConfig("sgd_constant")), epochs=1)
    run = runs.engine().submit(config, owner="who changes")
    runs.engine().send(run, runs.Command("stop"), owner="who changes")
    wait_until(lambda: (status := runs.engine().status(run)) is not None and status.over)
    app = unfold(opened(), "cnn.:runs")
    app.button(key=f"cnn.open.{run}").click().run()
    assert "Take the run's values back" not in [button.label for button in app.button]
    app.select_slider(key="cnn.a_rho").set_value(0.5).run()
    app.select_slider(key="cnn.epochs").set_value(20).run()
    assert app.select_slider(key="cnn.a_rho").label.endswith("●")
    (said,) = [one.value for one in app.markdown if one.value.startswith("Changed since")]
    assert "Epochs **20**, the run had 1; A ρ **0.5**, the run had 0.1." in said
    next(button for button in app.button if button.label.startswith("Take")).click().run()
    assert app.select_slider(key="cnn.a_rho").value == 0.1
    assert app.select_slider(key="cnn.epochs").value == 1
    assert not app.select_slider(key="cnn.a_rho").label.endswith("●")
    assert not app.exception


def test_a_new_method_brings_the_values_it_suggests() -> None:
    app = opened({"lanes": "1"})
    app.selectbox(key="cnn.a_method").set_value("adam").run()
    assert app.select_slider(key="cnn.a_lr").value == dict(METHODS["adam"].suggested)["lr"]
    assert not app.exception


@pytest.mark.parametrize(("key", "network"), [("mnist", "small_cnn"), ("cifar100", "resnet32")])
def test_what_cannot_be_had_is_named_and_cannot_be_started(
    key: str, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = dict.fromkeys(DATASETS, Availability(True)) | {key: Availability(False, reason="Not here.")}
    monkeypatch.setattr(datasets.known, "now", lambda: found)
    app = opened({"dataset": key, "network": network})
    assert [warning.value for warning in app.warning] == ["Not here."]
    assert next(button for button in app.button if button.label == "Start").disabled
    assert f"{DATASETS[key].label} (not here)" in app.selectbox(key="cnn.dataset").options
    assert app.select_slider(key="cnn.offset").disabled == (key == "cifar100"), "its pixels stay bytes"
    assert not app.exception


def test_a_method_whose_package_is_missing_is_named_and_cannot_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reasons = {"dog": "Install it."}
    monkeypatch.setattr(compute, "missing", lambda method: reasons.get(method, ""))
    app = opened({"lanes": "1", "a_method": "dog"})
    assert [warning.value for warning in app.warning] == ["Install it."]
    assert "DoG (not installed)" in app.selectbox(key="cnn.a_method").options
    assert app.select_slider(key="cnn.a_lr").disabled
    assert next(button for button in app.button if button.label == "Start").disabled
    app.selectbox(key="cnn.a_method").set_value("momo").run()
    assert not app.warning
    assert not app.select_slider(key="cnn.a_lr").disabled
    assert not next(button for button in app.button if button.label == "Start").disabled


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()


TWO_GPUS = {"cpu": "Zilog Z80, 2 cores", "cuda:0": "NVIDIA H100, 80 GiB", "cuda:1": "NVIDIA T4, 15 GiB"}


def with_devices(monkeypatch: pytest.MonkeyPatch, found: dict[str, str] | None) -> None:
    """Have the workers report these."""
    monkeypatch.setattr(Service, "devices", lambda self: found)


def test_the_devices_are_those_that_the_workers_report(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, TWO_GPUS)
    app = opened({"device": "cuda:1"})
    choice = app.selectbox(key="cnn.device")
    assert choice.options == [
        "CPU: Zilog Z80, 2 cores", "CUDA GPU 0: NVIDIA H100, 80 GiB", "CUDA GPU 1: NVIDIA T4, 15 GiB",
    ]  # fmt: skip
    assert choice.value == "cuda:1"
    assert "There is no Apple GPU (MPS) where the runs train." in [one.value for one in app.caption]
    assert not app.warning
    assert not app.exception


def test_a_machine_without_a_gpu_says_what_its_cpu_is(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, {"cpu": "Zilog Z80, 2 cores"})
    app = opened()
    choice = app.selectbox(key="cnn.device")
    assert choice.options == ["CPU: Zilog Z80, 2 cores"]
    assert choice.disabled
    expected = (
        "There is no CUDA GPU and no Apple GPU (MPS) where the runs train. A GPU needs a build of PyTorch"
    )
    assert any(one.value.startswith(expected) for one in app.caption), "and what to install"


def test_a_link_with_a_device_that_is_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    with_devices(monkeypatch, TWO_GPUS)
    app = opened({"device": "cuda:7"})
    (notice,) = [warning.value.replace("\\", "") for warning in app.warning]
    assert notice.startswith(
        "There is no device cuda:7 where the runs train, only cpu (Zilog Z80, 2 cores), cuda:0 ("
    )
    assert notice.endswith(": cpu is chosen instead.")
    assert app.selectbox(key="cnn.device").value == "cpu"
    assert app.query_params["device"] == "cpu"
    assert not app.run().warning, "said once"
    app = opened({"device": "tpu"})
    assert "device = 'tpu' is not allowed" in app.warning[0].value.replace("\\", "")
    assert app.selectbox(key="cnn.device").value == "cpu"


def test_a_device_is_waited_for_until_the_workers_have_said_what_they_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_devices(monkeypatch, None)
    app = opened({"device": "cuda:1"})
    assert app.selectbox(key="cnn.device").value == "cuda:1"
    assert words.DEVICES_UNKNOWN in [one.value for one in app.caption]
    assert next(button for button in app.button if button.label == "Start").disabled
    assert not app.warning
    with_devices(monkeypatch, TWO_GPUS)
    app.run()
    assert app.selectbox(key="cnn.device").value == "cuda:1"
    assert not next(button for button in app.button if button.label == "Start").disabled


def test_a_run_that_is_not_known() -> None:
    app = opened({"run": "abcdefgh1234"})
    assert "The run in the link is not here any more" in app.warning[0].value.replace("\\", "")
    assert not app.exception


def steered_run(owner: str) -> str:
    """A run whose lane A was started with γ_b = 1 and has gone on with 0.1."""
    engine = runs.engine()
    run = engine.submit(
        TrainConfig((LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=1000), owner=owner
    )
    engine.send(run, runs.Command("set", 0, {"gamma_b": 0.1}), owner=owner)
    wait_until(lambda: bool(engine.marks(run)))
    return run


def test_who_watches_sees_the_values_that_the_run_has_now() -> None:
    run = steered_run("somebody else")
    app = opened({"run": run, "lanes": "2", "a_gamma_b": "1", "b_method": "sam_constant"})
    slider = app.select_slider(key="cnn.a_gamma_b")
    assert (slider.value, slider.disabled) == (0.1, True)
    assert app.query_params["a_gamma_b"] == "0.1"
    assert app.query_params["b_method"] == "sgd_constant", "the link may have been older than the run"
    runs.engine().send(run, runs.Command("set", 0, {"gamma_b": 0.01}), owner="somebody else")
    wait_until(lambda: len(runs.engine().marks(run)) == 2)
    assert app.run().select_slider(key="cnn.a_gamma_b").value == 0.01
    runs.engine().send(run, runs.Command("stop"), owner="somebody else")


def test_a_steered_run_opened_later_shows_its_last_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "visitor", lambda: "me")
    run = steered_run("me")
    app = opened({"run": run, "a_gamma_b": "1"})
    assert app.select_slider(key="cnn.a_gamma_b").value == 0.1, "an old link of one's own"
    runs.engine().send(run, runs.Command("stop"), owner="me")
    app = unfold(opened({"a_gamma_b": "5", "smooth": "0.5"}), "cnn.:runs", "cnn.:charts")
    app.button(key=f"cnn.open.{run}").click().run()
    assert app.select_slider(key="cnn.smooth").value == 0.5, "how charts are drawn is no matter of the run"
    assert app.select_slider(key="cnn.a_gamma_b").value == 0.1
    assert app.query_params["a_gamma_b"] == "0.1"


def test_a_run_is_started_steered_in_every_seed_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "visitor", lambda: "the one who steers")
    engine = runs.engine()
    app = opened({"lanes": "2", "seeds": "2", "epochs": "1000", "seed": "999999", "speed": "50"})
    press(app, "New seed")
    first = app.query_params["run"]
    app.select_slider(key="cnn.a_gamma_b").set_value(0.1).run()
    assert not app.exception
    wait_until(lambda: len(engine.marks(first)) == 2)
    assert [(mark.lane, mark.name, mark.value) for mark in engine.marks(first)] == [
        (0, "gamma_b", 0.1), (2, "gamma_b", 0.1),
    ]  # fmt: skip
    app.session_state["cnn.:take"] = True
    assert '{"gamma_b": 0.1}})' in app.run().code[0].value, "the script makes the change too"
    status, config = engine.status(first), engine.config(first)
    assert status is not None
    assert config is not None
    assert (status.speed, config.seed, len(config.lanes)) == (50.0, 0, 4), (
        "after the last seed comes the first"
    )
    press(app, "New seed")
    second = app.query_params["run"]
    found = engine.config(second)
    assert found is not None
    assert (found.seed, found.lanes[0].gamma_b) == (1, 0.1)
    wait_until(lambda: (engine.status(first) or status).over)
    press(app, "Stop")
    wait_until(lambda: (engine.status(second) or status).over)
    press(app.run(), "Clear")
    assert "run" not in app.query_params
    assert not app.exception


def test_who_has_too_many_runs_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Service, config: TrainConfig, *, owner: str) -> str:
        raise runs.Busy("Two runs of yours are under way.")

    monkeypatch.setattr(Service, "submit", refused)
    app = opened()
    press(app, "Start")
    assert [warning.value for warning in app.warning] == ["Two runs of yours are under way."]
    assert "run" not in app.query_params
    assert not app.run().warning, "said once"


def test_a_ready_comparison_sets_its_values_and_says_how_it_ended() -> None:
    app = opened({"a_rho": "0.77", "lanes": "5"})
    assert words.NO_PRESET in [element.value for element in app.markdown]
    press(app, "Label noise")
    assert not app.exception
    assert app.slider(key="cnn.lanes").value == 3
    assert app.select_slider(key="cnn.b_gamma_b").value == 0.1
    found = next(one for one in PRESETS if one.name == "Label noise")
    assert words.preset(found, ends()["Label noise"]) in [element.value for element in app.markdown]
