"""The zones of the CNN lab: what there is to tell, the controls, the charts."""

from __future__ import annotations

import streamlit as st

import runs
from lab.chart import formula, pictures, progress
from lab.chart.show import show
from lab.cnn import actions, chart_words, controls, figures, words
from lab.cnn.compute import CnnResult, compute
from lab.cnn.controls import CnnScreen
from lab.cnn.numbers import file_name, numbers
from lab.cnn.script import script
from lab.export.take import take
from lab.ui.race import race_was_asked
from lab.visit import computing

MORE = {
    "loss": (figures.loss, chart_words.loss),
    "decided": (figures.decided, chart_words.decided),
    "norms": (figures.grad_norms, chart_words.norms),
    "sam_gap": (figures.sam_gap, chart_words.sam_gap),
}
"""Charts of which one is shown under the first two."""


def opened(screen: CnnScreen) -> CnnResult:
    """What the page shows this time; the controls take the values that it has, and notices are given."""
    engine = runs.engine()
    engine.warm()
    if race_was_asked():
        actions.race(screen)
    arrived, alone = screen.from_link, screen.run_alone
    result = compute(screen.config, screen.run, computing.visitor(), engine, arrived, alone)
    screen.tell(*result.notices)
    screen.run = result.run
    if result.config != screen.config:
        screen.put(result.config.values())
    screen.marked = result.changed.keys()
    screen.notices()
    return result


def control_zone(screen: CnnScreen, result: CnnResult) -> None:
    """Everything that can be chosen, in groups that fold."""
    with st.expander("Lanes", expanded=True):
        controls.lanes(screen, result)
    with st.expander("Images and network", expanded=True):
        controls.images_and_network(screen, result)
    with st.expander("Run", expanded=True):
        controls.run(screen, result)
    with screen.group("Charts", "charts"):
        controls.charts(screen)
    screen.entry()
    controls.history(screen, result)


def chart_zone(screen: CnnScreen, result: CnnResult) -> None:
    """Progress, the two charts that matter most, and one more to choose."""
    stream, lanes = result.stream, [look.for_browser for look in result.looks]
    idle, ask_again = words.EXAMPLE if result.example else words.IDLE, _ask_again(result)
    progress(key="progress", stream=stream, lanes=lanes, idle=idle, ask_again=ask_again, mine=result.mine)
    left, right = st.columns([1.25, 1], gap="medium")
    with left:
        show(figures.gamma(result), "gamma", chart_words.gamma(result), stream=stream)
    with right:
        show(figures.accuracy(result), "accuracy", chart_words.accuracy(result), stream=stream)
    if not stream:
        show(figures.loss(result), "loss", chart_words.loss(result))
        st.caption(words.MORE)
        return
    more = str(screen.control("more", in_a_row=True))
    if more in MORE:
        figure, said = MORE[more]
        show(figure(result), more, said(result), stream=stream)
    elif more == "formula":
        st.caption(words.FORMULA)
        formula(key="formula", stream=stream, lanes=lanes)
    else:
        st.caption(words.PICTURES)
        pictures(key="pictures", stream=stream, url=f"api/runs/{result.run}/pictures", lanes=lanes)
    if result.run and runs.engine().moments(result.run):
        st.markdown(words.LANDSCAPE.format(run=result.run))
    _take(screen, result)


def _take(screen: CnnScreen, result: CnnResult) -> None:
    engine = runs.engine()
    started, marks = engine.config(result.run or ""), engine.marks(result.run or "")
    take(
        screen,
        numbers=lambda: numbers(result, engine),
        name=file_name(result),
        about=words.NUMBERS,
        script=lambda: script(started or result.training, marks, result.config, result.run),
    )


def _ask_again(result: CnnResult) -> float | None:
    """Seconds after which the page should look again what is here; None once all is known."""
    if result.settled:
        return None
    asked = st.session_state["cnn:asked"] = st.session_state.get("cnn:asked", 0) + 1
    return float(min(60.0, 0.6 * 1.4**asked))  # workers are there after two seconds or so
