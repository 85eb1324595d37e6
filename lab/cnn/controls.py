"""The CNN lab's widgets: a run's buttons, lanes, images and network, device, the visitor's runs."""

from __future__ import annotations

from typing import Any

import streamlit as st

import runs
from lab.cnn import actions, words
from lab.cnn.compute import CnnResult
from lab.cnn.presets import PRESETS, ends, shown
from lab.cnn.run_config import stays_bytes
from lab.params import CnnConfig
from lab.params.cnn import IMAGES, LaneControls
from lab.ui.screen import Screen
from lab.uploads.bring import bring
from neural.catalog import networks_for
from neural.methods import METHODS
from neural.own_images import parsed

CnnScreen = Screen[CnnConfig]


def presets(screen: CnnScreen, result: CnnResult) -> None:
    """Ready comparisons; of the one on the screen what to look for, and where it ended for us."""
    with st.container(horizontal=True, key="presets"):
        for one in PRESETS:
            st.button(one.name, on_click=actions.take, args=(screen, one.config), disabled=result.live)
    with st.container(key="look"):  # a line in any case, so that what is below stays in its place
        found = shown(result.config)
        st.markdown(words.preset(found, ends()[found.name]) if found else words.NO_PRESET)


def buttons(screen: CnnScreen, result: CnnResult) -> None:
    """What can be done to the run as it stands; whoever watches sees it, and cannot do it."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="buttons"):
        if result.live:
            _of_a_live_run(screen, result)
        else:
            _of_no_live_run(screen, result)
    if result.changed:
        with st.container(horizontal=True, vertical_alignment="center", key="changed"):
            st.markdown(words.changed(result), width="content")
            st.button("Take the run's values back", on_click=actions.open_run, args=(screen, result.run))
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
    remarks = words.not_installed(result)
    arguments: dict[str, Any] = {"on_change": suggest, "args": (screen, letter), "remarks": remarks}
    screen.control(f"{letter}_method", disabled=live, **arguments)
    method = METHODS[result.config.shown_lanes[letter].method]
    absent = result.absent.get(method.key, "")
    if absent:
        st.warning(absent)
    if method.note:
        st.caption(method.note)
    for name in LaneControls.rows():
        if name in method.parameters:
            fixed = live and not (result.mine and name in method.steerable)
            steered: dict[str, Any] = {"on_change": actions.steer, "args": (screen, result, letter, name)}
            screen.control(f"{letter}_{name}", disabled=fixed or bool(absent), **steered)


def images_and_network(screen: CnnScreen, result: CnnResult) -> None:
    """The choice of images, those that cannot be had here marked; the network; how large all is."""
    arguments: dict[str, Any] = {"disabled": result.live, "remarks": words.remarks(result)}
    offered = [*IMAGES, *actions.own_images(result.config.dataset)]
    screen.control("dataset", on_change=actions.fit_network, args=(screen,), only=offered, **arguments)
    if result.missing:
        st.warning(result.missing)
    with st.popover("Bring your own images", disabled=result.live):
        in_use = runs.shelf().data_in_use
        shown = own.digest if (own := parsed(result.config.dataset)) else ""
        bring(screen, "images", words.BRING_HELP, actions.take_images, in_use, digest=shown)
    screen.control("label_noise", disabled=result.live)
    as_bytes = stays_bytes(result.config.dataset)
    screen.control("offset", disabled=result.live or as_bytes)
    if as_bytes:
        st.caption(words.STAYS_BYTES)
    if result.config.kappa > 1 and not as_bytes:  # of a link or a run that has it
        screen.control("kappa", disabled=result.live)
    screen.control("augment", disabled=result.live)
    screen.control("network", disabled=result.live, only=networks_for(result.config.dataset))
    if text := words.conditioning(result):
        st.caption(text)
    st.caption(words.about(result))


def run(screen: CnnScreen, result: CnnResult) -> None:
    """How long, how fast and on what the run trains: the devices that the workers have, with what each is."""
    screen.controls("epochs", "batch_size", "seed", "seeds", disabled=result.live)
    known = result.devices or {"cpu": "", result.config.device: ""}
    remarks = {name: f": {what}" for name, what in known.items() if what}
    screen.control("speed", disabled=result.watching, on_change=actions.set_speed, args=(screen,))
    alone = len(known) == 1
    screen.control("device", disabled=result.live or alone, remarks=remarks, only=known.keys())
    if text := words.devices(result):
        st.caption(text)


def charts(screen: CnnScreen) -> None:
    """What the charts show."""
    screen.controls("x", "smooth")


def history(screen: CnnScreen, result: CnnResult) -> None:
    """The visitor's runs, to be opened again."""
    known = result.recent
    label = f"Your runs ({len(known)})" if known else "Your runs"
    with screen.group(label, "runs") as opened:
        if not opened:
            return
        if result.store_notice:
            st.caption(result.store_notice)
        if not known:
            st.caption("None yet. Runs stay here when the page is closed.")
        for found in known:
            if found.config is None:
                st.caption(words.in_a_line(found))
                continue
            st.button(
                words.in_a_line(found),
                key=f"cnn.open.{found.run}",
                on_click=actions.open_run,
                args=(screen, found.run),
                disabled=found.run == result.run,
            )
