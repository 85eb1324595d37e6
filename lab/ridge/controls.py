"""The Ridge lab's controls and presets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.presets import PUBLISHED, TEACHING, Preset, shown
from lab.ridge.words import BRING_HELP, OWN
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.uploads.bring import bring
from lab.uploads.store import Kept


def presets(screen: Screen[RidgeConfig]) -> None:
    """The rows of settings worth seeing, the one on the screen marked, and what to look for in it."""
    config = screen.config
    now = shown(config)
    figure = next((one for one in PUBLISHED if one.changes["figure"] == config.figure), None)
    with st.container(key="presets"):
        _chips(screen, "Settings worth seeing", TEACHING, None if figure else now)
        _chips(screen, "The paper's figures, computed here from their recipes", PUBLISHED, figure)
    if figure:
        return
    with st.container(key="look"):  # a line in any case, so that the charts stay in their place
        st.markdown(markdown(f"**{now.name}.** {now.look}") if now else OWN)


def _chips(screen: Screen[RidgeConfig], label: str, presets: Sequence[Preset], now: Preset | None) -> None:
    """One widget for a row of presets: buttons of their own would slow down every move of a slider."""
    by_name = {preset.name: preset for preset in presets}
    key = f"ridge.:{label}"
    st.session_state[key] = now.name if now else None
    st.pills(label, list(by_name), key=key, on_change=_take, args=(screen, by_name, key))


def _take(screen: Screen[RidgeConfig], by_name: Mapping[str, Preset], key: str) -> None:
    """Set the values of the preset that was pressed; the one on the screen, pressed again, stays."""
    if preset := by_name.get(st.session_state[key]):
        screen.put(preset.config.values())


def controls(screen: Screen[RidgeConfig]) -> None:
    """Every value of the page, in groups that fold."""
    with st.expander("Methods", expanded=True):
        screen.control("methods")
        screen.controls("f_star", "gamma_b", "unit")
    config = screen.config
    own = [METHODS[key] for key in config.methods if METHODS[key].rows or METHODS[key].about]
    for index, method in enumerate(own):
        with screen.group(markdown(method.label), f"of-{method.key}", expanded=index == 0) as opened:
            if method.about and opened:
                st.caption(markdown(method.about))
            screen.controls(*method.rows)
    with st.expander("Problem", expanded=True):
        screen.control("problem")
        if screen.config.problem == "own":
            bring(screen, "ridge", BRING_HELP, _take_data, digest=screen.config.data)
        screen.controls(*_problem_rows(config))
    with st.expander("Run", expanded=True):
        screen.controls("m")
        if config.m:
            screen.controls("replacement", "trials")
        screen.controls("iterations", "seed")
    with screen.group("Charts", "charts"):
        screen.controls("x", "log_x", "held", "bounds")
        if config.m:
            screen.control("center")
    screen.entry()


def _take_data(screen: Screen[RidgeConfig], kept: Kept) -> None:
    """Show the problem of A and b that were brought."""
    screen.put({"problem": "own", "data": kept.digest})


def _problem_rows(config: RidgeConfig) -> list[str]:
    """The rows that this problem has."""
    if config.problem != "ridge":
        return ["reg"]
    rows = ["kappa", "kappa_of"] if config.design == "conditioned" else []
    rows += ["n", "d", "design", "interpolated"]
    return [*rows, *([] if config.interpolated else ["noise"]), "reg"]
