"""Lessons: predict, run with the controls of the lesson, explain, and a question that is checked."""

import streamlit as st

from lab.lessons import lecturer, words
from lab.lessons import screen as zones
from lab.lessons.compute import compute
from lab.lessons.course import pictured
from lab.params import LessonsConfig
from lab.ui.glossary import glossary
from lab.ui.screen import Screen

st.title("Lessons")
st.markdown(words.INTRO)
screen = Screen(LessonsConfig, first=zones.FIRST)
zones.arrived(screen)
screen.notices()

zones.contents(screen)
zones.step(screen, compute(pictured(screen.config)))
lecturer.class_view(screen)
zones.notes(screen)
zones.onward(screen)
lecturer.desk(screen)

glossary()
screen.write_link()
