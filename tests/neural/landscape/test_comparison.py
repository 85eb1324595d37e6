"""What is said of minima of several methods, by hand; the shipped comparisons; and that they can be made."""

import json
import math
from dataclasses import replace

import pytest

from benchmarks.landscape import BASELINES, FILE, NETWORKS, RATES, SEEDS, compared
from neural.config import LaneConfig, TrainConfig
from neural.landscape.comparison import MEASURES, Comparison, Minimum, Pair
from neural.landscape.flatness import Effort

ONE = Minimum("sam_sps", 0, 0.1, 0.2, 0.9, 0.01, 20.0, 1.0, 2.0, 3.0, 4.0, 5.0)
CONFIG = TrainConfig((LaneConfig("sam_sps"), LaneConfig("sgd_constant")))


def comparison(*minima: Minimum) -> Comparison:
    """With these minima."""
    return Comparison(CONFIG, 0.1, 0.5, minima, (("sgd_constant", 0.1, 0.95),))


def test_a_pair_by_hand() -> None:
    found = Pair((1.0, 2.0, 5.0), (2.0, 2.0, 3.0))
    assert found.means == (pytest.approx(8 / 3), pytest.approx(7 / 3))
    assert (found.lower, found.higher, found.sign) == (1, 1, 0)
    assert Pair((1.0, 2.0), (2.0, 3.0)).sign == -1
    assert Pair((3.0, 4.0), (2.0, 3.0)).sign == 1
    assert Pair((1.0, 2.0), (2.0, 2.0)).sign == 0


def test_methods_are_compared_seed_by_seed() -> None:
    minima = [
        replace(ONE, seed=1, trace=7.0),
        replace(ONE, seed=0, trace=6.0),
        replace(ONE, method="sgd_constant", seed=0, trace=8.0),
        replace(ONE, method="sgd_constant", seed=1, trace=9.0),
    ]
    found = comparison(*minima).pair("trace", "sam_sps", "sgd_constant")
    assert (found.first, found.second) == ((6.0, 7.0), (8.0, 9.0))


def test_rank_correlations_by_hand() -> None:
    ends = ((1.0, 0.9), (2.0, 0.8), (30.0, 0.7), (4.0, 0.95))
    found = comparison(*(replace(ONE, trace=trace, test_accuracy=end) for trace, end in ends))
    # Ranks 1, 2, 4, 3 and 3, 2, 1, 4: 1 − 6 · (4 + 0 + 9 + 1) / (4 · 15).
    assert found.rank_correlation("trace") == pytest.approx(-0.4)
    assert math.isnan(found.rank_correlation("eigenvalue"))


def test_there_and_back() -> None:
    found = comparison(ONE, replace(ONE, seed=1))
    assert Comparison.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    with pytest.raises(ValueError, match="Comparison has unknown keys 'more'"):
        Comparison.from_dict(found.to_dict() | {"more": 1})
    with pytest.raises(ValueError, match="Minimum has unknown keys 'hue'"):
        Minimum.from_dict({"method": "sam_sps", "hue": 1})


def test_a_comparison_can_be_made() -> None:
    config = replace(CONFIG, network="small_cnn_bn", train_size=64, epochs=1, eval_every=10**6)
    found = compared(config, 2, (0.1, 1.0), Effort(2, 3, 1, 1e-2, 2, 2, 1, 1))
    assert [(one.method, one.seed) for one in found.minima] == [
        (method, seed) for method in ("sam_sps", "usam_sps", *BASELINES) for seed in (0, 1)
    ]
    for method in BASELINES:
        best = max((one for one in found.tried if one[0] == method), key=lambda one: one[2])
        assert [lane.lr for lane in found.config.lanes if lane.method == method] == [best[1]]
        assert sum(found.of(method, "test_accuracy")) / 2 == pytest.approx(best[2], abs=1e-4)


@pytest.mark.parametrize("network", NETWORKS)
def test_the_shipped_comparisons_are_whole(network: str) -> None:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    found = Comparison.from_dict(data[network])
    assert found.config.network == network
    assert len(found.minima) == 4 * SEEDS
    assert len(found.tried) == len(BASELINES) * len(RATES)
    for measure in MEASURES:
        assert -1 <= found.rank_correlation(measure) <= 1
    for one in found.minima:
        assert 0 < one.train_loss < 1
        assert 0.8 < one.test_accuracy <= 1
        assert one.sharpness > 0
