"""The Ridge lab's screen: controls, charts, table, map, a published figure; each zone one function."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lab.chart import legend
from lab.chart.show import show
from lab.params import RidgeConfig
from lab.ridge import words
from lab.ridge.charts import CHARTS
from lab.ridge.compute import compute, is_quick
from lab.ridge.controls import controls
from lab.ridge.map import compute_map, is_known, map_config
from lab.ridge.map_figure import map_figure
from lab.ridge.map_words import map_words
from lab.ridge.published import compute_published, is_published_known
from lab.ridge.published_figure import published_figure
from lab.ridge.published_words import published_words, recipe_words
from lab.ridge.result import RidgeResult
from lab.ridge.table import BELOW, table
from lab.ridge.why import guarantees
from lab.ui.progress import progress_bar
from lab.ui.screen import Screen
from lab.ui.theme import QUIET, style
from lab.ui.words import fold
from synthetic import Result

MAP_ASKED = "ridge:map"  # what the visitor asked the map of, in the session
GUARANTEES = {
    "key": "bounds",
    "label": "guarantees",
    "color": QUIET,
    "dash": "dash",
    "width": 1.1,
    "marker": "",
}


def lab(screen: Screen[RidgeConfig]) -> None:
    """Controls, charts and words of the comparison that the controls describe."""
    with st.container(key="lab"):
        left, right = st.columns([1, 2.8], gap="large")
    with left, st.container(key="controls"):
        controls(screen)
    with right:
        config = screen.config
        with progress_bar("Running the comparison", at_once=not is_quick(config)) as progress:
            result = compute(config, progress)
        screen.notices(result.notices)
        if not result.tracks:
            st.info("No method is chosen. Choose at least one at the left, under Methods.")
            return
        charts(result, config)
        st.html(table(result.summaries))
        st.caption(BELOW)
        why = "Which guarantees apply, and why the others do not"
        fold(why, "ridge.:why", lambda: guarantees(result))
        rho_kappa(screen)


def charts(result: RidgeResult, config: RidgeConfig) -> None:
    """One legend, five charts on one axis; the browser fetches their figures for this configuration."""
    bounds = [GUARANTEES] if result.bound_lines else []
    legend([*_legend_items(result.measured), *bounds], key="legend")
    around = words.around(result)
    left, right = st.columns(2, gap="medium")
    for column, names in ((left, ("gap", "gamma", "grad")), (right, ("held", "shares"))):
        with column:
            for name in names:
                show(CHARTS.source(config, name), name, around[name])
    with right:
        st.markdown(words.constants(result))


def _legend_items(measured: Result) -> list[dict[str, Any]]:
    items = []
    for key, track in measured.tracks.items():
        look = style(key)
        shown = {"color": look.color, "dash": look.dash, "width": look.width, "marker": look.marker}
        items.append({"key": key, "label": track.method.name, **shown})
    return items


def rho_kappa(screen: Screen[RidgeConfig]) -> None:
    """The map of iterations to a target, computed when asked for."""
    config = screen.config
    with st.expander("Map: iterations to a target for every ρ and κ", expanded=config.map):
        if config.problem == "logistic" or config.design == "gaussian":
            st.caption("The map needs a problem with a chosen κ: least squares, matrix A with a chosen κ.")
            return
        for place, key in zip(st.columns(4), ("map_of", "map_target", "map_T", "map_size"), strict=True):
            with place:
                screen.control(key)
        st.button("Compute the map", key="ridge.:map", on_click=_ask_map, args=(screen,))
        if not config.map:
            return
        asked = map_config(config)
        if screen.from_link:  # a link asks for the map of its own values
            st.session_state[MAP_ASKED] = asked
        if st.session_state.setdefault(MAP_ASKED, asked) != asked and not is_known(config):
            st.caption("The values have changed since the map was computed: compute it again for these.")
            return
        with progress_bar("Computing the map") as progress:
            found = compute_map(config, progress)
        show(map_figure(found), "map", map_words(found))


def _ask_map(screen: Screen[RidgeConfig]) -> None:
    screen.put({"map": True})
    st.session_state.pop(MAP_ASKED, None)


def published(screen: Screen[RidgeConfig]) -> None:
    """A published figure in the place of the lab."""
    left, right = st.columns([1, 2.8], gap="large")
    with left:
        screen.controls("figure", "edition")
        st.button("Back to the lab", key="ridge.:back", on_click=screen.put, args=({"figure": "none"},))
        recipe = st.empty()
    name, edition = screen.config.figure, screen.config.edition
    with right:
        screen.notices()
        at_once = not is_published_known(name, edition)
        with progress_bar("Computing the figure", at_once=at_once) as progress:
            result = compute_published(name, edition, progress)
        recipe.markdown(recipe_words(result))
        legend(_legend_items(result.measured), key="legend")
        show(published_figure(result), "published", published_words(result))
        st.html(table(result.summaries))
        st.caption(BELOW)
