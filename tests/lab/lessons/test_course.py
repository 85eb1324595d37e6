"""Every file of a lesson is whole; one that is not is refused with its key and the reason."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from lab.lessons.course import CONTROLS, FOLDER, LAST, PARTS, Lesson, lessons, read
from lab.params import CONFIGS, LessonsConfig
from lab.params.lessons import LESSONS
from lab.ui import link

TAUGHT = [one for one in lessons().values() if one.key != LAST]
PLACES = lessons()[LAST].places


def test_there_is_a_file_for_every_lesson_and_no_other() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LESSONS)
    assert len(TAUGHT) >= 7


@pytest.mark.parametrize("lesson", TAUGHT, ids=lambda lesson: lesson.key)
def test_a_lesson_is_whole(lesson: Lesson) -> None:
    assert set(lesson.texts) == set(PARTS)
    assert all(len(text) > 30 for text in lesson.texts.values())
    assert lesson.predict
    assert lesson.question
    assert len(lesson.tries) >= 3
    assert lesson.controls.keys() <= set(CONTROLS)


@pytest.mark.parametrize("lesson", TAUGHT, ids=lambda lesson: lesson.key)
def test_every_try_can_be_set_by_the_lessons_own_controls(lesson: Lesson) -> None:
    rows = LessonsConfig.rows()
    for stops_of, stops in lesson.controls.items():
        assert all(rows[stops_of].check(stop) == stop for stop in stops)
    for one in lesson.tries:
        assert one.values.keys() <= lesson.controls.keys()
        for key, value in one.values.items():
            assert not lesson.controls[key] or value in lesson.controls[key], (one.name, key)


def test_the_last_lesson_answers_ten_questions_with_a_place_each() -> None:
    assert len(PLACES) == 10
    names = {"one_step": "step"}
    pages = {names.get(page, page): kind for page, kind in CONFIGS.items()}
    for place in PLACES:
        path, query = urlsplit(place.link).path, dict(parse_qsl(urlsplit(place.link).query))
        if path == ".":
            continue
        assert link.decode(pages[path], query)[1] == [], place.link


GOOD = '+++\n[predict]\nask = "a"\nanswer = "x"\nright = "r"\nchoices = { x = "X" }\n+++\n\n## run\n\ntext\n'


def test_the_pattern_of_a_file() -> None:
    lesson = read("cap", GOOD)
    assert lesson.predict
    assert lesson.predict.choices == {"x": "X"}
    assert lesson.texts == {"run": "text"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("+++\n", "", "not enough values"),
        ('ask = "a"', "ask = ", "Invalid value"),
        ('ask = "a"', "", "ask"),
        ('answer = "x"', 'answer = "y"', "answer must be one of x, got 'y'"),
        ('right = "r"', 'right = "r"\nleft = "l"', "left"),
        ("[predict]", "[guess]", r"must hold predict, question, .* not \['guess'\]"),
        ("## run", "## walk", "a heading must be one of predict, run"),
        ("[predict]", '[[tries]]\nname = "n"\nsee = "s"\nvalues = { rho = -1 }\n[predict]', "rho = '-1'"),
        ("[predict]", '[[tries]]\nname = "n"\nsee = "s"\nvalues = { evil = 1 }\n[predict]', "evil"),
    ],
)
def test_a_broken_file_is_refused_with_its_key_and_the_reason(old: str, new: str, reason: str) -> None:
    assert old in GOOD
    with pytest.raises(ValueError, match=f"lesson 'cap': .*{reason}"):
        read("cap", GOOD.replace(old, new))
