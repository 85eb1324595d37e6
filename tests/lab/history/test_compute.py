"""What is listed, in which order, and which curves are drawn of it."""

from __future__ import annotations

import numpy as np
import pytest

from lab.history import figures, words
from lab.history.compute import MOST_CURVES, Brought, listed, overlay, smoothed
from lab.history.lines import Line, of_run, of_sweep
from lab.history.numbers import numbers
from lab.history.table import columns, key_of, places
from lab.params import HistoryConfig
from lab.ui.theme import style
from neural.sweep_runs import runs_of
from tests.lab.history.shelves import LINE, ONE, SWEEP, TWO, end, run, shelf, sweep

PLAIN = HistoryConfig()
RUNS = [
    run(TWO, [end(0.5, 0.75), end(None), end(0.75, 0.75, cost=300), end(None)], created=1.0, name="two"),
    run(ONE, [end(0.9, 0.95, cost=40)], created=2.0, name="one1", tags=("Lecture",), note="Zürich"),
    run(ONE, [end(0.7, 0.99, cost=70)], created=3.0, name="pin", pinned=True, note="x"),
    run(None, [], created=4.0, name="broken"),
]


def lines(config: HistoryConfig = PLAIN, find: str = "") -> list[Line]:
    return list(listed(config, find, shelf(RUNS, [sweep([0.5] * 12)]), "me").lines)


def test_a_run_has_a_line_for_each_lane_and_its_seeds_are_meaned() -> None:
    first, second = of_run(RUNS[0])
    assert (first.lane, second.lane) == ("A · SAM-SPS", "B · SGD, constant γ")
    assert first.sources == (("two", 0), ("two", 2))
    assert second.sources == (("two", 1), ("two", 3))
    assert (first.accuracy, first.best, first.grad_evals, first.seeds) == (0.625, 0.75, 200.0, 2)
    assert (second.accuracy, second.best) == (None, None)
    assert first.values == {"rho": 0.2, "lambd": 1.0, "gamma_b": 1.0}
    assert second.values == {"lr": 0.5}
    assert first.data == "Handwritten digits, 8×8, 30% of the labels wrong"
    assert first.link == "cnn?v=1&run=two"


def test_a_method_of_a_sweep_stands_at_its_best_place() -> None:
    accuracies: dict[tuple[str, float, float, int], float | None] = {}
    for one in runs_of(SWEEP):
        values = dict(one.point) | dict(one.tuned)
        place = (one.method.method, float(values["rho"]), float(values.get("lr", 0)), one.config.seed)
        accuracies[place] = 0.5
    accuracies[("sam_sps", 0.4, 0.0, 0)] = 0.75
    accuracies[("sam_cosine", 0.1, 1.0, 1)] = 1.0
    accuracies[("sam_cosine", 0.4, 0.1, 0)] = None
    polyak, cosine = of_sweep(sweep(list(accuracies.values())))
    assert (polyak.lane, polyak.values["rho"], polyak.accuracy) == ("SAM-SPS (best of 2)", 0.4, 0.625)
    assert (cosine.values["rho"], cosine.values["lr"], cosine.accuracy) == (0.1, 1.0, 0.75)
    assert polyak.state == "11 of 12 runs"
    assert len(cosine.sources) == 2
    assert (polyak.best, polyak.loss, polyak.grad_evals, polyak.seconds) == (None, 0.25, 20.0, 2.0)
    assert polyak.link == "robustness?v=1&axis=rho"


def test_a_sweep_of_which_nothing_is_done_is_listed() -> None:
    polyak, _ = of_sweep(sweep([None] * 12))
    assert (polyak.accuracy, polyak.loss, polyak.sources) == (None, None, ())


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({}, ["pin", "sweep", "sweep", "one1", "two", "two"]),
        ({"order": "oldest"}, ["pin", "two", "two", "one1", "sweep", "sweep"]),
        ({"order": "accuracy"}, ["pin", "one1", "two", "sweep", "sweep", "two"]),
        ({"order": "best"}, ["pin", "one1", "two", "two", "sweep", "sweep"]),
        ({"order": "cost"}, ["pin", "sweep", "sweep", "one1", "two", "two"]),
        ({"kind": "sweep"}, ["sweep", "sweep"]),
        ({"kind": "run", "pinned": True}, ["pin"]),
    ],
)
def test_the_order_and_what_is_listed(changes: dict[str, object], first: list[str]) -> None:
    assert [line.item for line in lines(HistoryConfig(**changes))] == first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("find", "items"),
    [
        ("zürich", ["one1"]),
        ("LECTURE usam", ["one1"]),
        ("lecture sgd", []),
        ("wrong sgd", ["two"]),
        ("sam_cosine", ["sweep"]),
        ("  ", ["pin", "sweep", "sweep", "one1", "two", "two"]),
    ],
)
def test_all_words_must_be_found(find: str, items: list[str]) -> None:
    assert [line.item for line in lines(find=find)] == items


