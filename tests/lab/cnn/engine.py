"""An engine that holds one run and does nothing: what the page finds out, without workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from lab.cnn.compute import CnnResult, compute
from lab.params import CnnConfig
from neural.config import TrainConfig
from runs import Backend, Mark, Status, Summary

RUN, OWNER = "abcdefgh1234", "me"


class OneRun:
    """Answers for the run `RUN` of `OWNER`, or for no run at all."""

    def __init__(
        self,
        training: TrainConfig | None = None,
        status: Status | None = None,
        marks: Sequence[Mark] = (),
        devices: Mapping[str, str] | None = None,
    ) -> None:
        self._known = {} if training is None else {RUN: (training, status or Status("running"))}
        self._marks, self._devices = tuple(marks), devices

    def status(self, run: str) -> Status | None:
        return self._known[run][1] if run in self._known else None

    def config(self, run: str) -> TrainConfig | None:
        return self._known[run][0] if run in self._known else None

    def marks(self, run: str) -> tuple[Mark, ...]:
        return self._marks if run in self._known else ()

    def owns(self, run: str, owner: str) -> bool:
        return run in self._known and owner == OWNER

    def devices(self) -> Mapping[str, str] | None:
        return self._devices

    def recent(self, owner: str, limit: int = 20) -> list[Summary]:
        known = self._known.items() if owner == OWNER else ()
        return [Summary(run, 0.0, training, status) for run, (training, status) in known]

    def notice(self) -> str:
        return ""


def found(
    config: CnnConfig, engine: OneRun | None = None, *, run: str | None = None, owner: str = OWNER,
    arrived: bool = False,
) -> CnnResult:  # fmt: skip
    """What the page finds out; on a machine with a CPU where nothing else is said."""
    engine = engine or OneRun(devices={"cpu": "Zilog Z80, 2 cores"})
    return compute(config, run, owner, cast(Backend, engine), arrived)
