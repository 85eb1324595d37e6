"""The zones of the Landscape page: the controls, and the charts that fill stage by stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import runs
from lab.chart.show import show
from lab.export.take import take
from lab.landscape import captions, compute, controls, figures, places, seeds, words
from lab.landscape.compute import Landscapes
from lab.landscape.numbers import file_name, numbers
from lab.landscape.places import Found
from lab.landscape.tables import table
from lab.params import LandscapeConfig
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.visit import computing

WARM = "landscape:warm"  # in the session


@dataclass(frozen=True)
class Places:
    """Where things stand, made before anything is computed: nothing jumps when a stage ends."""

    said: DeltaGenerator
    slices: DeltaGenerator
    spectrum: DeltaGenerator
    table: DeltaGenerator
    ways: tuple[DeltaGenerator, ...]
    joined: DeltaGenerator
    control: DeltaGenerator
    training: tuple[DeltaGenerator, ...]
    numbers: DeltaGenerator
    progress: DeltaGenerator


def opened(screen: Screen[LandscapeConfig]) -> Found:
    """What the page looks at this time; notices are given."""
    if screen.run_alone:
        screen.put({"what": "run"})
    found = places.find(screen.config, screen.run, computing.visitor(), runs.engine())
    screen.tell(*found.notices)
    if found.config != screen.config:
        screen.put(found.config.values())
    screen.run = found.run
    screen.notices()
    return found


def control_zone(screen: Screen[LandscapeConfig], found: Found) -> None:
    """Everything that can be chosen, in groups that fold."""
    with st.expander("Where", expanded=True):
        controls.place(screen, found)
    with st.expander("How", expanded=True):
        controls.how(screen, found)
    screen.entry()


def chart_places(screen: Screen[LandscapeConfig], found: Found) -> Places:
    """The empty places of words and charts, with the one control that stands among them."""
    st.markdown(markdown(words.subject(found)))
    if found.config.what == "run" and found.run:
        _look_again(found.run)
    progress = st.container(key="landscape-progress")
    said = st.container(key="verdict").empty()
    with st.container(key="first"):  # on a phone they come before the words
        left, right = st.columns(2, gap="medium")
    numbers_place = st.container()
    ways = st.columns(len(found.lanes), gap="medium")
    under = st.columns(2, gap="medium")
    st.subheader("Over training")
    screen.control("measure", in_a_row=True)
    training = (*st.columns(2, gap="medium"), *st.columns(2, gap="medium"))
    return Places(
        said, left, right, numbers_place, tuple(ways), under[0], under[1], training, st.container(), progress
    )


def fill(screen: Screen[LandscapeConfig], found: Found, at: Places) -> None:
    """Compute the stages one after the other and draw each as it is there; the script may end in between."""
    stages = compute.stages(found)
    compute.hold(found)
    fine = compute.has(found, "fine")
    if fine and not st.session_state.get(WARM):  # else its first stage loads torch
        compute.warm()
    st.session_state[WARM] = True
    with at.progress:
        shown = Landscapes(found, _result(screen, found, "fine" if fine else "coarse"))
    at.said.caption(captions.MEASURING)
    slot = at.slices.empty()
    with slot.container():
        show(figures.slices(shown), "slices" if fine else "slices-coarse", captions.SLICES)
    if text := words.lost(shown):
        at.said.warning(text)
        return
    if not fine:
        with at.progress:
            shown = replace(shown, slices=_result(screen, found, "fine"))
        with slot.container():
            show(figures.slices(shown), "slices", captions.SLICES)
    for stage in stages:
        if stage not in ("coarse", "fine"):
            with at.progress:
                shown = replace(shown, **{stage: _result(screen, found, stage)})
            DRAWN[stage](shown, at)
    _beside(shown, at)
    with at.numbers:
        take(screen, numbers=lambda: numbers(shown), name=file_name(shown), about=captions.TAKE)


def seeds_zone() -> None:
    """Several methods over five seeds, measured beforehand; nothing where that was not done."""
    measured = seeds.comparisons()
    if not measured:
        return
    st.subheader(captions.SEEDS_TITLE, anchor="seeds")
    for found in measured.values():
        st.markdown(markdown(seeds.subject(found)))
        st.markdown(markdown("\n".join(f"- {text}" for text in seeds.sentences(found))))
        st.html(seeds.table(found))
    st.caption(captions.SEEDS)


def _result(screen: Screen[LandscapeConfig], found: Found, stage: str) -> Any:
    with computing.computing(compute.STAGES[stage].label, screen.write_link) as tell:
        return compute.result(found, stage, tell, computing.visitor())


def _draw_numbers(shown: Landscapes, at: Places) -> None:
    with at.said.container():
        st.markdown(markdown(words.verdict(shown)))
        if shown.found.networks:
            more = f" {captions.SEE_SEEDS}" if seeds.comparisons() else ""
            st.markdown(markdown(captions.CAVEAT + more))
    with at.spectrum:
        show(figures.spectrum(shown), "spectrum", captions.SPECTRUM)
    with at.table:
        st.html(table(shown))
        st.caption(captions.NUMBERS)


def _draw_ways(shown: Landscapes, at: Places) -> None:
    for index, place in enumerate(at.ways):
        with place:
            show(figures.way(shown, index), f"way-{index}", words.way(shown, index))


def _draw_joined(shown: Landscapes, at: Places) -> None:
    with at.joined:
        show(figures.joined(shown), "joined", words.joined(shown))


def _draw_training(shown: Landscapes, at: Places) -> None:
    loss = captions.LOSS if shown.found.networks else captions.EXACT_LOSS
    with at.training[0]:
        show(figures.over_training(shown), "over", captions.OVER)
    with at.training[1]:
        show(figures.losses(shown), "losses", loss)
    if shown.found.networks:
        with at.training[2]:
            show(figures.accuracy(shown), "accuracy", captions.ACCURACY)


def _draw_control(shown: Landscapes, at: Places) -> None:
    with at.control:
        if shown.control is None:
            st.caption(captions.NO_TWIN)
        else:
            show(figures.control(shown), "control", words.control(shown))


def _beside(shown: Landscapes, at: Places) -> None:
    """Why there is nothing where a chart could be."""
    if len(shown.found.lanes) == 2 and not shown.found.joinable:
        at.joined.caption(captions.NOT_JOINED)


def _look_again(run: str) -> None:
    """While a run goes on there are newer weights after a while."""
    status = runs.engine().status(run)
    if status is not None and not status.over:
        st.caption(captions.GOES_ON)
        st.button("Look again")


DRAWN = {
    "numbers": _draw_numbers,
    "joined": _draw_joined,
    "ways": _draw_ways,
    "training": _draw_training,
    "control": _draw_control,
}
"""How each stage is drawn, the slices apart."""
