"""The CNN lab's widgets: a run's buttons, lanes, images and network, device, the visitor's runs."""

from __future__ import annotations

from typing import Any

import streamlit as st

import runs
from lab.cnn import actions, words
from lab.cnn.compute import CnnResult
from lab.params import CnnConfig
from lab.params.cnn import LaneControls
from lab.ui.screen import Screen
from neural.methods import METHODS

CnnScreen = Screen[CnnConfig]


def buttons(screen: CnnScreen, result: CnnResult) -> None:
    """What can be done to the run as it stands; whoever watches sees it, and cannot do it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if result.live:
            _of_a_live_run(screen, result)
        else:
            _of_no_live_run(screen, result)
    if result.watching:
        st.info("You are watching: only the browser that started this run can steer it.")
        st.button("Leave it and start one of your own", on_click=actions.clear, args=(screen,))


def _of_no_live_run(screen: CnnScreen, result: CnnResult) -> None:
    label, off = "Start" if result.state is None else "Start again", not result.startable
    st.button(label, type="primary", on_click=actions.start, args=(screen,), disabled=off)
    _new_seed(screen, result, "Start with the next seed.", off)
    st.button("Clear", on_click=actions.clear, args=(screen,), disabled=result.state is None)


def _of_a_live_run(screen: CnnScreen, result: CnnResult) -> None:
    def button(label: str, command: runs.Command, **settings: Any) -> None:
        st.button(label, on_click=actions.send, args=(screen, command), **settings)

    state, watching = result.state, result.watching
    if state in ("paused", "interrupted"):
        button("Resume", runs.Command("resume"), type="primary", disabled=watching)
        button("Single step", runs.Command("step"), disabled=watching or state != "paused")
    else:
        button("Pause", runs.Command("pause"), disabled=watching)
    button("Stop", runs.Command("stop"), disabled=watching)
    text = "Back to the same initial weights; the sliders stay where they are."
    off = watching or state not in ("running", "paused")
    button("Rewind", runs.Command("rewind"), help=text, disabled=off)
    _new_seed(screen, result, "Stop, and start with the next seed.", watching)


def _new_seed(screen: CnnScreen, result: CnnResult, text: str, off: bool) -> None:
    action, arguments = actions.start_with_next_seed, (screen, result)
    st.button("New seed", on_click=action, args=arguments, help=text, disabled=off)


def lanes(screen: CnnScreen, result: CnnResult) -> None:
    """How many lanes there are, and the values of each."""
    screen.controls("lanes", disabled=result.live)
    letters = list(result.config.shown_lanes)
    for letter, tab in zip(letters, st.tabs([letter.upper() for letter in letters]), strict=True):
        with tab:
            _lane(screen, result, letter)


def _lane(screen: CnnScreen, result: CnnResult, letter: str) -> None:
    """The method of a lane, and the parameters that the method uses."""
    live, suggest = result.live, actions.suggest
    screen.control(f"{letter}_method", disabled=live, on_change=suggest, args=(screen, letter))
    method = METHODS[result.config.shown_lanes[letter].method]
    if method.note:
        st.caption(method.note)
    for name in LaneControls.rows():
        if name in method.parameters:
            fixed = live and not (result.mine and name in method.steerable)
            arguments = (screen, result, letter, name)
            screen.control(f"{letter}_{name}", disabled=fixed, on_change=actions.steer, args=arguments)


def images_and_network(screen: CnnScreen, result: CnnResult) -> None:
    """The choice of images, those that cannot be had here marked; the network; how large all is."""
    screen.control("dataset", disabled=result.live, remarks=words.remarks(result))
    if result.missing:
        st.warning(result.missing)
    screen.controls("label_noise", "kappa", "network", disabled=result.live)
    st.caption(words.about(result))


def run(screen: CnnScreen, result: CnnResult) -> None:
    """How long and on what the run trains: the devices that the workers have, with what each is."""
    screen.controls("epochs", "batch_size", "seed", "seeds", disabled=result.live)
    known = result.devices or {"cpu": "", result.config.device: ""}
    remarks = {name: f": {what}" for name, what in known.items() if what}
    screen.control("device", disabled=result.live, remarks=remarks, only=known.keys())
    if text := words.devices(result):
        st.caption(text)


def charts(screen: CnnScreen, result: CnnResult) -> None:
    """What the charts show, and how fast the run goes, in steps a second."""
    with st.container(horizontal=True):
        screen.controls("x", "smooth")
        screen.control("speed", disabled=result.watching, on_change=actions.set_speed, args=(screen,))


def history(screen: CnnScreen, result: CnnResult) -> None:
    """The visitor's runs, to be opened again."""
    known = result.recent
    with st.expander(f"Your runs ({len(known)})" if known else "Your runs"):
        if result.store_notice:
            st.caption(result.store_notice)
        if not known:
            st.caption("None yet. Runs stay here when the page is closed.")
        for found in known:
            st.button(
                words.in_a_line(found),
                key=f"cnn.open.{found.run}",
                on_click=actions.open_run,
                args=(screen, found.run),
                disabled=found.run == result.run,
            )
