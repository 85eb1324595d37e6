"""The lessons in the app: one is walked through, links do no harm, a class is counted, places are shown."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

import runs
from lab.lessons import rooms
from lab.lessons.course import LAST, Place, lessons
from lab.params.lessons import LESSONS, STEPS
from lab.ui.symbols import markdown


@pytest.fixture(scope="module", autouse=True)
def _no_workers_left() -> Iterator[None]:
    yield
    runs.shutdown()


@pytest.fixture
def classes(monkeypatch: pytest.MonkeyPatch) -> rooms.Rooms:
    fresh = rooms.Rooms()
    monkeypatch.setattr(rooms, "ALL", fresh)
    return fresh


def opened(query: dict[str, str] | None = None, page: str = "lessons") -> AppTest:
    app = AppTest.from_file(
        "../../app.py" if page == "home" else f"../../pages/{page}.py", default_timeout=60
    )
    for key, value in (query or {}).items():
        app.query_params[key] = value
    return app.run()


def said(app: AppTest) -> str:
    kinds = ("markdown", "caption", "info", "success", "warning", "header")
    return "\n".join(one.value for kind in kinds for one in getattr(app, kind))


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def main_buttons(app: AppTest) -> list[str]:
    return [one.label for one in app.button if one.proto.type == "primary"]


def test_a_lesson_from_the_prediction_to_the_right_answer() -> None:
    app = opened()
    assert app.header[0].value == "1 · Why look uphill at all"
    assert main_buttons(app) == ["This is my prediction"]
    app.slider(key="guess-uphill").set_value(0.3)
    press(app, "This is my prediction")
    assert "You said: **0.3**. Now run it." in said(app)
    assert main_buttons(app) == ["Continue: Run"]

    press(app, "Continue: Run")
    assert "You said: **0.3**. It is: **0.8**." in said(app)
    press(app, "ρ = 0.4")
    assert app.select_slider(key="lessons.rho").value == 0.4
    assert "**ρ = 0.4.** The look reaches over the ridge." in said(app)
    assert "**3.2** around the narrow bottom, **0.08** around the wide one" in said(app)
    app.select_slider(key="lessons.rho").set_value(0.05).run()
    assert "Values of your own." in said(app)

    press(app, "Continue: Explain")
    assert "**two gradients**" in said(app)
    press(app, "Continue: Question")
    press(app, "Check")
    assert "An answer is a number from 0 to 1000." in said(app)
    app.number_input(key="answer-uphill").set_value(0.2)
    press(app, "Check")
    assert "**0.2** is not it. That is the worst loss around the narrow bottom." in said(app)
    app.number_input(key="answer-uphill").set_value(40.0)
    press(app, "Check")
    assert app.success[0].value.startswith("**40** is right.")

    press(app, "Continue: Why a fixed step is hard")
    assert app.header[0].value == "2 · Why a fixed step is hard"
    assert not app.exception
    press(app, "Back: Why look uphill at all")
    assert app.success[0].value.startswith("**40** is right."), "what was answered is kept"


def test_a_prediction_without_a_choice_is_asked_for_once_more() -> None:
    app = press(opened({"lesson": "fixed"}), "This is my prediction")
    assert [one.value for one in app.warning] == ["Choose one of them."]
    assert main_buttons(app) == ["This is my prediction"]


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_a_link(lesson: str, step: str) -> None:
    app = opened({"lesson": lesson, "step": step, "notes": "1"})
    assert not app.exception
    assert not app.warning
    title = f"{list(LESSONS).index(lesson) + 1} · {LESSONS[lesson]}"
    assert app.header[0].value == title
    text = lessons()[lesson].texts["explain" if lesson == LAST else step]
    assert markdown(text) in said(app)
    assert markdown(lessons()[lesson].texts["notes"]) in said(app)


def test_a_short_link_opens_with_the_values_of_its_lesson_and_a_whole_one_with_its_own() -> None:
    assert opened({"lesson": "cap", "step": "run"}).select_slider(key="lessons.gamma_b").value == 5.0
    query = {"v": "1", "lesson": "cap", "step": "run", "gamma_b": "15", "noise": "0.1"}
    app = opened(query)
    assert app.select_slider(key="lessons.gamma_b").value == 15.0
    assert app.select_slider(key="lessons.noise").value == 0.1


HOSTILE = {
    "lesson": "<script>alert(1)</script>",
    "step": "999",
    "room": "<script>",
    "rho": "1e999",
    "lock": "yes",
    "evil": "x" * 10_000,
}


@pytest.mark.parametrize("key", HOSTILE)
def test_a_hostile_link_is_refused_with_a_notice(key: str) -> None:
    app = opened({"v": "1", key: HOSTILE[key]})
    assert not app.exception
    notice = app.warning[0].value.replace("\\", "")
    assert key in notice
    assert len(notice) < 400
    assert ("is not allowed" in notice) is (key != "evil")
    assert app.header[0].value == "1 · Why look uphill at all"


def test_a_locked_link_shows_no_controls_and_no_desk() -> None:
    query = {"lesson": "cap", "step": "run", "lock": "1"}
    app = opened(query)
    assert not app.select_slider
    assert "The lecturer's link hides the controls." in said(app)
    assert "As predicted" not in [one.label for one in app.button]
    assert "For a lecturer" not in [one.label for one in app.expander]
    assert "**99.97%**" in said(app), "what the link sets is shown all the same"
    assert opened(query | {"lock": "0"}).select_slider


def test_a_class_is_counted_once_each_and_seen_by_who_opened_it(classes: rooms.Rooms) -> None:
    lecturer = opened({"lesson": "fixed"})
    press(lecturer, "Open a class")
    link = lecturer.code[0].value
    query = dict(parse_qsl(urlsplit(link).query))
    assert (query["lock"], query["lesson"]) == ("1", "fixed")
    code = int(query["room"])
    assert classes.is_open(code)

    for choices in (["faster", "away"], ["away"]):
        student = opened(query)
        assert not [one for one in student.toggle if one.label == "What the class said"], (
            "not before the prediction"
        )
        for choice in choices:
            student.radio(key="guess-fixed").set_value(choice)
            press(student, "This is my prediction")
        assert [one for one in student.toggle if one.label == "What the class said"]
        assert not student.exception
    assert classes.said(code, "fixed") == ["away", "away"]

    lecturer.toggle(key="lessons:class").set_value(True).run()
    assert "2 answers." in said(lecturer)
    press(lecturer, "End the class")
    assert not classes.is_open(code)
    assert "This class is over" in said(opened(query))


def test_a_class_too_many_is_refused_with_a_notice(
    classes: rooms.Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "ROOMS", 0)
    app = press(opened(), "Open a class")
    assert "There are as many classes as this app holds" in said(app)
    assert not app.exception


PAGES = {"step": "one_step", ".": "home"}


@pytest.mark.parametrize("place", lessons()[LAST].places, ids=lambda place: place.ask)
def test_the_place_of_each_answer_shows_it(place: Place) -> None:
    found = urlsplit(place.link)
    app = opened(dict(parse_qsl(found.query)), PAGES.get(found.path, found.path))
    assert not app.exception
    assert not app.warning
    assert place.shows in said(app)


def test_the_last_lesson_asks_all_ten_and_links_to_each_place() -> None:
    app = opened({"lesson": LAST})
    assert [one.label for one in app.expander][:10] == [
        markdown(f"{number}. {place.ask}") for number, place in enumerate(lessons()[LAST].places, start=1)
    ]
    links = [(one.proto.label, one.proto.url) for one in app.get("link_button")]
    assert links == [(place.label, place.link) for place in lessons()[LAST].places]
