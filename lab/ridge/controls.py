"""The Ridge lab's controls and presets."""

from __future__ import annotations

import streamlit as st

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.presets import PUBLISHED, TEACHING, Preset, shown
from lab.ridge.words import OWN, START
from lab.ui.screen import Screen
from lab.ui.words import escape


def presets(screen: Screen[RidgeConfig]) -> None:
    """The row of settings worth seeing."""
    unfolded = st.expander("Presets and published figures", key="ridge.:presets", on_change="rerun")
    if unfolded.open:  # its buttons would slow down every move of a slider
        with unfolded, st.container(key="presets"):
            _preset_buttons(screen)
    config = screen.config
    if config.figure != "none":
        return
    with st.container(key="look"):  # a line in any case, so that the charts stay in their place
        preset, own = shown(config), START if config == RidgeConfig() else OWN
        st.markdown(f"**{escape(preset.name)}.** {escape(preset.look)}" if preset else own)


def _preset_buttons(screen: Screen[RidgeConfig]) -> None:
    left, right = st.columns(2)
    with left:
        st.caption("Settings worth seeing. A click sets the values; the controls and the link show them.")
        for index, preset in enumerate(TEACHING):
            _button(screen, f"teach{index}", preset)
    with right:
        st.caption("The four published synthetic figures, computed here from their recipes.")
        for index, preset in enumerate(PUBLISHED):
            _button(screen, f"published{index}", preset)


def _button(screen: Screen[RidgeConfig], key: str, preset: Preset) -> None:
    st.button(
        preset.name,
        key=f"ridge.:{key}",
        help=preset.look or None,
        on_click=screen.put,
        args=(preset.config.values(),),
        width="stretch",
    )


def controls(screen: Screen[RidgeConfig]) -> None:
    """Every value of the page, in groups that fold."""
    with st.expander("Methods", expanded=True):
        screen.control("methods")
        screen.controls("f_star", "gamma_b", "unit")
    config = screen.config
    own = [METHODS[key] for key in config.methods if METHODS[key].rows]
    for index, method in enumerate(own):
        with st.expander(method.label, expanded=index == 0):
            screen.controls(*method.rows)
    with st.expander("Problem", expanded=True):
        screen.control("problem")
        screen.controls(*_problem_rows(config))
    with st.expander("Run", expanded=True):
        screen.controls("m")
        if config.m:
            screen.controls("replacement", "trials")
        screen.controls("iterations", "seed")
    with st.expander("Charts"):
        screen.controls("x", "log_x", "held")
        if config.m:
            screen.control("center")
    with st.expander("Exact values"):
        screen.entry()


def _problem_rows(config: RidgeConfig) -> list[str]:
    """The rows that this problem has."""
    if config.problem == "logistic":
        return ["reg"]
    rows = ["kappa", "kappa_of"] if config.design == "conditioned" else []
    rows += ["n", "d", "design", "interpolated"]
    return [*rows, *([] if config.interpolated else ["noise"]), "reg"]
