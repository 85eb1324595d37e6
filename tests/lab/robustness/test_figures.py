"""The figures show the numbers of the result, and the table links to its runs."""

from __future__ import annotations

import math
import re

import pytest

from lab.robustness import figures, verdict_words, words
from lab.robustness.compute import FAMILIES, RobustnessResult, compute
from lab.robustness.looks import legend_items, look
from lab.robustness.reported import reported
from lab.robustness.table import table
from lab.ui.figure_json import written
from lab.ui.theme import style
from neural.ready_sweeps import READY
from neural.sweep_runs import SweepRun
from tests.lab.robustness.results import STEPS, MadeUp, made_of, made_up, rho, run_result, seed


def accuracy(run: SweepRun) -> float:
    return 0.5 + 0.1 * rho(run) + 0.02 * seed(run)


def traces(result: RobustnessResult, family: str) -> dict[str, object]:
    return {trace["name"]: trace for trace in figures.accuracy(result, family).data}


def test_means_and_bands_of_a_family() -> None:
    result = made_up("mlp_all", accuracy)
    found = traces(result, "SAM")
    labels = ["SAM-SPS", "SAM, constant γ", "SAM, cosine", "SAM, cosine, momentum 0.9"]
    assert list(found) == [name for label in labels for name in (f"{label} ± std", label)]
    line, band = found["SAM-SPS"], found["SAM-SPS ± std"]
    assert list(line.x) == [0.0, 0.1, 0.2, 0.3, 0.4, 0.8]
    assert line.y == pytest.approx([0.52 + 0.1 * x for x in line.x])
    assert line.text[1] == "53.0 ± 2.0%"
    assert found["SAM, cosine"].text[1] == "53.0 ± 2.0%, rate 0.3"
    assert line.line.color == style("sam_sps").color
    assert band.y[:6] == pytest.approx([y + 0.02 for y in line.y])
    assert band.y[6:] == pytest.approx([y - 0.02 for y in reversed(line.y)])
    same = [figures.accuracy(result, family).layout.yaxis.range for family in FAMILIES]
    assert same[0] == same[1]


def test_two_of_a_kind_are_told_apart() -> None:
    result = made_up("mlp_all", accuracy)
    plain, momentum = (one for one in result.sweep.methods if one.method == "sam_cosine")
    assert look(result, plain).color == look(result, momentum).color
    assert look(result, plain).dash != look(result, momentum).dash
    assert look(result, plain).marker != look(result, momentum).marker
    keys = [item["key"] for item in legend_items(result)]
    assert len(set(keys)) == len(result.sweep.methods)


def test_shares_of_steps() -> None:
    def capped(run: SweepRun) -> object:
        return run_result(run, 0.5, capped=int(STEPS * rho(run)), clamped=STEPS // 4)

    (heat,) = figures.decided(made_up("mlp", capped)).data  # type: ignore[arg-type]
    assert list(heat.y) == [
        "USAM-SPS<br>clamped",
        "USAM-SPS<br>capped",
        "SAM-SPS<br>clamped",
        "SAM-SPS<br>capped",
    ]
    assert list(heat.x) == ["0", "0.1", "0.2", "0.3", "0.4", "0.8"]
    assert heat.z[3] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4, 0.8])
    assert list(heat.z[2]) == [0.25] * 6


def test_costs_at_the_chosen_value() -> None:
    figure = figures.cost(made_up("mlp", accuracy, place=0.3))
    assert figure.layout.title.text == "What tuning costs, at ρ = 0.3"
    found = {trace.name: trace for trace in figure.data}
    assert list(found["SAM, cosine"].x) == [2 * STEPS, 4 * STEPS]
    assert list(found["SAM-SPS"].x) == [2 * STEPS]
    assert list(found["SAM-SPS, level"].x) == [2 * STEPS, 4 * STEPS]


def test_axes_stay_where_they_are_while_runs_come_in() -> None:
    def some(run: SweepRun) -> float:
        return 0.5 if rho(run) == 0.1 else math.nan

    nothing, begun = made_up("mlp", lambda run: math.nan), made_up("mlp", some)
    for axis in ("xaxis", "yaxis"):
        empty, filled = (figures.accuracy(result, "SAM").layout[axis].range for result in (nothing, begun))
        assert empty == filled
    assert figures.accuracy(begun, "SAM").layout.xaxis.range == pytest.approx((-0.048, 0.848))
    assert figures.cost(nothing).layout.annotations[0].text == "comes once all runs at ρ = 0.4 are done"
    assert figures.cost(made_up("mlp", some, place=0.1)).layout.annotations == ()


def test_recomputed_statistics_are_shown_where_the_network_has_batchnorm() -> None:
    def both(run: SweepRun) -> object:
        return run_result(run, 0.5, test_accuracy_recomputed=0.75)

    for key, expected in (("cnn1d", 0.75), ("mlp", 0.5)):
        result = made_up(key, both, measure="recomputed")  # type: ignore[arg-type]
        assert traces(result, "SAM")["SAM-SPS"].y == pytest.approx([expected] * 6)
        assert ("<th>recomputed</th>" in table(result)) == (key == "cnn1d")
        assert ("are recomputed" in words.accuracy(result).notice) == (key == "cnn1d")


def test_every_run_of_the_chosen_rate_has_its_link() -> None:
    shown = table(made_up("mlp", accuracy))
    rows = re.findall(r"<tr><th scope.*?</tr>", shown)
    assert len(rows) == 18
    assert all(len(re.findall(r'href="cnn\?v=1&amp;run=id-[0-9a-f]{16}"', row)) == 3 for row in rows)
    assert "53.0 ± 2.0" in rows[1]
    assert "<td>2,000</td><td>4,000</td>" in rows[13]


@pytest.mark.parametrize("done", [0, 1, 7])
@pytest.mark.parametrize("key", READY)
def test_every_ready_sweep_can_be_shown_from_its_first_run_on(key: str, done: int) -> None:
    left = iter([0.5] * done)
    result = made_up(key, lambda run: next(left, math.nan))
    charts = [figures.accuracy(result, family) for family in FAMILIES if result.family(family)]
    for figure in (*charts, figures.cost(result), figures.decided(result)):
        assert "NaN" not in written(figure)
    assert table(result).count("<tr>") == 1 + len(result.rows)
    assert verdict_words.verdict(result)
    assert words.size(result)
    assert words.standing(result).startswith(
        f"{min(done, result.progress.runs)} of {result.progress.runs} runs"
    )


def test_the_reported_table() -> None:
    shown = reported()
    assert shown.count("<tr>") == 5
    assert "<b>91.81 ± 0.04</b>" in shown
    assert shown.count("<b>") == 4
    assert "not measured here" in words.REPORTED
    assert "CIFAR-10 " in words.REPORTED


def test_words_of_a_sweep_that_goes_on() -> None:
    now = compute(made_of("mlp"), MadeUp(going=True))
    assert words.standing(now) == "0 of 72 runs, 1:23 left"
    failed = compute(made_of("mlp"), MadeUp(failed={"a": "No room.", "b": "No."}))
    assert words.failures(failed) == "2 runs failed. The first says: No room."
    assert words.failures(now) == ""
    assert "So far of the runs that are done" in words.accuracy(now).notice
    assert "So far" not in words.accuracy(made_up("mlp", accuracy)).notice
