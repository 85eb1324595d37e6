"""The CNN lab's controls: what a method uses, what cannot be had here, what a run's values are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lab import datasets, runs, training
from lab.params import PAGES, defaults
from lab.params.cnn import LANES
from neural.availability import Availability
from neural.catalog import DATASETS, NETWORKS
from neural.config import TrainConfig
from neural.methods import METHODS


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


@pytest.mark.parametrize("dataset", DATASETS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_on_every_data_set_says_how_large_it_is(dataset: str, network: str) -> None:
    app = opened({"dataset": dataset, "network": network, "lanes": "1"})
    assert not app.exception
    assert any("parameters**" in caption.value for caption in app.caption)


def test_a_new_method_brings_the_values_it_suggests() -> None:
    app = opened({"lanes": "1"})
    app.selectbox(key="cnn.a_method").set_value("adam").run()
    assert app.select_slider(key="cnn.a_lr").value == dict(METHODS["adam"].suggested)["lr"]
    assert not app.exception


def test_what_cannot_be_had_is_named_and_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dict.fromkeys(DATASETS, Availability(True)) | {"mnist": Availability(False, reason="Not here.")}
    monkeypatch.setattr(datasets.known, "now", lambda: found)
    app = opened({"dataset": "mnist"})
    assert [warning.value for warning in app.warning] == ["Not here."]
    assert next(button for button in app.button if button.label == "Start").disabled
    assert f"{DATASETS['mnist'].label} (not here)" in app.selectbox(key="cnn.dataset").options


def test_a_run_that_is_not_known() -> None:
    app = opened({"run": "abcdefgh1234"})
    assert "The run in the link is not here any more" in app.warning[0].value.replace("\\", "")
    assert not app.exception


def test_the_values_of_a_run_make_the_same_run_again() -> None:
    """A run that is opened again puts its configuration on the screen."""

    class Screen:
        rows = PAGES["cnn"]
        values = defaults("cnn") | {
            "lanes": 3, "seeds": 2, "seed": 5, "kappa": 50.0, "b_rho": 0.7, "dataset": "textures",
        }  # fmt: skip
        run = None

        def current(self, key: str) -> object:
            return self.values[key]

    control = training.Control(Screen())  # type: ignore[arg-type]
    config = control._config()
    assert isinstance(config, TrainConfig)
    assert [lane.replica for lane in config.lanes] == [0, 0, 0, 1, 1, 1]
    again = Screen()
    again.values = defaults("cnn") | training.values_of(config)
    assert training.Control(again)._config() == config  # type: ignore[arg-type]
