"""The Ridge lab's screen: presets, controls, charts, table, map; each zone one function."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lab.chart import legend
from lab.chart.show import show
from lab.params import defaults, real
from lab.params.ridge import METHODS, OF_METHOD
from lab.ridge import compute, table
from lab.ridge import map as heatmap
from lab.ridge import published as published_figures
from lab.ridge import words as texts
from lab.ridge.charts import CHARTS, is_quick, view_of
from lab.ridge.compute import Comparison
from lab.ridge.guarantees import drawn
from lab.ridge.map_figure import heatmap as heatmap_figure
from lab.ridge.presets import PUBLISHED, TEACHING, Preset, shown
from lab.ridge.summary import summary
from lab.ui.progress import waiting
from lab.ui.screen import Screen, escape
from lab.ui.theme import QUIET, Style, style
from lab.ui.words import fold
from synthetic import FIGURES, Result

MAP_ASKED = "ridge:map"  # what the visitor asked the map of, in the session


def presets(screen: Screen) -> None:
    """The row of settings worth seeing."""
    unfolded = st.expander("Presets and published figures", key="ridge.:presets", on_change="rerun")
    if unfolded.open:  # its buttons would slow down every move of a slider
        with unfolded, st.container(key="presets"):
            _preset_buttons(screen)
    if screen.values["figure"] != "none":
        return
    with st.container(key="look"):  # a line in any case, so that the charts stay in their place
        found, start = shown(screen.values), screen.values == defaults("ridge")
        own = texts.START if start else texts.OWN
        st.markdown(f"**{escape(found.name)}.** {escape(found.look)}" if found else own)


def _preset_buttons(screen: Screen) -> None:
    left, right = st.columns(2)
    with left:
        st.caption("Settings worth seeing. A click sets the values; the controls and the link show them.")
        for index, preset in enumerate(TEACHING):
            _button(screen, f"teach{index}", preset)
    with right:
        st.caption("The four published synthetic figures, computed here from their recipes.")
        for index, preset in enumerate(PUBLISHED):
            _button(screen, f"published{index}", preset)


def _button(screen: Screen, key: str, preset: Preset) -> None:
    st.button(
        preset.name,
        key=f"ridge.:{key}",
        help=preset.look or None,
        on_click=screen.put,
        args=(preset.values,),
        width="stretch",
    )


def lab(screen: Screen) -> None:
    """Controls, charts and words of the comparison that the controls describe."""
    with st.container(key="lab"):
        left, right = st.columns([1, 2.8], gap="large")
    with left, st.container(key="controls"):
        controls(screen)
    with right:
        values = screen.values
        with waiting("Running the comparison", at_once=not is_quick(values)) as progress:
            found = compute.compute(values, progress)
        screen.notices(found.notices)
        if not found.result.tracks:
            st.info("No method is chosen. Choose at least one at the left, under Methods.")
            return
        charts(found, screen)
        words(found)
        rho_kappa(screen)


def controls(screen: Screen) -> None:
    """Every value of the page, in groups that fold."""
    values = screen.values
    with st.expander("Methods", expanded=True):
        screen.control("methods")
        screen.controls("f_star", "gamma_b", "unit")
    chosen = values["methods"] if isinstance(values["methods"], tuple) else ()
    for index, key in enumerate(key for key in chosen if key in OF_METHOD):
        with st.expander(METHODS[key], expanded=index == 0):
            screen.controls(*OF_METHOD[key])
    with st.expander("Problem", expanded=True):
        screen.control("problem")
        screen.controls(*_problem_rows(screen))
    with st.expander("Run", expanded=True):
        screen.controls("m")
        if values["m"]:
            screen.controls("replacement", "trials")
        screen.controls("iterations", "seed")
    with st.expander("Charts"):
        screen.controls("x", "log_x", "held")
        if values["m"]:
            screen.control("center")
    with st.expander("Exact values"):
        screen.entry()


def _problem_rows(screen: Screen) -> list[str]:
    """The rows that this problem has."""
    values = screen.values
    if values["problem"] == "logistic":
        return ["reg"]
    rows = ["kappa", "kappa_of"] if values["design"] == "conditioned" else []
    rows += ["n", "d", "design", "interpolated"]
    return [*rows, *([] if values["interpolated"] else ["noise"]), "reg"]


def charts(found: Comparison, screen: Screen) -> None:
    """One legend, five charts on one axis."""
    result, view, values = found.result, view_of(found), found.values
    held, gamma_b = str(values["held"]), real(values, "gamma_b")
    bounds = len(list(drawn(result, held)))
    legend(_items(result, bool(bounds)), key="legend")
    words_left = {
        "gap": texts.gap(result, view.center, view.x),
        "gamma": texts.gamma(result, view.x, gamma_b),
        "grad": texts.grad_norm(result, view.x),
    }
    words_right = {
        "held": texts.held(result, held, view.center, view.x, bounds),
        "shares": texts.shares(result, gamma_b, view.x),
    }
    left, right = st.columns(2, gap="medium")
    for column, words_of in ((left, words_left), (right, words_right)):
        with column:
            for name, said in words_of.items():
                show(CHARTS.source(screen.config, name), name, said)
    with right:
        st.markdown(texts.constants(found.problem, values))


def _items(result: Result, bounds: bool) -> list[dict[str, Any]]:
    """The entries of the legend."""
    items = []
    for track in result.tracks.values():
        look = style(track.method.key)
        items.append({"key": track.method.key, "label": track.method.name, **_look(look)})
    if bounds:
        line = {"color": QUIET, "dash": "dash", "width": 1.1, "marker": ""}
        items.append({"key": "bounds", "label": "guarantees", **line})
    return items


def _look(look: Style) -> dict[str, Any]:
    return {"color": look.color, "dash": look.dash, "width": look.width, "marker": look.marker}


def words(found: Comparison) -> None:
    """The table, the theorems that apply and why the others do not."""
    st.html(table.table(summary(found.result)))
    st.caption(table.TABLE)
    held = str(found.values["held"])
    fold(
        "Which guarantees apply, and why the others do not",
        "ridge.:why",
        lambda: table.guarantees(found.result, held),
    )


def rho_kappa(screen: Screen) -> None:
    """The map of iterations to a target, computed when asked for."""
    with st.expander("Map: iterations to a target for every ρ and κ", expanded=bool(screen.values["map"])):
        if screen.values["problem"] == "logistic" or screen.values["design"] == "gaussian":
            st.caption("The map needs a problem with a chosen κ: least squares, matrix A with a chosen κ.")
            return
        first, second, third, fourth = st.columns(4)
        for place, key in ((first, "map_of"), (second, "map_target"), (third, "map_T"), (fourth, "map_size")):
            with place:
                screen.control(key)
        st.button("Compute the map", key="ridge.:map", on_click=_ask_map, args=(screen,))
        if not screen.values["map"]:
            return
        question = heatmap.question(screen.values)
        if screen.from_link:  # a link asks for the map of its own values
            st.session_state[MAP_ASKED] = question
        if st.session_state.setdefault(MAP_ASKED, question) != question and not heatmap.known(screen.values):
            st.caption("The values have changed since the map was computed: compute it again for these.")
            return
        with waiting("Computing the map") as progress:
            found = heatmap.heatmap(screen.values, progress)
        show(heatmap_figure(found, screen.values), "map", texts.heatmap(found, screen.values))


def _ask_map(screen: Screen) -> None:
    screen.put({"map": True})
    st.session_state.pop(MAP_ASKED, None)


def published(screen: Screen) -> None:
    """A published figure in the place of the lab."""
    name, edition = str(screen.values["figure"]), str(screen.values["edition"])
    left, right = st.columns([1, 2.8], gap="large")
    with left:
        screen.controls("figure", "edition")
        st.button("Back to the lab", key="ridge.:back", on_click=screen.put, args=({"figure": "none"},))
        recipe = st.empty()
    with right:
        screen.notices()
        with waiting("Computing the figure", at_once=not compute.published_known(name, edition)) as progress:
            result = compute.published(name, edition, progress)
        recipe.markdown(texts.recipe(name, edition, result))
        legend(_items(result, False), key="legend")
        fig = published_figures.figure(FIGURES[name], result).update_layout(
            showlegend=False, margin={"b": 44}
        )
        show(fig, "published", texts.published(name, edition, result))
        st.html(table.table(summary(result)))
        st.caption(table.TABLE)
