"""Every lesson draws and tells at both ends of every value, and hides what is to be predicted."""

from __future__ import annotations

import pytest

from lab.lessons import figures, words
from lab.lessons.compute import SCENES, LessonResult, compute
from lab.lessons.course import lessons
from lab.lessons.screen import CONTROLS
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


def test_the_last_lesson_has_no_picture() -> None:
    assert compute(LessonsConfig(lesson="remember")) is None
    assert set(CONTROLS) <= LessonsConfig.rows().keys()


def test_the_link_of_a_class_hides_controls_and_notes() -> None:
    config = LessonsConfig(lesson="cap", step="run", notes=True, room=123, gamma_b=5.0)
    link = words.class_link(config, "http://localhost/lessons")
    assert link.startswith("http://localhost/lessons?v=1&lesson=cap&step=run&")
    for part in ("lock=1", "notes=0", "room=123", "gamma_b=5"):
        assert part in link.split("?")[1].split("&")
