"""Every lesson draws and tells at both ends of every value, and hides what is to be predicted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lab.lessons import figures, words
from lab.lessons.compute import SCENES, LessonResult, compute
from lab.lessons.course import CONTROLS, lessons, pictured
from lab.params import LessonsConfig
from lab.ui.figure_json import written
from tests.lab.params.ends import at_both_ends

# A lesson depends on the values that it has controls for; the others may stand in a link and change nothing.
MOVED = {
    f"{key} {name}": config
    for key in SCENES
    for name, config in at_both_ends(LessonsConfig.from_values(lessons()[key].opening)).items()
    if any(name.startswith(control) for control in lessons()[key].controls)
}


def result_of(config: LessonsConfig) -> LessonResult:
    result = compute(config)
    assert result
    return result


@pytest.mark.parametrize("config", MOVED.values(), ids=MOVED.keys())
def test_a_lesson_draws_and_tells_at_both_ends(config: LessonsConfig) -> None:
    result = result_of(config)
    for told, why in ((False, False), (True, False), (True, True)):
        assert "data" in written(figures.picture(result, told=told, why=why))
    said = words.measured(result)
    assert said
    assert "nan" not in said


@pytest.mark.parametrize("key", SCENES)
def test_before_the_prediction_less_is_drawn(key: str) -> None:
    result = result_of(LessonsConfig.from_values(lessons()[key].opening))
    shown, hidden = (figures.picture(result, told=told) for told in (True, False))
    count = [
        sum(len(trace.x) for trace in figure.data if trace.type == "scatter") for figure in (hidden, shown)
    ]
    assert count[0] < count[1]
    assert words.ALTS[key]
    assert key in words.MEASURED


def test_what_is_predicted_on_networks_is_not_drawn_before() -> None:
    result = result_of(LessonsConfig(lesson="networks", recorded="digits"))
    names = [trace.name for trace in figures.picture(result, told=False).data]
    assert names == ["SAM, constant γ", "SAM, cosine", "USAM, constant γ", "USAM, cosine"]


@pytest.mark.parametrize("key", SCENES)
def test_before_the_prediction_the_picture_has_the_values_that_the_words_speak_of(key: str) -> None:
    opening = LessonsConfig.from_values(lessons()[key].opening)
    moved = replace(opening, rho=0.7, gamma_b=3.3, gamma=0.3, kappa=7.0, x1=1.0, bound=0.0, noise=0.7)
    assert pictured(moved) == opening
    assert pictured(replace(moved, step="run")).rho == 0.7


def test_the_last_lesson_has_no_picture() -> None:
    assert compute(LessonsConfig(lesson="remember")) is None
    assert set(CONTROLS) <= LessonsConfig.rows().keys()


def test_the_link_of_a_class_hides_controls_and_notes_and_names_values_only_where_it_must() -> None:
    opening = lessons()["cap"].opening
    config = LessonsConfig.from_values({**opening, "step": "run", "notes": True, "room": 123})
    short = words.class_link(config, "http://localhost/lessons")
    assert short == "http://localhost/lessons?v=1&lesson=cap&step=run&lock=1&room=123"
    long = words.class_link(replace(config, gamma_b=7.5), "http://localhost/lessons")
    assert {"lock=1", "notes=0", "room=123", "gamma_b=7.5"} <= set(long.split("?")[1].split("&"))


def test_bars_of_a_class_mark_the_right_one_only_once_it_is_told() -> None:
    for marked, colors in ((None, 1), ("b", 2)):
        figure = figures.spread(["a", "b"], [1, 30], marked)
        assert len(set(figure.data[0].marker.color)) == colors
        assert figure.layout.yaxis.dtick == 6
