"""What the CNN lab does with a run: start it, steer it, and say what is going on."""

from __future__ import annotations

import streamlit as st

from lab import runs
from lab.params import real, whole
from lab.params.cnn import LANE, LANES
from lab.screen import Screen
from neural.config import LaneConfig, TrainConfig
from neural.methods import METHODS

EVALUATE_EVERY = 20


class Control:
    """The run that the page shows, and its buttons.

    Parameters
    ----------
    screen : Screen
        Of the page "cnn"; its `run` names the run.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._engine = runs.engine()
        self._engine.warm()
        self.notices: list[str] = list(st.session_state.pop("cnn:trouble", []))
        if screen.run is not None and self._engine.status(screen.run) is None:
            self.notices.append("The run in the link is not here any more. Start a new one.")
            screen.run = None
        status = self._engine.status(screen.run) if screen.run else None
        self._state = status.state if status else None
        self.live = status is not None and not status.over

    @property
    def stream(self) -> str | None:
        """Address of the run's stream."""
        return f"api/stream/{self._screen.run}" if self._screen.run else None

    @property
    def lane_letters(self) -> str:
        """The lanes that have controls."""
        return LANES[: whole(self._screen.values, "lanes")]

    @property
    def shown_methods(self) -> list[str]:
        """Methods of the lanes in the charts: those of the run, or those chosen while there is none."""
        config = self._engine.config(self._screen.run) if self._screen.run else None
        return [lane.method for lane in (config or self._config()).lanes]

    def buttons(self) -> None:
        """Start, or pause, resume and stop."""
        with st.container(horizontal=True):
            if not self.live:
                label = "Start" if self._state is None else "Start again"
                st.button(label, type="primary", on_click=self._start)
                st.button("Clear", on_click=self._clear, disabled=self._state is None)
                return
            if self._state == "paused":
                st.button("Resume", type="primary", on_click=self._send, args=("resume",))
            else:
                st.button("Pause", on_click=self._send, args=("pause",))
            st.button("Stop", on_click=self._send, args=("stop",))

    def lane_controls(self, lane: str) -> None:
        """The method of a lane, and the parameters that the method uses."""
        method = str(self._screen.control(f"{lane}_method", disabled=self.live))
        for row in LANE[1:]:
            if row.key in METHODS[method].parameters:
                self._screen.control(f"{lane}_{row.key}", on_change=self._steer, args=(lane, row.key))

    def downloads(self) -> None:
        """The numbers behind the charts."""
        if self._screen.run:
            st.markdown(f"[Download every recorded number (CSV)](api/runs/{self._screen.run}.csv)")

    def _config(self) -> TrainConfig:
        values = self._screen.values
        return TrainConfig(
            lanes=tuple(self._lane(lane) for lane in self.lane_letters),
            batch_size=whole(values, "batch_size"),
            epochs=whole(values, "epochs"),
            eval_every=EVALUATE_EVERY,
            seed=whole(values, "seed"),
        )

    def _lane(self, lane: str) -> LaneConfig:
        values = {row.key: self._screen.current(f"{lane}_{row.key}") for row in LANE}
        return LaneConfig.from_dict(values)

    def _start(self) -> None:
        self._screen.values.update({key: self._screen.current(key) for key in self._screen.rows})
        try:
            self._screen.run = self._engine.submit(self._config())
        except (runs.Busy, ValueError) as error:
            st.session_state["cnn:trouble"] = [str(error)]

    def _clear(self) -> None:
        self._screen.run = None

    def _send(self, kind: str) -> None:
        if self._screen.run:
            self._engine.send(self._screen.run, runs.Command(kind))  # type: ignore[arg-type]

    def _steer(self, lane: str, key: str) -> None:
        if self._screen.run and self.live:
            values = {key: real({key: self._screen.current(f"{lane}_{key}")}, key)}
            self._engine.send(self._screen.run, runs.Command("set", LANES.index(lane), values))
