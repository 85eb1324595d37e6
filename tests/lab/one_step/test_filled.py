"""What is drawn into a file is what the browser draws: its own function says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.one_step import figures
from lab.one_step.compute import compute
from lab.one_step.filled import filled
from lab.one_step.frames import frames
from lab.params import OneStepConfig
from tests.lab.chart.node import called, laid_out

CONFIGS = [
    OneStepConfig(),
    OneStepConfig(variables="1", second="sgd", gamma_b=0.1),
    OneStepConfig(function="ripples", second="sps_max", rho=0.0, steps=5),
]


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("modules"))


def test_every_trace_at_the_first_and_at_a_later_step(modules: Path) -> None:
    calls, expected = [], []
    for config in CONFIGS:
        result = compute(config)
        moving = frames(result)
        for figure in (figures.picture(result), figures.parabola(result)):
            for t in (0, 3):
                drawn = filled(figure, moving, t).to_plotly_json()["data"]
                for before, after in zip(figure.to_plotly_json()["data"], drawn, strict=True):
                    if "lane" in (before.get("meta") or {}):
                        calls.append([dict(before), moving, t])
                        expected.append(after)
    assert len(calls) > 60
    for found, after in zip(called(modules, "steps", "fillStep", calls), expected, strict=True):
        for axis in ("x", "y"):
            assert found[axis] == [pytest.approx(one) for one in after[axis]], after["name"]
        assert found.get("textposition") == after.get("textposition")
