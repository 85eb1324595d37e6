"""Charts that come from an address: one answer for all of a page, refusals."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import plotly.graph_objects as go
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from lab.params import RidgeConfig, Value
from lab.pool import pool as pools
from lab.pool.task import Task
from lab.ridge import charts
from lab.ridge.charts import CHARTS, build
from lab.ridge.compute import WORK, follows, key_of, warmed_up
from lab.web.ahead import AHEAD
from lab.web.chart_routes import Charts
from lab.web.turns import SCRIPTS
from tests.lab.pool.test_pool import until

HEAVY: dict[str, Value] = {"iterations": 10_000, "trials": 50, "m": 64, "n": 500, "d": 500}


def client(charts: Charts[RidgeConfig]) -> TestClient:
    return TestClient(Starlette(routes=[Route(charts.path, charts)]))


def address(charts: Charts[RidgeConfig], **changes: Value) -> str:
    return "/" + charts.source(RidgeConfig.from_values(changes), "gap").address


class Counting:
    """A page's charts that tell how often they were built."""

    def __init__(self, quick: bool = True) -> None:
        self.built: list[Value] = []
        self.charts = Charts(RidgeConfig, self.build, lambda _config: quick, unused=("map",))

    def build(self, config: RidgeConfig) -> dict[str, go.Figure]:
        self.built.append(config.kappa)
        return {"gap": go.Figure({"data": [{"type": "scatter", "y": [config.kappa]}]})}


def test_the_answer_holds_every_figure_of_the_page() -> None:
    answer = client(CHARTS).get(address(CHARTS, kappa=37.5))
    assert answer.status_code == 200
    found, figures = answer.json(), build(RidgeConfig(kappa=37.5))
    assert list(found) == list(figures) == ["gap", "gamma", "grad", "held", "shares"]
    for name, figure in figures.items():
        assert [trace["name"] for trace in found[name]["data"]] == [trace["name"] for trace in figure.data]
        assert found[name]["layout"]["title"]["text"] == figure.layout["title"]["text"]


@pytest.fixture
def pool() -> Iterator[pools.Pool]:
    pools.start(prepare=Task(warmed_up))
    started = pools.current()
    assert started is not None
    until(started.beside.is_ready)
    yield started
    pools.shutdown()


def test_while_a_script_runs_the_figures_come_from_beside_the_app_and_are_the_same(
    pool: pools.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, asked = RidgeConfig(kappa=38.5), address(CHARTS, kappa=38.5)
    with monkeypatch.context() as patch:
        patch.setattr(charts, "compute", None)  # in the app it cannot be computed
        with SCRIPTS.next():
            answer = client(CHARTS).get(asked)
    assert answer.status_code == 200
    assert WORK.has(key_of(config)), "for the script"
    assert answer.text == CHARTS.written(config)


def test_what_the_process_beside_does_not_give_is_drawn_in_the_app(pool: pools.Pool) -> None:
    (beside,) = pool.beside.pids()
    os.kill(beside, signal.SIGKILL)
    with SCRIPTS.next():
        answer = client(CHARTS).get(address(CHARTS, kappa=39.5))
    assert answer.text == CHARTS.written(RidgeConfig(kappa=39.5))


def test_the_figures_do_not_depend_on_values_they_do_not_show() -> None:
    one, other = (CHARTS.source(RidgeConfig(map=shown), "gap") for shown in (False, True))
    assert one == other
    assert CHARTS.source(RidgeConfig(seed=5), "gap") != one


def test_figures_are_built_once_for_the_same_values() -> None:
    counting = Counting()
    for kappa in (10.0, 20.0, 10.0):
        assert client(counting.charts).get(address(counting.charts, kappa=kappa)).json()["gap"]["data"][0][
            "y"
        ] == [kappa]
    assert counting.built == [10.0, 20.0]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("v=1&kappa=0", "kappa"),
        ("v=1&kappa=nan", "kappa"),
        ("v=1&evil=<script>", "evil"),
        ("v=2", "version"),
    ],
)
def test_values_that_are_not_allowed_are_refused_by_name(query: str, words: str) -> None:
    counting = Counting()
    answer = client(counting.charts).get(f"{counting.charts.path}?{query}")
    assert answer.status_code == 400
    assert words in answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    assert not counting.built


def test_slow_figures_are_not_built_ahead_but_for_a_chart_that_needs_them() -> None:
    counting = Counting(quick=False)
    there = client(counting.charts)
    assert there.get(address(counting.charts), headers={AHEAD: "1"}).status_code == 503
    assert not counting.built
    assert there.get(address(counting.charts)).status_code == 200
    assert there.get(address(counting.charts), headers={AHEAD: "1"}).status_code == 200  # they are kept
    assert len(counting.built) == 1


def test_the_defaults_are_quick_and_the_largest_values_are_not() -> None:
    assert follows(RidgeConfig())
    assert not follows(RidgeConfig.from_values(HEAVY))
