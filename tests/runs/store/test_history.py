"""Arrays of points: increments, cuts, packing, and a thinning that loses no peak."""

from __future__ import annotations

import math
import random

from runs.record import NAMES, WHOLE, Columns
from runs.store.chunks import joined, pack, unpack
from runs.store.history import History


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
