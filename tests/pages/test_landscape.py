"""The Landscape page: what is known exactly, the example, bad links, and a run that is not there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.landscape import captions, compute, example, places
from tests.lab.landscape.engine import RUN, Engine


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left() -> Iterator[None]:
    yield
    runs.shutdown()


def opened(**query: str) -> AppTest:
    app = AppTest.from_file("../../pages/landscape.py", default_timeout=120)
    for key, value in {"v": "1", "what": "ridge", **query}.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(one.value for one in (*app.markdown, *app.caption))


def warned(app: AppTest) -> str:
    return "\n".join(one.value for one in app.warning).replace("\\", "")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"kappa": "1", "rho": "10", "b": "none"},
        {"kappa": "1000000", "moment": "0", "rho": "0.001", "reach": "10", "directions": "10"},
        {"what": "plane", "function": "quadratic", "kappa": "1"},
        {"what": "plane", "function": "log_sum_exp", "a": "b", "b": "a"},
        {"what": "plane", "function": "ripples", "moment": "50", "seed": "999999"},
    ],
)
def test_what_is_known_exactly_at_its_ends(query: dict[str, str]) -> None:
    app = opened(**query)
    assert not app.exception
    assert not app.warning
    assert "exactly" in words(app)
    assert captions.CAVEAT not in words(app)
    assert app.segmented_control(key="landscape.measure").value == "eigenvalue"


def test_the_controls_are_those_that_matter() -> None:
    def shown(**query: str) -> set[str]:
        app = opened(**query)
        widgets = (*app.slider, *app.select_slider, *app.selectbox, *app.toggle, *app.number_input)
        return {str(one.key).removeprefix("landscape.") for one in widgets}

    assert {"kappa", "rho", "reach", "moment"} <= shown()
    assert {"images", "alpha", "normalise", "function"}.isdisjoint(shown())
    assert "function" in shown(what="plane")
    assert "kappa" not in shown(what="plane", function="ripples")


def test_bad_links_are_named_and_replaced() -> None:
    app = opened(rho="1e9", b="z", other="<script>", lanes="7")
    assert not app.exception
    assert "rho = '1e9' is not allowed: a number from 0.001 to 10; 0.1 is used." in warned(app)
    assert "other = '<script>' is not allowed: the name of a run, or . for none; . is used." in warned(app)
    assert "There is no parameter 'lanes' on this page." in warned(app)


def test_the_example_in_full_and_a_run_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """One computation serves both: without the run the example is shown."""
    monkeypatch.setattr(example, "steps", lambda: (0, 448, 460))
    app = opened(what="run", run="nowhere-1234", images="64", directions="2")
    assert not app.exception
    assert places.GONE in warned(app)
    said = words(app)
    assert "A · SAM-SPS at step 460, B · SGD, constant γ at step 460" in said
    assert "of 4 measures**" in said
    assert captions.CAVEAT in said
    assert "Of the variance of the 3 moments the plane holds" in said
    assert "Training loss: a barrier" in said or "Training loss: no barrier" in said
    assert "Filter-normalised, the two slices differ by at most 0." in said
    app.selectbox(key="landscape.b").select("none").run()
    assert not app.exception
    assert "of 4 measures**" not in words(app)
    assert "a barrier" not in words(app)


def test_a_link_that_names_a_run_alone_shows_its_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.engine", Engine)
    monkeypatch.setattr(compute, "stages", lambda _found: ["coarse", "fine"])
    app = AppTest.from_file("../../pages/landscape.py", default_timeout=120)
    app.query_params["run"] = RUN
    app.run()
    assert not app.exception
    assert not app.warning
    assert "A run: Small CNN with BatchNorm on Handwritten digits, 8×8" in words(app).replace("\\", "")
    assert app.selectbox(key="landscape.what").value == "run"
    assert app.selectbox(key="landscape.a").options == ["A · SAM-SPS", "B · SGD, constant γ"]
    other = app.selectbox(key="landscape.other")
    assert other.options[0] == "the same run"
    app.selectbox(key="landscape.b").select("none").run()
    assert not app.exception
    assert "Look again" not in [one.label for one in app.button], "it has ended"
