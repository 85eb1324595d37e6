"""The Ridge lab's charts as the browser asks for them: from a configuration to figures by name."""

from __future__ import annotations

from collections.abc import Callable

from lab.params import RidgeConfig
from lab.pool.task import Task
from lab.pool.work import Gone, Tell
from lab.ridge import figures
from lab.ridge.compute import ELSEWHERE, WORK, compute, follows, key_of
from lab.ridge.result import RidgeResult
from lab.ui.drawing import Drawing
from lab.web.chart_routes import Charts

FIGURES: dict[str, Callable[[RidgeResult], Drawing]] = {
    "gap": figures.relative_gap,
    "gamma": figures.gamma,
    "grad": figures.grad_norm,
    "held": figures.held,
    "shares": figures.shares,
}


def build(config: RidgeConfig) -> dict[str, Drawing]:
    """All five charts; none where no method is chosen."""
    result = compute(config)
    return {name: figure(result) for name, figure in FIGURES.items()} if result.tracks else {}


async def ready(config: RidgeConfig, visitor: str, gone: Gone) -> None:
    """Wait until the charts can be built in a moment."""
    await WORK.ready(key_of(config), visitor, gone)


def beside(config: RidgeConfig) -> Task | None:
    """The same in a process beside the app, of a comparison that is neither known nor long."""
    key = key_of(config)
    known = WORK.has(key) or not WORK.is_quick(key)
    return None if known or config.problem != "ridge" else Task(_drawn, (config,))


def _drawn(config: RidgeConfig, _tell: Tell) -> tuple[str, RidgeResult]:
    return CHARTS.written(config), compute(config)


def _keep(config: RidgeConfig, result: RidgeResult) -> None:
    WORK.keep_quick(key_of(config), result)


CHARTS = Charts(RidgeConfig, build, follows, ready, ELSEWHERE, beside, _keep)