def test_what_cannot_be_read_and_what_is_deleted_is_counted() -> None:
    gone = run(ONE, [end(0.1)], name="gone", deleted=9.0)
    found = listed(PLAIN, "nothing like this", shelf([*RUNS, gone]), "me")
    assert (found.lines, found.known, found.unread) == ((), 4, 1)
    assert [line.item for line in found.deleted] == ["gone"]
    assert words.listing(found) == "0 of 4 lines; 1 run cannot be shown: damaged, or of another version."
    assert words.deleted(found.deleted).startswith("Deleted: 01 Jan")


def test_the_table_has_no_formula_and_its_key_follows_its_lines() -> None:
    evil = run(ONE, [end(0.9)], note="=HYPERLINK(1)", tags=("+1", "b"))
    (line,) = of_run(evil)
    named = run(ONE, [end(0.9)], name="x")
    table = columns([line])
    assert (table["note"], table["tags"]) == (["'=HYPERLINK(1)"], ["'+1, b"])
    assert table["λ"] == [0.0], "USAM sets it itself"
    assert table["rate"] == [None]
    assert table["accuracy"] == [90.0]
    assert len({len(column) for column in table.values()}) == 1
    assert key_of([line], 0) != key_of([*of_run(named)], 0)
    assert key_of([line], 0) != key_of([line], 1), "a widget without the ticks that the browser keeps"
    assert places(lines(), {"one1:0", "two:1", "elsewhere"}) == [3, 5]


def test_curves_of_one_method_differ_by_their_dash() -> None:
    chosen = lines()[-3:]
    found = overlay(chosen, [], PLAIN, shelf(curves={"one1": LINE, "two": LINE}))
    assert [curve.style for curve in found.curves] == [
        style("usam_sps"),
        style("sam_sps"),
        style("sgd_constant"),
    ]
    assert found.curves[0].label.endswith("· A · USAM-SPS")
    twice = overlay([chosen[0]] * 3, [], PLAIN, shelf(curves={"one1": LINE}))
    assert [curve.dash for curve in twice.curves] == ["solid", "dash", "dot"]
    assert twice.curves[0].label == "A · USAM-SPS", "one run: its time says nothing"


def test_what_has_no_curve_is_named_and_too_many_are_left_out() -> None:
    line = lines()[0]
    found = overlay([line] * 30, [], PLAIN, shelf())
    assert (found.curves, len(found.without), found.left_out) == ((), MOST_CURVES, 6)
    said = words.chart(found).notice
    assert "At most 24 are drawn: 6 are left out." in said
    assert "Not measured, or not kept:" in said


def test_files_are_drawn_where_they_have_the_columns() -> None:
    mine = Brought("f1", "<b>mine</b>", {"step": np.arange(2.0), "test_accuracy": np.ones(2)})
    pair = Brought("f2", "pair", {"x": np.arange(2.0), "y": np.zeros(2)})
    assert [curve.key for curve in overlay([], [mine, pair], PLAIN, shelf()).curves] == ["f1", "f2"]
    found = overlay([], [mine, pair], HistoryConfig(y="gamma"), shelf())
    assert ([curve.key for curve in found.curves], found.without) == (["f2"], ("<b>mine</b>",))
    gaps = Brought("f3", "gaps", {"step": np.arange(3.0), "test_accuracy": np.array([0.5, np.nan, 0.75])})
    (curve,) = overlay([], [gaps], PLAIN, shelf()).curves
    assert (curve.x.tolist(), curve.y.tolist()) == ([0.0, 2.0], [0.5, 0.75])
    figure = figures.chart_of(overlay([], [mine], PLAIN, shelf()))
    assert figure.data[0].name == "&lt;b&gt;mine&lt;/b&gt;"


def test_smoothing_is_the_running_mean() -> None:
    y = np.array([1.0, 0.0, 0.0])
    assert smoothed(y, 0.5).tolist() == [1.0, 0.5, 0.25]
    assert smoothed(y, 0.0) is y
    assert smoothed(np.empty(0), 0.5).tolist() == []


def test_the_figure_and_the_file_hold_the_curves() -> None:
    found = overlay(lines()[-1:], [], HistoryConfig(y="loss_x", x="epoch"), shelf(curves={"two": LINE}))
    figure = figures.chart_of(found)
    assert figure.layout.yaxis.type == "log"
    assert figure.data[0].y.tolist() == [1.0, 0.5, 0.25]
    assert figure.data[0].legendgroup == figures.legend_items(found)[0]["key"]
    taken = numbers(found)
    assert taken.name == "history_loss_x_over_epoch"
    assert taken.columns["loss_x"] == [1.0, 0.5, 0.25]
    assert set(taken.columns["from"]) == {"two:1"}
