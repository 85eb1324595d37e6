"""All points of a run: increments, cuts, what packing leaves as it was, and a thinning that loses no peak."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from neural.point import plain
from runs.record import NAMES, WHOLE, Columns
from runs.store import history as history_module
from runs.store.chunks import joined, pack, unpack
from runs.store.history import PACKED, Array, History
from runs.thinning import kept


def block(steps: range, seed: int = 0) -> Columns:
    rng = random.Random(seed)
    columns: Columns = {name: [rng.gauss(0, 1) for _ in steps] for name in NAMES}
    columns |= {name: [step for step in steps] for name in WHOLE}
    columns["test_accuracy"] = [0.5 if step % 100 == 0 else None for step in steps]
    return columns


def test_increments_and_cuts() -> None:
    history = History(2)
    whole = [block(range(1, 1001), lane) for lane in range(2)]
    for start in range(0, 1000, 77):
        history.extend([{n: v[start : start + 77] for n, v in lane.items()} for lane in whole])
    assert len(history) == 1000
    assert history.since(0, 10**9) == (1000, whole)
    assert history.since(990, 5) == (995, [{n: v[990:995] for n, v in lane.items()} for lane in whole])
    assert history.since(2000, 5)[0] == 2000
    history.cut(300)
    history.extend([{n: v[300:310] for n, v in lane.items()} for lane in whole])
    assert history.since(0, 10**9) == (310, [{n: v[:310] for n, v in lane.items()} for lane in whole])


def test_whole_numbers_stay_whole() -> None:
    history = History(1)
    history.extend([block(range(1, 4))])
    (lane,) = history.since(0, 3)[1]
    assert all(isinstance(value, int) for name in WHOLE for value in lane[name])


def test_packed_columns_come_back() -> None:
    parts = [
        [block(range(1, 11), 1), block(range(1, 11), 2)],
        [block(range(11, 14), 3), block(range(11, 14), 4)],
    ]
    history, direct = History(2), History(2)
    history.extend(unpack(pack(joined(parts)), 2, 13))
    for part in parts:
        direct.extend(part)
    assert history.since(0, 99) == direct.since(0, 99)


def test_a_chunk_without_a_column_is_read() -> None:
    old = block(range(1, 11))
    del old["grad_x_norm"]
    history = History(1)
    history.extend(unpack(pack([old]), 1, 10))
    assert history.since(0, 99)[1][0]["grad_x_norm"] == [None] * 10


def test_thinning_keeps_every_bucket_s_extremes() -> None:
    steps, buckets = 10_007, 50
    history = History(2)
    whole = [block(range(1, steps + 1), lane) for lane in range(2)]
    history.extend(whole)
    end, lanes, left_out = history.thinned(0, 10**9, buckets)
    assert end == steps
    assert left_out == 2 * steps - sum(len(lane["step"]) for lane in lanes)
    size = math.ceil(steps / buckets)
    for lane, full in zip(lanes, whole, strict=True):
        assert len(lane["step"]) <= buckets * (2 * len(NAMES) + 1)
        assert lane["step"] == sorted(set(lane["step"]))
        assert lane["step"][-1] == steps
        for name in NAMES:
            by_step = dict(zip(lane["step"], lane[name], strict=True))
            assert all(value == full[name][step - 1] for step, value in by_step.items())
            for start in range(0, steps, size):
                bucket = [value for value in full[name][start : start + size] if value is not None]
                kept = [by_step[s] for s in range(start + 1, start + size + 1) if by_step.get(s) is not None]
                assert (min(kept), max(kept)) == (min(bucket), max(bucket))


def test_a_part_is_thinned_alone() -> None:
    history = History(1)
    history.extend([block(range(1, 10_001))])
    end, (lane,), left_out = history.thinned(4_000, 1_000, 20)
    assert end == 5_000
    assert (lane["step"][0], lane["step"][-1]) == (4_001, 5_000)
    assert left_out == 1_000 - len(lane["step"])


def test_a_short_history_is_not_thinned() -> None:
    history = History(1)
    history.extend([block(range(1, 41))])
    assert history.thinned(10, 30, 30) == (*history.since(10, 30), 0)


class Plain:
    """What a history hands out, from a table that is never packed."""

    def __init__(self, lanes: int) -> None:
        self.table = np.empty((lanes, len(NAMES), 0))

    def extend(self, lanes: list[Columns]) -> None:
        added = np.array([[np.array(lane[name], dtype=float) for name in NAMES] for lane in lanes])
        self.table = np.concatenate([self.table, added], axis=2)

    def cut(self, steps: int) -> None:
        self.table = self.table[:, :, :steps]

    def column(self, name: str) -> Array:
        return self.table[:, NAMES.index(name)]

    def since(self, start: int, limit: int) -> tuple[int, list[Columns]]:
        part = self.table[:, :, start : start + limit]
        return max(start, start + part.shape[2]), [listed(lane) for lane in part]

    def thinned(self, start: int, limit: int, buckets: int) -> tuple[int, list[Columns], int]:
        part = self.table[:, :, start : start + limit]
        lanes = [lane[:, kept(lane, buckets)] for lane in part]
        left_out = sum(part.shape[2] - lane.shape[1] for lane in lanes)
        return start + part.shape[2], [listed(lane) for lane in lanes], left_out


def listed(lane: Array) -> Columns:
    return {
        name: [None if math.isnan(value) else int(value) if name in WHOLE else float(value) for value in row]
        for name, row in zip(NAMES, lane, strict=True)
    }


def odd(rng: random.Random, name: str) -> float | None:
    """A number that may have been recorded, or one that is hard to keep."""
    if name in WHOLE:
        return rng.choice([0, 1, rng.randrange(10**9), None])
    odd_ones = [None, -0.0, 0.0, math.inf, -math.inf, 1 / 3, rng.gauss(0, 1), 1e-300, 5e-324, 2.0**60]
    return rng.choice(odd_ones) if rng.random() < 0.02 else plain(rng.lognormvariate(0, 3))


def assert_same(one: Any, other: Any) -> None:
    """Also of the same kind and sign: 1.0 is not 1 here, and -0.0 is not 0.0."""
    assert repr(one) == repr(other)


@pytest.mark.parametrize("seed", range(6))
def test_the_answers_are_those_of_a_table_that_is_never_packed(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "PACKED", 32)
    rng = random.Random(seed)
    history, expected = History(2), Plain(2)
    for _ in range(60):
        steps = rng.choice([0, 1, 9, 31, 32, 33, rng.randrange(200)])
        added = [{name: [odd(rng, name) for _ in range(steps)] for name in NAMES} for _ in range(2)]
        history.extend(added)
        expected.extend(added)
        if rng.random() < 0.3:
            steps = rng.randrange(len(history) + 40)
            history.cut(steps)
            expected.cut(steps)
        assert len(history) == expected.table.shape[2]
        start, limit = rng.randrange(len(history) + 1), rng.choice([0, 1, 32, 200, 10**9])
        assert_same(history.since(start, limit), expected.since(start, limit))
        assert_same(history.thinned(start, limit, 7), expected.thinned(start, limit, 7))
        name = rng.choice(NAMES)
        found = history.column(name)
        assert (found.shape, found.tobytes()) == (
            expected.column(name).shape,
            expected.column(name).tobytes(),
        )


def test_a_column_is_a_copy() -> None:
    history = History(1)
    history.extend([block(range(1, 3 * PACKED))])
    history.column("loss_x")[:] = 0.0
    assert history.column("loss_x").all()


def test_a_copy_stays_as_it_is() -> None:
    history, whole = History(1), block(range(1, 3 * PACKED))
    history.extend([whole])
    copy = history.copy()
    history.cut(PACKED // 2)
    history.extend([block(range(1, 4 * PACKED), seed=1)])
    assert copy.since(0, 10**9) == (len(whole["step"]), [whole])


def recorded(steps: range, seed: int) -> Columns:
    """Numbers as a worker sends them: few change with every step, and these have six digits."""
    noisy = ("loss_x", "loss_e", "gamma", "gamma_raw", "grad_x_norm", "grad_e_norm", "numerator", "sam_gap")
    lane = block(steps, seed)
    zeros = {name: [0] * len(steps) for name in WHOLE} | {"step": list(steps)}
    measured: Columns = {name: [plain(math.exp(value)) for value in lane[name]] for name in noisy}
    return {name: [None] * len(steps) for name in NAMES} | zeros | measured


def test_a_long_run_takes_a_quarter_of_what_floats_would_take() -> None:
    history = History(3)
    whole = [recorded(range(1, 20 * PACKED + 1), lane) for lane in range(3)]
    history.extend(whole)
    table = 2 * PACKED * 3 * len(NAMES) * 8
    assert history.bytes - table < 18 * PACKED * 3 * len(NAMES) * 8 / 4
    packed = history.bytes - table
    history.cut(10 * PACKED)
    assert history.bytes - table < 0.6 * packed


def test_who_follows_a_run_has_nothing_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    history, whole = History(1), block(range(1, 5 * PACKED))
    history.extend([whole])
    monkeypatch.delattr("runs.store.packing.PackedSteps.column")
    start = len(history) - PACKED
    assert history.since(start, 10**9)[1] == [{name: values[start:] for name, values in whole.items()}]
