"""The zones of the CNN lab: what there is to tell, the controls, the charts."""

from __future__ import annotations

import streamlit as st

import runs
from lab.chart import formula, pictures, progress
from lab.chart.show import show
from lab.cnn import actions, controls, figures, words
from lab.cnn.compute import CnnResult, compute
from lab.cnn.controls import CnnScreen


def opened(screen: CnnScreen) -> CnnResult:
    """What the page shows this time; the controls take the values that it has, and notices are given."""
    engine = runs.engine()
    engine.warm()
    trouble = st.session_state.pop(actions.TROUBLE, [])
    result = compute(screen.config, screen.run, actions.visitor(), engine, arrived=screen.from_link)
    screen.run = result.run
    if result.config != screen.config:
        screen.put(result.config.values())
    screen.notices([*trouble, *result.notices])
    return result


def control_zone(screen: CnnScreen, result: CnnResult) -> None:
    """Everything that can be chosen, in groups that fold."""
    with st.expander("Lanes", expanded=True):
        controls.lanes(screen, result)
    with st.expander("Images and network", expanded=True):
        controls.images_and_network(screen, result)
    with st.expander("Run", expanded=True):
        controls.run(screen, result)
    with st.expander("Exact values"):
        screen.entry()
    controls.history(screen, result)


def chart_zone(screen: CnnScreen, result: CnnResult) -> None:
    """Progress and charts: three of them before there is a run, and all that is live with it."""
    stream, lanes = result.stream, [look.for_browser for look in result.looks]
    progress(
        key="progress",
        stream=stream,
        lanes=lanes,
        idle=words.IDLE,
        ask_again=_ask_again(result),
        mine=result.mine,
    )
    controls.charts(screen, result)
    show(figures.gamma(result), "gamma", words.GAMMA, stream=stream)
    if stream:
        st.caption(words.FORMULA)
        formula(key="formula", stream=stream, lanes=lanes)
    left, right = st.columns(2, gap="medium")
    with left:
        show(figures.accuracy(result), "accuracy", words.ACCURACY, stream=stream)
    with right:
        show(figures.loss(result), "loss", words.LOSS, stream=stream)
    if not stream:
        st.caption(words.MORE)
        return
    with left:
        show(figures.decided(result), "decided", words.DECIDED, stream=stream)
    with right:
        show(figures.grad_norms(result), "norms", words.NORMS, stream=stream)
    show(figures.sam_gap(result), "sam_gap", words.SAM_GAP, stream=stream)
    st.subheader("What the network sees")
    st.caption(words.PICTURES)
    pictures(key="pictures", stream=stream, url=f"api/runs/{result.run}/pictures", lanes=lanes)
    st.markdown(f"[Download every recorded number (CSV)](api/runs/{result.run}.csv)")


def _ask_again(result: CnnResult) -> float | None:
    """Seconds after which the page should look again what is here; None once all is known."""
    if result.settled:
        return None
    asked = st.session_state["cnn:asked"] = st.session_state.get("cnn:asked", 0) + 1
    return float(min(60.0, 0.6 * 1.4**asked))  # workers are there after two seconds or so
