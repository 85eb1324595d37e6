"""One step's screen: the buttons, the controls, the player and the words; each zone one function."""

from __future__ import annotations

import math

import streamlit as st

from lab.chart import player
from lab.one_step import figures
from lab.one_step import words as texts
from lab.one_step.compute import OneStepResult
from lab.one_step.frames import frames
from lab.one_step.tries import OWN, TRIES, shown
from lab.params import OneStepConfig
from lab.params.one_step import EDGE
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.ui.theme import MODEL, UPHILL
from lab.ui.words import say


def tries(screen: Screen[OneStepConfig], result: OneStepResult) -> None:
    """The buttons with settings worth a look, and what to look for in the one that is on the screen."""
    with st.container(horizontal=True, key="presets"):
        for one in TRIES:
            st.button(markdown(one.name), on_click=screen.put, args=(one.config.values(),))
    with st.container(key="look"):  # a line in any case, so that the charts stay in their place
        found = shown(result.config)
        st.markdown(markdown(f"**{found.name}.** {found.see}") if found else OWN)


def lab(screen: Screen[OneStepConfig], result: OneStepResult) -> None:
    """Controls, charts and words."""
    with st.container(key="lab"):
        left, right = st.columns([1, 3.2], gap="large")
    with left, st.container(key="controls"):
        controls(screen, result)
    with right:
        charts(screen, result)
        words(result)


def controls(screen: Screen[OneStepConfig], result: OneStepResult) -> None:
    """Every value of the page, in groups that fold; what does nothing is not shown."""
    config = result.config
    with st.expander("Where", expanded=True):
        screen.controls("function", "variables")
        if config.function == "quadratic" and not result.flat:
            screen.control("kappa")
        screen.controls(*_coordinates(result))
    with st.expander("Method", expanded=True):
        screen.controls("rho", "lambd", "gamma_b", "f_star")
        if config.f_star == "value":
            screen.control("bound")
    with st.expander("Play", expanded=True):
        screen.controls("second", "steps", "speed")
    screen.entry()


def charts(screen: Screen[OneStepConfig], result: OneStepResult) -> None:
    """Picture and parabola, played in the browser; a click in the picture starts from there."""
    found = shown(result.config)
    player(
        [figures.picture(result), figures.parabola(result)],
        frames(result),
        key="player",
        alts=[texts.picture(result).alt, texts.PARABOLA.alt],
        words=texts.SAID,
        roles={"uphill": UPHILL, "model": MODEL},
        speed=result.config.speed,
        story=found.name if found else "",
        on_point=lambda point: screen.put(start_at(point, *_coordinates(result))),
    )


def words(result: OneStepResult) -> None:
    """The constants, where the theory stops, and what to notice."""
    st.markdown(texts.constants(result))
    left, right = st.columns(2)
    with left:
        say(texts.picture(result), "plane")
    with right:
        say(texts.parabola(result), "parabola")


def _coordinates(result: OneStepResult) -> tuple[str, ...]:
    return ("x1",) if result.flat else ("x1", "x2")


def start_at(point: object, *keys: str) -> dict[str, float]:
    """Values of these coordinates at a point that was clicked: to two decimals, inside the allowed range.

    The point comes from the browser: anything that is not a pair of finite numbers changes nothing.
    """
    if not isinstance(point, (list, tuple)) or len(point) != 2:
        return {}
    if not all(isinstance(p, (int, float)) and math.isfinite(p) for p in point):
        return {}
    return {key: min(max(round(float(p), 2), -EDGE), EDGE) for key, p in zip(keys, point, strict=False)}
