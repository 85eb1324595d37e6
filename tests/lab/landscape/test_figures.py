"""The figures draw the numbers of the result, every lane in its method's style."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import pytest

from lab.landscape import figures
from lab.params.landscape import MEASURES
from lab.ui.figure_json import written
from lab.ui.theme import style
from tests.lab.landscape.engine import found
from tests.lab.landscape.results import moment, shown

A = "A · SAM-SPS"


def names(figure: go.Figure) -> list[str]:
    return [trace.name for trace in figure.data if trace.showlegend is not False]


def trace(figure: go.Figure, name: str) -> go.Scatter:
    return next(one for one in figure.data if one.name == name)


def test_slices_have_a_mean_and_a_band() -> None:
    figure = figures.slices(shown())
    assert names(figure) == [A, "B · SGD, constant γ"]
    assert trace(figure, A).y.tolist() == [1.5, 1.0, 2.0]
    assert trace(figure, f"{A}: lowest").y.tolist() == [1.0, 1.0, 2.0]
    assert trace(figure, f"{A}: highest").y.tolist() == [2.0, 1.0, 2.0]
    assert trace(figure, A).line.color == style("sam_sps").color


def test_the_spectrum_counts_eigenvalues_and_marks_the_largest() -> None:
    figure = figures.spectrum(shown())
    density = trace(figure, A)
    area = np.trapezoid(np.nan_to_num(np.asarray(density.y, dtype=float)), np.asarray(density.x, dtype=float))
    assert area == pytest.approx(10, rel=0.02), "the number of weights"
    assert trace(figure, f"{A}: largest").x.tolist() == [4.0, 2.0]
    known = figures.spectrum(shown(found(what="ridge")))
    assert trace(known, "A · USAM-PS: exact").x.tolist() == [4.0, 2.0]


@pytest.mark.parametrize("measure", MEASURES)
def test_each_measure_over_training(measure: str) -> None:
    figure = figures.over_training(shown(found(measure=measure)))
    expected = {"eigenvalue": 4.0, "trace": 20.0, "sharpness": 0.5, "average": 0.02}[measure]
    drawn = trace(figure, A)
    assert drawn.y.tolist() == pytest.approx([expected] * 9)
    assert drawn.x.tolist() == [0, 64, 128, 192, 256, 320, 384, 448, 460]
    assert (drawn.error_y.array is not None) == (measure in ("trace", "average"))


def test_losses_and_accuracies_of_networks() -> None:
    losses, accuracies = figures.losses(shown()), figures.accuracy(shown())
    assert names(losses)[:2] == [f"{A}: training", f"{A}: test"]
    assert trace(losses, f"{A}: test").y.tolist() == pytest.approx([0.2] * 9)
    assert trace(accuracies, f"{A}: test").y.tolist() == pytest.approx([0.95] * 9)
    known = figures.losses(shown(found(what="ridge")))
    assert names(known) == ["A · USAM-PS", "B · Gradient descent"]


def test_a_moment_without_a_number_is_a_gap() -> None:
    moments = [moment(0), moment(1, loss=np.nan, eigenvalue=np.nan, fit=None)]
    figure = figures.losses(shown(training=(moments, moments)))
    assert np.isnan(trace(figure, f"{A}: test").y[1])
    written(figure)


def test_the_way_ends_at_the_star() -> None:
    figure = figures.way(shown(), 0)
    assert trace(figure, A).x.tolist() == [3.0, 1.0, 0.0]
    assert trace(figure, "ends").text == ("step 0", "step 460")
    contour = figure.data[0]
    assert contour.z[0][0] < contour.z[0][1] < contour.z[1][2]
    assert not figures.way(shown(), 1).data, "no plane"


def test_the_line_between_both() -> None:
    figure = figures.joined(shown())
    assert trace(figure, "training loss").y.tolist() == pytest.approx([0.1, 0.5, 0.2])
    assert trace(figure, "straight from end to end").y.tolist() == pytest.approx([0.1, 0.2])
    assert trace(figure, "test loss").y.tolist() == pytest.approx([0.3, 0.2, 0.3])
    assert names(figures.joined(shown(found(what="ridge"))))[0] == "loss"
    assert not figures.joined(shown(joined=None)).data


def test_the_control_has_four_lines() -> None:
    figure = figures.control(shown())
    assert trace(figure, "as trained").y.tolist() == [1.5, 1.0, 2.0]
    assert trace(figure, "α = 8").y.tolist() == [6.75, 1.0, 9.0]
    assert len(names(figure)) == 4
    assert not figures.control(shown(control=None)).data


@pytest.mark.parametrize("what", ["example", "plane"])
def test_every_figure_can_be_sent(what: str) -> None:
    made = shown(found(what=what))
    for figure in (figures.slices, figures.spectrum, figures.over_training, figures.losses, figures.joined):
        assert written(figure(made))
    assert written(figures.way(made, 0))
