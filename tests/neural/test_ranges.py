"""The ranges that need no torch are those of the optimizer, where a hyperparameter is the optimizer's."""

import math
import sys

import pytest

from neural.ranges import RANGES, Range
from sam_sps.hyperparameters import RANGES as OF_THE_OPTIMIZER


@pytest.mark.parametrize("name", sorted(RANGES.keys() & OF_THE_OPTIMIZER.keys()))
def test_the_optimizer_takes_what_a_lane_takes(name):
    low, high, *_ = OF_THE_OPTIMIZER[name]
    own = RANGES[name]
    assert own.low == low
    assert not own.above
    assert (sys.float_info.max if math.isinf(own.high) else own.high) == high


def test_ends_that_belong_to_a_range_and_those_that_do_not():
    assert Range(0, 1).check("a", 1) == 1.0
    assert isinstance(Range(0, 1).check("a", 1), float)
    assert Range(1, 5, whole=True).check("a", 5) == 5
    for bad in (Range(0, above=True), Range(-1, 0, below=True)):
        with pytest.raises(ValueError, match="a must be a finite number in"):
            bad.check("a", 0)
    assert [str(Range(0)), str(Range(0, above=True)), str(Range(1, 1e12)), str(Range(0, 1, below=True))] == [
        "[0, inf)", "(0, inf)", "[1, 1e12]", "[0, 1)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [True, "1", None, math.nan, math.inf, -math.inf, 10**400, pytest.param(10**5000, id="of 5001 digits")],
)
@pytest.mark.parametrize("whole", [False, True])
def test_what_is_no_number_in_any_range(value, whole):
    with pytest.raises(ValueError, match=r"^a must be an? .* in \[0, \d+\], got "):
        Range(0, 10, whole=whole).check("a", value)
