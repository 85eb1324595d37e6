"""The Robustness page: what ships, a sweep that is started and stopped, controls, links that are wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.params import RobustnessConfig
from lab.robustness import actions, verdict_words, words
from lab.robustness.compute import compute
from lab.robustness.here import ONE_DEVICE, Here
from lab.robustness.presets import PRESETS
from lab.robustness.sweep import sweep_of
from lab.ui.link import encode
from neural.availability import Availability
from neural.catalog import DATASETS
from neural.sweep import SweepConfig
from neural.sweep_parts import BASELINES
from neural.sweep_runs import SweepRun, runs_of
from tests.lab.robustness.results import MadeUp, made_of, run_result, seed

MLP, CNN = made_of("mlp"), made_of("cnn1d")


@dataclass
class Engine(MadeUp):
    """An engine that notes what it is asked for, and may refuse."""

    asked: list[tuple[str, SweepConfig]] = field(default_factory=list)
    refusal: Exception | None = None

    def start(self, sweep: SweepConfig, *, owner: str) -> None:
        self._answer("start", sweep)
        self.going = True

    def stop(self, sweep: SweepConfig, *, owner: str) -> None:
        self._answer("stop", sweep)
        self.going = False

    def _answer(self, what: str, sweep: SweepConfig) -> None:
        if self.refusal:
            raise self.refusal
        self.asked.append((what, sweep))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """In the place of the run engine, on a machine that has all data."""
    made = Engine()
    monkeypatch.setattr(runs, "sweeps", lambda: made)
    found_here(monkeypatch)
    return made


def found_here(monkeypatch: pytest.MonkeyPatch, **absent: str) -> None:
    """A machine with a CPU, and without these data sets."""
    sets = {key: Availability(key not in absent, reason=absent.get(key, "")) for key in DATASETS}
    monkeypatch.setattr(actions, "here", lambda: Here(sets, {"cpu": ""}))


def opened(config: RobustnessConfig | None = None, **query: str) -> AppTest:
    app = AppTest.from_file("../../pages/robustness.py", default_timeout=60)
    for key, value in ((encode(config) if config else {}) | query).items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption, *app.warning))


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button if button.label in ("Start", "Stop", "Go on", "Show it")]


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def keys(app: AppTest) -> set[str]:
    kinds = ("selectbox", "multiselect", "slider", "select_slider")
    return {one.key.removeprefix("robustness.") for kind in kinds for one in getattr(app, kind)}


def test_the_finished_sweep_is_there_without_a_run(engine: Engine) -> None:
    app = opened()
    assert not app.exception
    assert not app.warning
    assert buttons(app) == [], "there is nothing to start"
    result = compute(RobustnessConfig(), engine)
    assert "\n".join(f"- {one}" for one in verdict_words.verdict(result)) in said(app)
    assert words.REPORTED in said(app)
    assert "**306 runs**, 530,145 gradient evaluations: done, the results ship with the app" in said(app)
    assert PRESETS["mlp_all"].look in said(app)
    assert app.query_params["rhos"] == "0_0.1_0.2_0.3_0.4_0.8"


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_sets_the_controls(engine: Engine, key: str) -> None:
    app = opened(CNN)
    assert words.OWN in said(app)
    app = app.pills[0].select(PRESETS[key].label).run()
    assert not app.exception
    assert PRESETS[key].look in said(app)
    config = PRESETS[key].config
    shown = {name: app.query_params[name] for name in encode(config)}
    assert shown == encode(config)
    assert ("measure" in keys(app)) == (config.network != "mlp")
    assert (words.NO_TUNING in said(app)) == (key in ("digits", "digits_noise", "cap"))


def test_a_sweep_is_started_stopped_and_taken_up(engine: Engine) -> None:
    app = opened(MLP)
    assert "**72 runs**, 124,740 gradient evaluations: about " in said(app)
    app = press(app, "Start")
    assert buttons(app) == ["Stop"]
    assert all(one.disabled for one in app.multiselect), "nothing changes while it goes on"
    sweep = sweep_of(MLP)
    first = runs_of(sweep)[-1]
    engine.known = {first.name: run_result(first, 0.5)}
    app = press(app, "Stop")
    assert buttons(app) == ["Go on"]
    assert "1 are done; the other 71 take about" in said(app)
    assert engine.asked == [("start", sweep), ("stop", sweep)]
    engine.known = {run.name: run_result(run, 0.5) for run in runs_of(sweep)}
    assert buttons(app.run()) == []
    assert not app.exception


def test_the_way_back_to_a_sweep_that_goes_on(engine: Engine) -> None:
    app = press(opened(MLP), "Start")
    for key, value in encode(CNN).items():
        app.query_params[key] = value
    app.session_state["robustness.network"] = "cnn1d"
    app = app.run()
    assert "Show it" in buttons(app)
    app = press(app, "Show it")
    assert app.session_state["robustness.network"] == "mlp"


@pytest.mark.parametrize(
    ("going", "label", "refusal", "notice"),
    [
        (False, "Start", runs.Busy("You have a sweep going on."), "You have a sweep going on."),
        (True, "Stop", runs.NotOwner(), "Only who started this sweep can stop it."),
    ],
)
def test_a_refusal_is_said_once(
    engine: Engine, going: bool, label: str, refusal: Exception, notice: str
) -> None:
    engine.going, engine.refusal = going, refusal
    app = press(opened(MLP), label)
    assert [one.value for one in app.warning] == [notice]
    assert not app.run().warning


def test_runs_that_failed_are_named(engine: Engine) -> None:
    engine.failed = {"a": "The worker was killed."}
    assert "1 run failed" in opened(MLP).warning[0].value


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"seeds": 10, "rates": (0.1, 0.2, 0.3, 0.4), "baselines": BASELINES},
            "1,080 runs; the app",
        ),
        ({"dataset": "textures", "network": "resnet20", "epochs": 200}, "hours; the app takes sweeps of at"),
        ({"dataset": "mnist", "network": "small_cnn", "epochs": 1}, "No MNIST."),
        ({"dataset": "cifar100", "network": "resnet32", "epochs": 1}, "No CIFAR."),
        ({"dataset": "cifar10_full", "network": "resnet32", "epochs": 100}, "command line train it (below)"),
        ({"device": "cuda:0"}, "There is no device cuda:0 where the runs train, only cpu"),
    ],
)
def test_what_stands_in_the_way_is_said_before_the_start(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], why: str
) -> None:
    found_here(monkeypatch, mnist="No MNIST.", cifar100="No CIFAR.")
    app = opened(replace(MLP, **changes))
    assert not app.exception
    assert why in said(app)
    assert next(one for one in app.button if one.label == "Start").disabled


def test_with_a_cpu_alone_the_device_cannot_be_chosen_and_it_says_what_to_install(engine: Engine) -> None:
    app = opened(MLP)
    assert next(one for one in app.selectbox if one.key == "robustness.device").disabled
    assert ONE_DEVICE in said(app)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"adaptive": (), "baselines": (), "heavy": ()}, "there is nothing to train"),
        ({"rhos": ()}, "at least one value"),
        ({"rates": ()}, "at least one rate for the baselines, or"),
        ({"heavy": ("sam_cosine",), "heavy_rates": ()}, "baselines with momentum, or"),
        ({"axis": "gamma_b", "adaptive": ()}, "only the methods without a rate have one"),
    ],
)
def test_controls_that_make_no_sweep_say_what_to_choose(
    engine: Engine, changes: dict[str, Any], why: str
) -> None:
    app = opened(replace(MLP, **changes))
    assert not app.exception
    assert why in said(app)
    assert buttons(app) == []


def test_a_network_that_does_not_take_the_data_is_replaced(engine: Engine) -> None:
    app = opened(dataset="digits", network="cnn1d")
    assert "does not take the data Handwritten digits" in app.warning[0].value.replace("\\", "")
    assert app.query_params["network"] == "small_cnn"


def test_recomputed_statistics_change_what_is_said(engine: Engine) -> None:
    def result(run: SweepRun) -> Any:
        ours = run.method.method == "sam_sps"
        spread = 0.01 * (seed(run) - 1)
        return run_result(run, 0.5 + spread, test_accuracy_recomputed=0.5 + spread + 0.2 * ours)

    engine.known = {run.name: result(run) for run in runs_of(sweep_of(CNN))}
    level = "level at $\\rho$ = 0, 0.1, 0.2, 0.3, 0.4, 0.8"
    assert level in said(opened(CNN))
    assert "ahead at $\\rho$ = 0 (+20.0)" in said(opened(CNN, measure="recomputed"))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"axis": "<script>"}, "axis = '<script>' is not allowed: one of rho, gamma_b"),
        ({"rhos": "0_11"}, "rhos = '0_11' is not allowed: at most 12"),
        ({"rates": "0.1_alert(1)"}, "rates = '0.1_alert(1)' is not allowed"),
        ({"place": "-7"}, "place = '-7' is not allowed"),
        ({"evil": "1"}, "There is no parameter 'evil' on this page."),
    ],
)
def test_hostile_links_are_named_and_replaced(engine: Engine, query: dict[str, str], named: str) -> None:
    app = opened(**({"v": "1"} | query))
    assert not app.exception
    assert named in app.warning[0].value.replace("\\", "")
    assert {name: app.query_params[name] for name in encode(RobustnessConfig())} == encode(RobustnessConfig())
