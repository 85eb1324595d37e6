"""What a visitor can do to a sweep: callbacks of the page's widgets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

import runs
from lab.params import RobustnessConfig
from lab.robustness.compute import compute
from lab.robustness.here import Here, obstacle
from lab.robustness.presets import Preset
from lab.robustness.sweep import fitted, sweep_of
from lab.ui import link
from lab.ui.screen import Screen
from lab.visit import computing
from neural.known_datasets import known

STARTED = "robustness:started"  # the controls of the sweep that this visitor started last


def here() -> Here:
    """What there is for a sweep now."""
    return Here(known.now(), runs.engine().devices())


def newest(screen: Screen[RobustnessConfig]) -> RobustnessConfig:
    """The controls as they are in a callback: a widget knows its new value before the screen does."""
    return RobustnessConfig.from_values({key: screen.current(key) for key in screen.rows})


def start(screen: Screen[RobustnessConfig]) -> None:
    """Train what has no result yet."""
    config = newest(screen)
    try:
        if why := obstacle(compute(config, runs.sweeps()), here()):
            raise ValueError(why)
        runs.sweeps().start(sweep_of(config), owner=computing.visitor())
        address = f"{config.page}?{urlencode(link.encode(config))}"
        runs.shelf().note_sweep(sweep_of(config), address, owner=computing.visitor())
        st.session_state[STARTED] = config
    except (runs.Busy, ValueError) as error:
        screen.tell(str(error))


def stop(screen: Screen[RobustnessConfig]) -> None:
    """Train nothing more of it."""
    try:
        runs.sweeps().stop(sweep_of(newest(screen)), owner=computing.visitor())
    except runs.NotOwner:
        screen.tell("Only who started this sweep can stop it.")


def take(screen: Screen[RobustnessConfig], by_name: Mapping[str, Preset], key: str) -> None:
    """Set the controls of the preset that was pressed; the one on the screen, pressed again, stays."""
    if preset := by_name.get(st.session_state[key]):
        show(screen, preset.config)


def show(screen: Screen[RobustnessConfig], config: RobustnessConfig) -> None:
    """Have the controls make this sweep."""
    screen.put(config.values())


def elsewhere(config: RobustnessConfig) -> RobustnessConfig | None:
    """The sweep that this visitor started and that goes on, where the page shows another one."""
    started: RobustnessConfig | None = st.session_state.get(STARTED)
    if started is None or not runs.sweeps().progress(sweep_of(started)).going:
        return None
    try:
        return None if sweep_of(config) == sweep_of(started) else started
    except ValueError:
        return started


def fit_network(screen: Screen[RobustnessConfig]) -> None:
    """Have a network that takes the newly chosen data."""
    screen.put({"network": fitted(newest(screen)).network})
