"""The zones of the Robustness page: the choice of a sweep, its charts and words, the reported table."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import runs
from lab.chart import chart, legend
from lab.chart.show import show
from lab.export.files import files
from lab.params import RobustnessConfig
from lab.robustness import actions, controls, figures, verdict_words, words
from lab.robustness.compute import FAMILIES, RobustnessResult, compute, is_adaptive
from lab.robustness.here import Here
from lab.robustness.looks import legend_items
from lab.robustness.reported import reported
from lab.robustness.sweep import fitted, unfit
from lab.robustness.table import table
from lab.robustness.when_not import advice
from lab.ui.screen import Screen
from lab.ui.symbols import markdown
from lab.ui.words import say
from lab.web.offers import File
from neural.sweep_table import run_rows, written_csv

EVERY = 1.0  # seconds after which charts of a sweep that goes on are drawn again


@dataclass(frozen=True)
class Shown:
    """What the page shows this time: the result, or what to choose for there to be one."""

    result: RobustnessResult | None
    problem: str
    here: Here

    @property
    def going(self) -> bool:
        """Whether the sweep is being trained."""
        return self.result is not None and self.result.progress.going


def opened(screen: Screen[RobustnessConfig]) -> Shown:
    """What the page shows this time; notices are given."""
    if text := unfit(screen.config):
        screen.tell(text)
        screen.put(fitted(screen.config).values())
    result, problem = None, ""
    try:
        result = compute(screen.config, runs.sweeps())
    except ValueError as error:
        problem = str(error)
    failed = words.failures(result) if result else ""
    screen.notices([failed] if failed else [])
    return Shown(result, problem, actions.here())


def preset_zone(screen: Screen[RobustnessConfig], shown: Shown) -> None:
    """The ready sweeps."""
    controls.presets(screen, shown.going)


def control_zone(screen: Screen[RobustnessConfig], shown: Shown) -> None:
    """How large the sweep is, its button, what is trained, and how it is shown."""
    if shown.result is not None:
        controls.buttons(screen, shown.result, shown.here)
    else:
        st.warning(shown.problem)
    controls.elsewhere(screen)
    controls.trained(screen, shown.here, shown.going)
    if shown.result is not None:
        controls.shown_how(screen, shown.result)
        controls.command(shown.result)
    screen.entry()


def chart_zone(shown: Shown) -> None:
    """Charts and words; while the sweep goes on they are renewed by themselves."""
    if shown.result is not None:
        every = EVERY if shown.going else None
        st.fragment(_charts, run_every=every)(shown.result.config, shown.going)


def _charts(config: RobustnessConfig, was_going: bool) -> None:
    result = compute(config, runs.sweeps())
    if was_going and not result.progress.going:
        st.rerun()
    st.progress(result.progress.done / result.progress.runs, words.standing(result))
    legend(legend_items(result), key="legend")
    families = [family for family in FAMILIES if result.family(family)]
    for column, family in zip(st.columns(len(families), gap="medium"), families, strict=True):
        with column:
            chart(figures.accuracy(result, family), key=f"accuracy-{family}", alt=words.panel(family))
    say(words.accuracy(result), "accuracy")
    st.markdown("\n".join(f"- {sentence}" for sentence in verdict_words.verdict(result)))
    st.caption(verdict_words.rule(result))
    if result.tuned:
        show(figures.cost(result), "cost", words.cost(result))
    else:
        st.caption(words.NO_TUNING)
    if any(map(is_adaptive, result.sweep.methods)):
        show(figures.decided(result), "decided", words.decided(result))
    _numbers(result)


def _numbers(result: RobustnessResult) -> None:
    """All numbers, folded, with links to the runs; every run as a file."""
    fold = st.expander("Every number, and the runs behind it", key="robustness.:numbers", on_change="rerun")
    if fold.open:
        with fold:
            rows = run_rows(result.sweep, result.results)
            file = File(f"sweep-{result.name}.csv", "text/csv", lambda: written_csv(rows))
            files("The runs as a file", {"Download every run (CSV)": file}, key="robustness-runs")
            st.html(table(result))  # it is long, and pushes away what stands below it


def when_not_zone() -> None:
    """When not to use the method, and when to."""
    st.subheader("When not to use it", anchor="when-not")
    st.markdown(markdown("\n".join(f"- **{one.case}** {one.measured}" for one in advice())))
    st.caption(words.WHEN_NOT)


def reported_zone() -> None:
    """What was reported elsewhere, to hold against it."""
    st.subheader("As reported")
    st.html(reported())
    st.caption(words.REPORTED)
