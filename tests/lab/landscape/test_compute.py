"""The stages: estimates against exact answers, a tiny network against its own loss, what is computed anew."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lab.landscape import compute, measure
from lab.landscape.places import Found
from lab.landscape.sites import Given, site
from lab.pool import pool as pools
from lab.pool.refusal import BusyError
from neural.landscape.directions import filter_normalised, random_directions
from neural.landscape.functions import untold
from runs.moments import unpack
from tests.lab.landscape.engine import RUN, TRAINED, Engine, found, packed


@pytest.fixture(autouse=True)
def _engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runs.engine", Engine)


@pytest.fixture(scope="module")
def tiny() -> Found:
    return found(RUN, what="run", images=64, directions=2, alpha=4.0)


@pytest.mark.parametrize(
    "values",
    [
        {"what": "ridge", "kappa": 1000.0},
        {"what": "ridge", "rho": 2.0, "moment": 0},
        {"what": "plane", "function": "quadratic"},
        {"what": "plane", "function": "log_sum_exp", "rho": 0.5},
    ],
)
def test_estimates_are_near_to_what_is_known(values: dict[str, Any]) -> None:
    for one in compute.result(found(**values), "numbers"):
        assert one.exact is not None
        count = len(one.eigenvalues)
        np.testing.assert_allclose(one.eigenvalues, one.exact.eigenvalues[:count], rtol=1e-6)
        assert abs(one.trace.value - one.exact.trace) <= 4 * one.trace.error + 1e-9
        slack = 1e-3 if one.exact.on_a_grid else 1e-9
        assert 0.5 * one.exact.greatest <= one.sharpness.value <= one.exact.greatest * (1 + slack) + 1e-15
        assert abs(one.average.value - one.exact.average) <= 4 * one.average.error + slack * one.exact.average
        assert one.fit is None


def test_slices_of_what_is_known_have_directions_of_length_1() -> None:
    here = found(what="plane", function="quadratic", kappa=1.0)
    for cuts in compute.result(here, "coarse"):
        np.testing.assert_allclose(cuts.losses, 0.25 + cuts.steps**2 / 2 * np.ones((3, 1)), atol=1e-6)


def test_slices_of_a_network_are_its_loss(tiny: Found) -> None:
    lane = tiny.lanes[1]
    cuts = compute.result(tiny, "fine")[1]
    here = site(lane.at, tiny.config, Given({RUN: TRAINED}, {lane.at: unpack(packed()[4], 1) or {}}))
    raw = random_directions(here.landscape.size, 2, 0)
    directions = filter_normalised(raw, here.w, here.filters)
    assert cuts.losses.shape == (2, measure.FINE_POINTS)
    for i, t in ((0, 0), (1, 7), (0, measure.FINE_POINTS - 1)):
        assert cuts.losses[i, t] == here.landscape.loss(here.w + cuts.steps[t] * directions[i])
    plain = replace(tiny, config=replace(tiny.config, normalise=False))
    whole = filter_normalised(raw, here.w, np.zeros_like(here.filters))
    np.testing.assert_allclose(np.linalg.norm(whole, axis=1), np.linalg.norm(here.w))
    cut = compute.result(plain, "coarse")[1]
    assert cut.losses[1, 0] == here.landscape.loss(here.w + cut.steps[0] * whole[1])


def test_every_stage_of_a_network(tiny: Found) -> None:
    assert compute.stages(tiny) == list(compute.STAGES)
    numbers = compute.result(tiny, "numbers")
    assert all(one.sharpness.value > 0 and one.exact is None for one in numbers)
    moments = compute.result(tiny, "training")
    assert [moment.step for moment in moments[0]] == [0, 2, 4]
    assert moments[0][0].fit == moments[1][0].fit, "lanes begin alike"
    assert moments[0][-1].fit == numbers[0].fit
    assert moments[1][-1].eigenvalue == pytest.approx(numbers[1].eigenvalues[0], rel=2e-2)
    ways = compute.result(tiny, "ways")
    assert ways[0].path.shape == (3, 2)
    assert ways[0].path[-1].tolist() == [0.0, 0.0]
    assert sum(ways[0].explained) <= 1 + 1e-9
    between = compute.result(tiny, "joined")
    assert between.train.losses[0] == pytest.approx(numbers[0].loss, rel=1e-6)
    assert between.train.losses[-1] == pytest.approx(numbers[1].loss, rel=1e-6)
    assert between.test is not None


def test_the_control_computes_the_same_function_and_looks_sharper(tiny: Found) -> None:
    control = compute.result(tiny, "control")
    assert control.difference == 0, "4 is a power of two: nothing is rounded"
    np.testing.assert_allclose(control.filtered_rescaled.losses, control.filtered.losses, rtol=1e-5)
    assert control.plain_rescaled.rise().value > control.plain.rise().value
    assert control.eigenvalue_rescaled > 2 * control.eigenvalue


def test_nothing_that_comes_back_needs_torch(tiny: Found) -> None:
    for stage in compute.STAGES:
        assert b"torch" not in pickle.dumps(compute.result(tiny, stage)), stage


def test_only_what_matters_to_a_stage_has_it_computed_anew(tiny: Found) -> None:
    def changed(**values: Any) -> set[str]:
        other = replace(tiny, config=replace(tiny.config, **values))
        return {
            stage for stage in compute.STAGES if compute.asked(tiny, stage) != compute.asked(other, stage)
        }

    assert changed(alpha=2.0) == {"control"}
    assert changed(measure="trace") == set()
    assert changed(rho=0.2) == {"numbers", "training", "control"}
    assert changed(reach=0.5) == {"coarse", "fine", "control"}
    assert changed(images=128) == set(compute.STAGES)


def test_stages_without_a_meaning_are_left_out() -> None:
    assert compute.stages(found(what="ridge")) == ["coarse", "fine", "numbers", "joined", "ways", "training"]
    assert "joined" not in compute.stages(found(what="plane", b="none"))


def test_a_computation_ends_where_it_is_told_to(tiny: Found) -> None:
    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    key = compute.asked(tiny, "ways")
    for stage in ("numbers", "ways"):
        measured = compute.STAGES[stage].measured
        with pytest.raises(KeyboardInterrupt):
            measured(key.lanes, key.config, compute._given(key), stop)


def test_weights_that_are_not_finite_give_no_number_and_no_plane(tiny: Found) -> None:
    broken = unpack(packed()[4], 0) or {}
    broken |= {"0.weight": np.full_like(broken["0.weight"], np.nan)}
    points = tiny.lanes[0].points
    weights = {point: unpack(packed()[point.step], 0) or {} for point in points} | {points[-1]: broken}
    given = Given({RUN: TRAINED}, weights)
    (moments,) = measure.training([points[-1:]], tiny.config, given, untold)
    assert np.isnan(moments[0].loss)
    assert moments[0].fit is None
    assert measure.ways([points], tiny.config, given, untold) == (None,)


def test_torch_is_loaded_ahead_in_a_compute_process_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    class Pool:
        def ask(self, visitor: str, key: str, task: Any, *_rest: Any) -> None:
            asked.append((key, task.function.__name__))
            raise BusyError("full")

    monkeypatch.setattr(pools, "current", lambda: None)
    compute.warm()
    monkeypatch.setattr(pools, "current", Pool)
    compute.warm()
    assert asked == [("torch", "_load_torch")]


def test_weights_that_a_run_drops_meanwhile_are_there_for_the_later_stages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = found(RUN, what="run", images=64, directions=2, seed=77)
    compute.hold(here)
    monkeypatch.setattr(Engine, "weights", lambda *_: None)
    assert compute.result(here, "coarse")[0].losses.shape == (2, measure.COARSE_POINTS)
    assert len(compute._given(compute.asked(here, "training")).weights) == 6
