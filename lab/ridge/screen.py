"""The Ridge lab's screen: controls, charts, table, map, a published figure; each zone one function."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import streamlit as st

from lab.chart import legend
from lab.chart.show import show
from lab.export.take import take
from lab.params import RidgeConfig
from lab.params.table import NONE
from lab.ridge import words
from lab.ridge.charts import CHARTS, ready
from lab.ridge.compute import compute, follows
from lab.ridge.controls import controls
from lab.ridge.map import compute_map, is_known, map_config
from lab.ridge.map_figure import map_figure
from lab.ridge.map_words import map_words
from lab.ridge.numbers import file_name, numbers, recorded
from lab.ridge.problem import own_shape
from lab.ridge.published import compute_published, is_published_known
from lab.ridge.published_figure import published_figure
from lab.ridge.published_words import published_words, recipe_words
from lab.ridge.result import RidgeResult
from lab.ridge.script import script
from lab.ridge.steps import steps_from_theory
from lab.ridge.table import below, table
from lab.ridge.traces import BOUND_NAMES, bound_dash
from lab.ridge.why import guarantees
from lab.ui.screen import Screen
from lab.ui.theme import QUIET, style
from lab.ui.words import fold
from lab.visit.computing import computing, visitor
from synthetic import PolyakStep, Result

MAP_ASKED = "ridge:map"  # what the visitor asked the map of, in the session


def lab(screen: Screen[RidgeConfig]) -> None:
    """Controls, charts and words of the comparison that the controls describe."""
    with st.container(key="lab"):
        left, right = st.columns([1, 2.8], gap="large")
    with left, st.container(key="controls"):
        controls(screen)
    with right:
        config = screen.config
        if config.problem == "own" and own_shape(config.data) is None:
            screen.notices()
            st.info(words.BRING if config.data == NONE else words.GONE)
            return
        with computing("Running the comparison", screen.write_link, at_once=not follows(config)) as progress:
            result = compute(config, progress, visitor())
        screen.notices(result.notices)
        if not result.tracks:
            st.info("No method is chosen. Choose at least one, under Methods.")
            return
        charts(screen, result)
        st.html(table(result.summaries, result.spreads))
        st.caption(below(result.measured, result.spreads))
        why = "Which guarantees apply, and why the others do not"
        fold(why, "ridge.:why", lambda: guarantees(result))
        take(
            screen,
            numbers=lambda: numbers(compute(config), config),
            ready=partial(ready, config),
            name=file_name(result),
            about=f"{words.NUMBERS} Here: {recorded(result)}.",
            script=lambda: script(config),
        )
        rho_kappa(screen)


def charts(screen: Screen[RidgeConfig], result: RidgeResult) -> None:
    """One legend, the two charts that matter most, one more to choose; the browser fetches their figures."""
    config, around = screen.config, words.around(result)
    legend([*_legend_items(result.measured), *_bound_items(result)], key="legend")
    for column, name in zip(st.columns(2, gap="medium"), ("held", "gamma"), strict=True):
        with column:
            show(CHARTS.source(config, name), name, around[name])
    left, right = st.columns(2, gap="medium")
    with left:
        more = str(screen.control("more", in_a_row=True, only=_further(result)))
        show(CHARTS.source(config, more), more, around[more])
    with right:
        st.markdown(words.constants(result))
        if text := steps_from_theory(result):
            st.markdown(text)


def _further(result: RidgeResult) -> set[str]:
    """Charts to choose from: that of capped steps where something can be capped or clamped."""
    polyak = any(isinstance(track.method, PolyakStep) for track in result.tracks.values())
    acted = result.config.gamma_b < math.inf or any(one.clamped > 0 for one in result.summaries.values())
    return {"gap", "grad"} | ({"shares"} if polyak and acted else set())


def _bound_items(result: RidgeResult) -> list[dict[str, Any]]:
    """One entry for each kind of bound that is drawn."""
    drawn = {bound_dash(bound.name) for bound in result.bound_lines}
    look = {"color": QUIET, "width": 1.1, "marker": ""}
    return [
        {"key": f"bound {dash}", "label": name, "dash": dash, **look}
        for dash, name in BOUND_NAMES.items()
        if dash in drawn
    ]


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
    label = "Map: iterations to a target for every ρ and κ"
    with screen.group(label, "map_group", expanded=config.map) as opened:
        if config.problem != "ridge" or config.design == "gaussian":
            st.caption("The map needs a problem with a chosen κ: least squares, matrix A with a chosen κ.")
            return
        rows = ("map_of", "map_target", "map_T", "map_size")
        if not opened:
            screen.controls(*rows)
            return
        for place, key in zip(st.columns(4), rows, strict=True):
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
        with computing("Computing the map", screen.write_link) as progress:
            found = compute_map(config, progress, visitor())
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
        with computing("Computing the figure", screen.write_link, at_once=at_once) as progress:
            result = compute_published(name, edition, progress, visitor())
            around, rows = published_words(result), table(result.summaries, result.spreads)  # up to a second
        recipe.markdown(recipe_words(result))
        legend(_legend_items(result.measured), key="legend")
        show(published_figure(result), "published", around)
        st.html(rows)
        st.caption(below(result.measured, result.spreads))
