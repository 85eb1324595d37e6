"""The History page: what is listed, chosen, written, deleted, opened and handed over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.cnn.compute import compute
from lab.cnn.numbers import numbers
from lab.export.numbers import as_csv
from lab.history import actions
from lab.history.compute import Brought, listed, overlay
from lab.history.example import example
from lab.params import CnnConfig, HistoryConfig
from lab.visit import computing
from lab.web import handover
from neural.config import LaneConfig, TrainConfig
from neural.sweep import SweepConfig, SweepMethod

ME, OTHER = "who-looks-back", "another-browser"
TWO = TrainConfig((LaneConfig("sam_sps"), LaneConfig("sgd_constant")), epochs=1, eval_every=5)
ONE = TrainConfig((LaneConfig("adam", lr=0.01),), network="mlp", epochs=2, eval_every=5)
SWEEP = SweepConfig((SweepMethod("sam_sps"),), seeds=(0,), fixed=(("epochs", 1), ("network", "mlp")))


def started(config: TrainConfig, owner: str = ME) -> str:
    """A run that has finished."""
    run = runs.engine().submit(config, owner=owner)
    deadline = time.monotonic() + 60
    while (status := runs.engine().status(run)) is None or not status.over:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return run


@pytest.fixture(scope="module")
def trained() -> Iterator[tuple[str, str]]:
    """Two finished runs, trained once; and a sweep that has not begun."""
    found = started(TWO), started(ONE)
    runs.shelf().note_sweep(SWEEP, "robustness?v=1&axis=rho&epochs=1", owner=ME)
    yield found
    runs.shutdown()


@pytest.fixture(autouse=True)
def _one_visitor(monkeypatch: pytest.MonkeyPatch, trained: tuple[str, str]) -> None:
    monkeypatch.setattr(computing, "visitor", lambda: ME)
    for run in trained:
        runs.shelf().write(run, runs.Label(), owner=ME)


def opened(query: dict[str, str] | None = None, *, chosen: tuple[str, ...] = ()) -> AppTest:
    app = AppTest.from_file("../../pages/history.py", default_timeout=60)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.session_state[actions.CHOSEN] = list(chosen)
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def table(app: AppTest) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = app.dataframe[0].value.to_dict("list")
    return found


def disabled(app: AppTest) -> set[str]:
    return {button.label for button in app.button if button.disabled}


def said(app: AppTest) -> str:
    return "\n".join(
        one.value.replace("\\", "") for kind in (app.warning, app.info, app.caption) for one in kind
    )


def test_runs_and_sweeps_are_listed_with_where_they_ended() -> None:
    found = table(opened())
    assert found["lane"] == ["SAM-SPS", "A · Adam", "A · SAM-SPS", "B · SGD, constant γ"]
    assert found["state"] == ["0 of 1 runs", "finished", "finished", "finished"]
    assert found["gradients"][1:] == [46, 46, 23]
    assert all(0 <= one <= 100 for one in found["accuracy"][1:])
    assert "4 of 4 lines." in said(opened())


def test_without_a_run_it_says_what_it_will_hold_and_leads_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "visitor", lambda: "who-is-new")
    app = opened()
    assert "Nothing yet. A run that is started in the CNN lab" in said(app)
    assert "as it was recorded" in said(app)
    assert not disabled(app)
    assert [one.label for one in app.button if one.proto.type == "primary"] == ["Start a first run"]
    assert [curve.label for curve in example().curves] == ["SAM-SPS", "SAM, constant γ"]


def test_a_link_filters_sorts_and_finds() -> None:
    app = opened({"v": "1", "kind": "run", "order": "oldest"})
    assert table(app)["lane"] == ["A · SAM-SPS", "B · SGD, constant γ", "A · Adam"]
    app.text_input(key="history.:find").set_value("mlp").run()
    assert table(app)["lane"] == ["A · Adam"]
    app.text_input(key="history.:find").set_value("<script>").run()
    assert not app.dataframe
    assert "Nothing fits" in said(app)


def test_without_a_choice_nothing_can_be_done() -> None:
    assert {"Open the run", "Pin", "Delete", "Choose nothing"} <= disabled(opened())


def test_a_name_a_note_and_tags_are_kept(trained: tuple[str, str]) -> None:
    run = trained[0]
    app = opened(chosen=(f"{run}:0",))
    app.text_input(key=f"history.:name.{run}").set_value("  <b>the</b> good one ")
    app.text_input(key=f"history.:tags.{run}").set_value("class, =1+1")
    app.text_area(key=f"history.:note.{run}").set_value("said\nso")
    press(app, "Keep")
    found = table(app)
    row = found["lane"].index("A · SAM-SPS")
    assert (found["run"][row], found["note"][row]) == ("<b>the</b> good one", "said so")
    assert found["tags"][row] == "class, =1+1"
    press(app, "Pin")
    assert table(app)[""][:2] == ["★", "★"]
    assert press(app, "Unpin").session_state[actions.CHOSEN] == [f"{run}:0"]


def test_what_is_too_long_is_refused_in_words(trained: tuple[str, str]) -> None:
    run = trained[0]
    app = opened(chosen=(f"{run}:0",))
    app.text_input(key=f"history.:tags.{run}").set_value("t" * 25)
    press(app, "Keep")
    assert "A tag has at most 24 characters" in said(app)


def test_a_deletion_is_undone(trained: tuple[str, str]) -> None:
    app = press(opened(chosen=(f"{trained[0]}:1",)), "Delete")
    assert "B · SGD, constant γ" not in table(app)["lane"]
    assert any(one.value.startswith("Deleted: ") for one in app.markdown)
    assert len(table(press(app, "Undo"))["lane"]) == 4


def test_chosen_lines_and_files_are_drawn_in_one_chart(trained: tuple[str, str]) -> None:
    app = opened({"v": "1", "y": "loss_x", "x": "epoch"}, chosen=(f"{trained[0]}:0", f"{trained[1]}:0"))
    assert {"Open the run"} <= disabled(app), "two runs are chosen"
    assert app.selectbox(key="history.y").value == "loss_x"
    assert "Mean over the seeds" in said(app)
    app.session_state[actions.BROUGHT] = [Brought("f", "mine", {})]
    app.run()
    assert "Not measured, or not kept: mine." in said(app)
    press(app, "Choose nothing")
    assert "Tick lines in the table" in said(app)


def bring(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def test_a_file_from_elsewhere_is_drawn(trained: tuple[str, str]) -> None:
    app = bring(opened(), "../their <b>run.csv", b"step,loss\n1,0.5\n2,0.25\n")
    (curve,) = app.session_state[actions.BROUGHT]
    assert (curve.label, curve.columns["y"].tolist()) == ("their <b>run · loss over step", [0.5, 0.25])
    assert "Mean over the seeds" in said(app)


def test_numbers_that_the_app_has_written_are_drawn_again(trained: tuple[str, str]) -> None:
    engine = runs.engine()
    result = compute(CnnConfig(), trained[0], ME, engine, arrived=True)
    app = bring(opened(), "run.csv", as_csv(numbers(result, engine)))
    assert [one.label for one in app.session_state[actions.BROUGHT]] == [
        "run · A · SAM-SPS",
        "run · B · SGD, constant γ",
    ]
    own = overlay([], app.session_state[actions.BROUGHT], HistoryConfig(), runs.shelf()).curves[0]
    x, y = runs.shelf().curve([(trained[0], 0)], "step", "test_accuracy") or (None, None)
    assert (own.x.tolist(), own.y.tolist()) == (list(x), list(y))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "answer"),
    [(b"a,b,c\n1,2,3\n", "3 columns: two are needed"), (b"x,y\n1,=cmd()\n", "holds '=cmd()' in row 1")],
    ids=["columns", "words"],
)
def test_a_file_that_is_not_taken_is_refused_in_words(content: bytes, answer: str) -> None:
    app = bring(opened(), "a.csv", content)
    assert answer in said(app)
    assert app.session_state[actions.BROUGHT] == []


@pytest.mark.parametrize(("line", "page"), [(0, "pages/robustness.py"), (1, "pages/cnn.py")])
def test_open_restores_the_screen(monkeypatch: pytest.MonkeyPatch, line: int, page: str) -> None:
    wanted = listed(HistoryConfig(), "", runs.shelf(), ME).lines[line]
    went: list[tuple[str, dict[str, str]]] = []
    app = opened(chosen=(wanted.key,))
    monkeypatch.setattr("streamlit.switch_page", lambda to, query_params: went.append((to, query_params)))
    press(app, "Open the run")
    ((to, query),) = went
    assert to == page
    assert query["v"] == "1"
    assert query.get("run", query.get("axis")) in (wanted.item, "rho")


def test_a_link_to_a_run_alone_brings_its_values(trained: tuple[str, str]) -> None:
    app = AppTest.from_file("../../pages/cnn.py", default_timeout=60)
    for key, value in {"v": "1", "run": trained[1]}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    assert app.selectbox(key="cnn.network").value == "mlp"
    assert (app.selectbox(key="cnn.a_method").value, app.select_slider(key="cnn.a_lr").value) == (
        "adam",
        0.01,
    )


def test_a_link_hands_runs_over_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = started(ONE, owner=OTHER)
    token = handover.written(OTHER, time.time())
    app = opened({"v": "1", handover.PARAMETER: token})
    assert "brings the runs of another browser" in said(app)
    assert len(table(app)["lane"]) == 4, "not before it is asked for"
    press(app, "Take them")
    assert "1 run or sweep came to this browser." in said(app)
    assert len(table(app)["lane"]) == 5
    assert runs.engine().owns(run, ME)
    app = press(opened({handover.PARAMETER: token}), "Take them")
    assert "handed over already" in said(app)
    runs.shelf().delete([run], owner=ME)


@pytest.mark.parametrize(
    ("token", "answer"),
    [
        (lambda: "nonsense", "no link of this app"),
        (lambda: handover.written(ME, time.time()), "this browser's already"),
        (lambda: handover.written(OTHER, time.time() - 4000), "has expired"),
    ],
    ids=["nonsense", "mine", "expired"],
)
def test_other_links_are_refused_in_words(token: Callable[[], str], answer: str) -> None:
    app = opened({handover.PARAMETER: token()})
    assert answer in said(press(app, "Take them"))
    assert "Take them" not in [button.label for button in app.button]
