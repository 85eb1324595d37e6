"""The page can be computed at both ends of every row, and shows numbers there."""

from __future__ import annotations

import json
import re

import pytest

from lab.one_step import figures, words
from lab.one_step.compute import compute
from lab.one_step.frames import frames
from lab.params import OneStepConfig
from lab.ui.figure_json import written
from tests.lab.params.ends import at_both_ends

BASES = {
    "": OneStepConfig(),
    "one variable": OneStepConfig(variables="1", second="usam"),
    "ripples": OneStepConfig(function="ripples", f_star="value", bound=-5.0, steps=90, second="other"),
    "log-sum-exp": OneStepConfig(function="log_sum_exp", lambd=1.0, rho=100.0, second="sgd"),
    "kappa 1e6": OneStepConfig(kappa=1e6, f_star="value", bound=-5.0, gamma_b=1e-300, second="sps_max"),
    "at the minimiser": OneStepConfig(x1=0.0, x2=0.0, f_star="value", bound=5.0, second="other"),
}
ENDS = {
    f"{name} {end}".strip(): config
    for name, base in BASES.items()
    for end, config in at_both_ends(base).items()
}


@pytest.mark.parametrize("config", ENDS.values(), ids=list(ENDS))
def test_the_page_is_computed_at_both_ends_of_every_row(config: OneStepConfig) -> None:
    result = compute(config)
    moving = frames(result)
    json.dumps(moving, allow_nan=False)
    for lane, way in zip(moving["lanes"], result.ways, strict=True):
        assert lane["steps"] == way.steps == len(way.decided) <= config.steps
        for name, values in lane["numbers"].items():
            assert None not in values, (name, "is a number at every step")
    for ends in moving["axes"].values():
        assert all(low < high for low, high in zip(*ends, strict=True))
    for figure in (figures.picture(result), figures.parabola(result)):
        text = written(figure)
        json.loads(text, parse_constant=pytest.fail)
    said = words.constants(result) + words.picture(result).notice + words.parabola(result).notice
    assert not re.search(r"\b(nan|inf)\b", said)
