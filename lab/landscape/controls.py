"""The controls of the Landscape page, in groups that fold."""

from __future__ import annotations

import time

import streamlit as st

from lab.landscape.places import Found
from lab.params import LandscapeConfig
from lab.ui.screen import Screen
from neural.catalog import DATASETS
from runs import Summary

RUN = "landscape.:run"  # the widget of the run, in the session


def place(screen: Screen[LandscapeConfig], found: Found) -> None:
    """What is looked at, and when."""
    screen.control("what")
    config = found.config
    if config.what == "run":
        _runs(screen, found)
    if config.what == "plane":
        screen.control("function")
    if config.what == "ridge" or (config.what == "plane" and config.function == "quadratic"):
        screen.control("kappa")
    screen.control("a", only=list(found.letters), remarks=_remarks(found.letters))
    second = found.other_letters
    screen.control("b", only=["none", *second], remarks=_remarks(second))
    screen.control("moment")


def how(screen: Screen[LandscapeConfig], found: Found) -> None:
    """How far around, and how closely."""
    screen.controls("rho", "reach", "directions")
    if found.networks:
        screen.controls("normalise", "images", "alpha")
    screen.control("seed")


def _runs(screen: Screen[LandscapeConfig], found: Found) -> None:
    """The run, and the second lane's: of the visitor's, and the one that the link names."""
    names = {one.run: in_a_line(one) for one in found.recent}
    for run in (found.run, found.config.other):
        if run:
            names.setdefault(run, f"run {run}")
    st.session_state[RUN] = found.run
    st.selectbox(
        "Run",
        list(names),
        format_func=lambda run: names.get(run, run),
        key=RUN,
        on_change=_take_run,
        args=(screen,),
    )
    screen.control("other", remarks={"": "the same run"} | names)


def _take_run(screen: Screen[LandscapeConfig]) -> None:
    if run := st.session_state.get(RUN):
        screen.run = run


def _remarks(letters: dict[str, str]) -> dict[str, str]:
    return {letter: f" · {method}" for letter, method in letters.items()}


def in_a_line(found: Summary) -> str:
    """A run in the list of the visitor's runs: what does not change as it goes on."""
    created = time.strftime("%d %b %H:%M:%S", time.localtime(found.created))
    if found.config is None:
        return created
    methods = ", ".join(dict.fromkeys(lane.label for lane in found.config.lanes))
    return f"{created} · {methods} · {DATASETS[found.config.dataset].label}"
