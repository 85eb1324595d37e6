"""The Robustness page's controls: ready sweeps, what is trained, its size and buttons, how it is shown."""

from __future__ import annotations

import json

import streamlit as st

from lab.export.files import files
from lab.params import RobustnessConfig
from lab.robustness import actions, words
from lab.robustness.compute import RobustnessResult
from lab.robustness.here import ONE_DEVICE, UNKNOWN_DEVICES, Here, obstacle
from lab.robustness.presets import PRESETS, shown
from lab.ui.screen import Screen
from lab.web.offers import File
from neural.catalog import NETWORKS, networks_for

RobustnessScreen = Screen[RobustnessConfig]


def presets(screen: RobustnessScreen, going: bool) -> None:
    """The ready sweeps, the one on the screen marked, and what to look for in it."""
    by_name = {preset.label: preset for preset in PRESETS.values()}
    now, key = shown(screen.config), "robustness.:presets"
    st.session_state[key] = now.label if now else None
    with st.container(key="presets"):
        st.pills(
            "Ready sweeps",
            list(by_name),
            key=key,
            on_change=actions.take,
            args=(screen, by_name, key),
            disabled=going,
        )
    with st.container(key="look"):  # a line in any case, so that what is below stays in its place
        st.markdown(f"**{now.name}.** {now.look}" if now else words.OWN)


def buttons(screen: RobustnessScreen, result: RobustnessResult, here: Here) -> None:
    """How much there is to train and how long it takes; its button."""
    st.markdown(words.size(result))
    if result.progress.going:
        st.button("Stop", on_click=actions.stop, args=(screen,))
        st.caption(words.GOING)
    elif not result.complete:
        why = obstacle(result, here)
        label = "Go on" if result.progress.done else "Start"
        st.button(label, type="primary", on_click=actions.start, args=(screen,), disabled=bool(why))
        if why:
            st.warning(why)


def elsewhere(screen: RobustnessScreen) -> None:
    """The way back to a sweep of the visitor's that goes on."""
    if other := actions.elsewhere(screen.config):
        st.info("A sweep of yours goes on.")
        st.button("Show it", on_click=actions.show, args=(screen, other))


def trained(screen: RobustnessScreen, here: Here, off: bool) -> None:
    """What is trained, in groups that fold; nothing of it changes while the sweep goes on."""
    config = screen.config
    with st.expander("Data and network", expanded=True):
        fit = {"on_change": actions.fit_network, "args": (screen,)}
        screen.control("dataset", disabled=off, remarks=here.remarks, **fit)  # type: ignore[arg-type]
        screen.control("label_noise", disabled=off)
        screen.control("network", disabled=off, only=networks_for(config.dataset))
        screen.controls("epochs", "augment", "weight_decay", disabled=off)
        _device(screen, here, off)
    with st.expander("Grid", expanded=True):
        screen.control("axis", disabled=off)
        own = ("rhos", "gamma_b") if config.axis == "rho" else ("caps", "rho")
        screen.controls(*own, "seeds", disabled=off)
    with st.expander("Methods", expanded=True):
        screen.control("adaptive", disabled=off)
        if config.axis == "rho":
            _baselines(screen, config, off)


def _baselines(screen: RobustnessScreen, config: RobustnessConfig, off: bool) -> None:
    screen.control("baselines", disabled=off)
    if config.baselines:
        screen.control("rates", disabled=off)
    screen.control("heavy", disabled=off)
    if config.heavy:
        screen.controls("momentum", "heavy_rates", disabled=off)


def _device(screen: RobustnessScreen, here: Here, off: bool) -> None:
    known = here.devices or {"cpu": ""}
    only = {*known, screen.config.device}
    remarks = {name: f": {what}" for name, what in known.items() if what}
    screen.control("device", disabled=off or len(only) == 1, remarks=remarks, only=only)
    if here.devices is None or len(known) == 1:
        st.caption(UNKNOWN_DEVICES if here.devices is None else ONE_DEVICE)


def shown_how(screen: RobustnessScreen, result: RobustnessResult) -> None:
    """The evaluation, and where costs are compared."""
    batch_norm = NETWORKS[result.config.network].batch_norm
    if batch_norm:
        screen.control("measure")
    if result.tuned:
        screen.control("place", only=result.places)


def command(result: RobustnessResult) -> None:
    """The same sweep for the command line."""
    with st.expander("The same from the command line"):
        name = f"sweep-{result.name}"
        st.code(f"python -m neural sweep {name}.json --out build/sweeps/{name}", language="bash")
        text = json.dumps(result.sweep.to_dict(), indent=1)
        file = File(f"{name}.json", "application/json", lambda: text)
        files("The sweep as a file", {"Download the sweep (JSON)": file}, key="robustness-sweep")
