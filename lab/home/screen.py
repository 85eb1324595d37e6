"""Home's screen: a question, a race, a card for each page, the facts; each zone one function."""

from __future__ import annotations

import streamlit as st

from lab.chart import guess, thumbnail
from lab.home import compute
from lab.home import words as texts
from lab.home.thumbnails import strokes
from lab.ui.glossary import letters
from lab.ui.race import ask_for_race

IN_A_ROW = 4  # cards of pages


def question() -> None:
    """The two valleys, and how long the step should be."""
    with st.container(key="guess", border=True):
        guess(key="valleys", alt=texts.PICTURE, words=texts.GUESS)


def race() -> None:
    """One button that opens the CNN lab and starts."""
    with st.container(key="race", horizontal=True, vertical_alignment="center"):
        if st.button(texts.RACE, type="primary", icon=":material/play_arrow:"):
            ask_for_race()
            st.switch_page("pages/cnn.py")
        st.markdown(texts.RACE_ABOUT)


def cards() -> None:
    """What each page is for, in the order to take them."""
    pictures = {
        "one_step": compute.one_step,
        "cnn": compute.race,
        "ridge": compute.ridge,
        "theory": compute.theory,
        "robustness": compute.robustness,
        "landscape": compute.landscape,
        "lessons": compute.lessons,
    }
    for first in range(0, len(texts.CARDS), IN_A_ROW):
        for column, card in zip(st.columns(IN_A_ROW), texts.CARDS[first : first + IN_A_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                st.caption(card.minutes)
                st.page_link(f"pages/{card.page}.py", label=f"**{card.name}**")
                thumbnail(strokes(pictures[card.page]()), key=f"thumbnail-{card.page}", alt=card.picture)
                st.markdown(card.text)


def code() -> None:
    """The optimizer in a training loop, and what it costs."""
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        st.subheader(texts.CODE_TITLE)
        st.code(texts.CODE, language="python")
        st.caption(texts.CODE_ABOUT)
    with right:
        st.subheader(texts.FACTS_TITLE)
        st.markdown("\n".join(f"- {fact}" for fact in texts.FACTS))


def formulas() -> None:
    """The two formulas, and what each of their letters stands for."""
    with st.expander(texts.FORMULAS_TITLE):
        for column, formula in zip(st.columns(2), texts.FORMULAS, strict=True):
            column.latex(formula)
        st.markdown(letters(*texts.LETTERS))
