"""What the CNN lab does with a run: start it, steer it, and say what is going on."""

from __future__ import annotations

import time
from typing import Any

import streamlit as st

import runs
from lab.cnn import datasets
from lab.cnn import words as texts
from lab.cnn.values import allowed, config_of, in_force, of_one_seed, values_of
from lab.params import Value, real, whole
from lab.params.cnn import LANES, LaneValues
from lab.ui.screen import Screen
from lab.web.owner import COOKIE, new_owner, verify
from neural.catalog import NETWORKS
from neural.config import TrainConfig
from neural.methods import METHODS


def visitor() -> str:
    """Who looks at the page: the owner in the browser's cookie; without one, a name for this session."""
    return verify(st.context.cookies.get(COOKIE)) or str(st.session_state.setdefault("visitor", new_owner()))


class Control:
    """The run that the page shows, and its buttons.

    Parameters
    ----------
    screen : Screen
        Of the page "cnn"; its `run` names the run.

    Attributes
    ----------
    live : bool
        Whether the run is not over yet.
    mine : bool
        Whether this visitor may steer the run, or there is none.
    notices : list of str
        What the visitor should know.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._engine = runs.engine()
        self._engine.warm()
        self._owner = visitor()
        self.notices: list[str] = list(st.session_state.pop("cnn:trouble", []))
        status = self._engine.status(screen.run) if screen.run else None
        if screen.run is not None and status is None:
            self.notices.append("The run in the link is not here any more. Start a new one.")
            screen.run = None
        self._state = status.state if status else None
        self.live = status is not None and not status.over
        self._datasets = datasets.known.now()
        self._missing = self._datasets[str(screen.values["dataset"])].reason
        self._devices = self._engine.devices()
        self._check_device()
        self.mine = screen.run is None or self._engine.owns(screen.run, self._owner)
        if self._follows:
            screen.put(self._values_in_force(str(screen.run)))

    @property
    def watching(self) -> bool:
        """Whether somebody else steers the run."""
        return self.live and not self.mine

    @property
    def _follows(self) -> bool:
        """Whether the controls take the run's values: always while watching; else on arrival by a link.

        The link may be older than the last change. Of a run that is over the owner's link has what would be
        started next, and of one that has not begun, changes that are still on their way.
        """
        if self.watching:
            return True
        if self._screen.run is None or not self._screen.from_link:
            return False
        return not self.mine or (self.live and self._state not in ("queued", "starting"))

    def _values_in_force(self, run: str) -> dict[str, Value]:
        """The controls' values that are the run's now."""
        config, status = self._engine.config(run), self._engine.status(run)
        values = values_of(in_force(config, self._engine.marks(run))) if config else {}
        speed = f"{status.speed:g}" if status else ""
        return values | ({"speed": speed} if self.watching and allowed("speed", speed) else {})

    @property
    def stream(self) -> str | None:
        """Address of the run's stream."""
        return f"api/stream/{self._screen.run}" if self._screen.run else None

    @property
    def pictures(self) -> str:
        """Address of the run's pictures."""
        return f"api/runs/{self._screen.run}/pictures"

    @property
    def letters(self) -> str:
        """The lanes that have controls."""
        return LANES[: whole(self._screen.values, "lanes")]

    @property
    def steerable(self) -> bool:
        """Whether the lanes' sliders do something."""
        return self.mine or not self.live

    @property
    def shown(self) -> tuple[list[str], int]:
        """Methods of the lanes in the charts, and the number of seeds: of the run, or as chosen."""
        config = self._engine.config(self._screen.run) if self._screen.run else None
        lanes, seeds = of_one_seed(config or self._config())
        return [lane.method for lane in lanes], seeds

    @property
    def parameters(self) -> int:
        """Trainable scalars of the chosen network on the chosen images."""
        return NETWORKS[str(self._screen.values["network"])].parameters[str(self._screen.values["dataset"])]

    def buttons(self) -> None:
        """What can be done to the run as it stands; whoever watches sees it, and cannot do it."""
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if self.live:
                self._buttons_of_a_live_run()
            else:
                label = "Start" if self._state is None else "Start again"
                missing = bool(self._missing) or self._device_unknown
                st.button(label, type="primary", on_click=self._start, disabled=missing)
                text = "Start with the next seed."
                st.button("New seed", on_click=self._new_seed, help=text, disabled=missing)
                st.button("Clear", on_click=self._clear, disabled=self._state is None)
        if self.watching:
            st.info("You are watching: only the browser that started this run can steer it.")
            st.button("Leave it and start one of your own", on_click=self._clear)

    def _buttons_of_a_live_run(self) -> None:
        state, watching = self._state, not self.mine
        if state in ("paused", "interrupted"):
            self._button("Resume", "resume", type="primary", disabled=watching)
            self._button("Single step", "step", disabled=watching or state != "paused")
        else:
            self._button("Pause", "pause", disabled=watching)
        self._button("Stop", "stop", disabled=watching)
        text = "Back to the same initial weights; the sliders stay where they are."
        self._button("Rewind", "rewind", help=text, disabled=watching or state not in ("running", "paused"))
        text = "Stop, and start with the next seed."
        st.button("New seed", on_click=self._new_seed, help=text, disabled=watching)

    def _button(self, label: str, kind: str, **settings: Any) -> None:
        st.button(label, on_click=self._send, args=(kind,), **settings)

    def lane_controls(self, lane: str) -> None:
        """The method of a lane, and the parameters that the method uses."""
        screen, name = self._screen, f"{lane}_method"
        method = METHODS[str(screen.control(name, disabled=self.live, on_change=self._suggest, args=(lane,)))]
        if method.key in texts.METHODS:
            st.caption(texts.METHODS[method.key])
        for key in LaneValues.rows():
            if key in method.parameters:
                fixed = self.live and not (self.mine and key in method.steerable)
                screen.control(f"{lane}_{key}", disabled=fixed, on_change=self._steer, args=(lane, key))

    def dataset(self) -> None:
        """The choice of images; those that cannot be had here say so."""
        known = self._datasets
        remarks = {key: " (not here)" for key, found in known.items() if not found.available}
        remarks |= {key: " (downloads first)" for key, found in known.items() if found.downloads}
        self._screen.control("dataset", disabled=self.live, remarks=remarks)
        if self._missing:
            st.warning(self._missing)

    def device(self) -> None:
        """The choice of devices: those that the workers have, with what each is; the others are named."""
        chosen = str(self._screen.values["device"])
        known = self._devices or {"cpu": "", chosen: ""}
        remarks = {key: f": {what}" for key, what in known.items() if what}
        self._screen.control("device", disabled=self.live, remarks=remarks, only=known.keys())
        if self._devices is None:
            st.caption(texts.DEVICES_UNKNOWN)
        elif missing := texts.devices_missing({key.partition(":")[0] for key in self._devices}):
            st.caption(missing)

    @property
    def ask_again(self) -> float | None:
        """Seconds after which the page should look again what is here; None once all is known."""
        if self._devices is not None and datasets.known.settled:
            return None
        asked = st.session_state["cnn:asked"] = st.session_state.get("cnn:asked", 0) + 1
        return float(min(60.0, 0.6 * 1.4**asked))  # workers are there after two seconds or so

    def _check_device(self) -> None:
        """A device that no worker has gives way to the CPU, with a notice."""
        screen, device = self._screen, str(self._screen.values["device"])
        if self._devices is not None and device not in self._devices:
            here = ", ".join(f"{name} ({what})" for name, what in self._devices.items())
            self.notices.append(
                f"There is no device {device} where the runs train, only {here}: cpu is chosen instead."
            )
            screen.put({"device": "cpu"})

    @property
    def _device_unknown(self) -> bool:
        return self._devices is None and self._screen.values["device"] != "cpu"

    def speed(self) -> None:
        """How fast the run goes, in steps a second."""
        self._screen.control("speed", disabled=not self.steerable, on_change=self._set_speed)

    def downloads(self) -> None:
        """The numbers behind the charts."""
        if self._screen.run:
            st.markdown(f"[Download every recorded number (CSV)](api/runs/{self._screen.run}.csv)")

    def history(self) -> None:
        """The visitor's runs, to be opened again."""
        known = self._engine.recent(self._owner)
        with st.expander(f"Your runs ({len(known)})" if known else "Your runs"):
            if notice := self._engine.notice():
                st.caption(notice)
            if not known:
                st.caption("None yet. Runs stay here when the page is closed.")
            for found in known:
                label = f"{_when(found.created)} · {_lanes(found.config)} · {found.status.state}"
                here = found.run == self._screen.run
                st.button(
                    label, key=f"cnn.open.{found.run}", on_click=self._open, args=(found.run,), disabled=here
                )

    def _config(self) -> TrainConfig:
        return config_of({key: self._screen.current(key) for key in self._screen.rows})

    def _start(self) -> None:
        screen = self._screen
        screen.values.update({key: screen.current(key) for key in screen.rows})
        try:
            screen.run = self._engine.submit(self._config(), owner=self._owner)
            self._set_speed()
        except (runs.Busy, ValueError) as error:
            st.session_state["cnn:trouble"] = [str(error)]

    def _new_seed(self) -> None:
        if self.live:
            self._send("stop")
        row = self._screen.rows["seed"]
        seed = whole({"seed": self._screen.current("seed")}, "seed") + 1
        self._screen.put({"seed": seed if seed <= row.high else int(row.low)})
        self._start()

    def _clear(self) -> None:
        self._screen.run = None

    def _open(self, run: str) -> None:
        """Show an earlier run, and its last values in the controls."""
        if self._engine.config(run) is None:
            return
        self._screen.run = run
        self._screen.put(self._values_in_force(run))

    def _send(self, kind: str, lane: int = 0, values: dict[str, float] | None = None) -> None:
        if self._screen.run is None:
            return
        try:
            command = runs.Command(kind, lane, values or {})  # type: ignore[arg-type]
            self._engine.send(self._screen.run, command, owner=self._owner)
        except (runs.NotOwner, runs.Busy) as error:
            st.session_state["cnn:trouble"] = [str(error)]

    def _steer(self, letter: str, key: str) -> None:
        config = self._engine.config(self._screen.run) if self._screen.run and self.live else None
        if config is None:
            return
        value = real({key: self._screen.current(f"{letter}_{key}")}, key)
        lanes, seeds = of_one_seed(config)
        for replica in range(seeds):
            self._send("set", LANES.index(letter) + replica * len(lanes), {key: value})

    def _set_speed(self) -> None:
        if self._screen.run:
            self._send("speed", values={"steps_per_second": float(str(self._screen.current("speed")))})

    def _suggest(self, letter: str) -> None:
        """A method brings values to begin with."""
        method = METHODS[str(self._screen.current(f"{letter}_method"))]
        self._screen.put({f"{letter}_{name}": value for name, value in method.suggested})


def _when(created: float) -> str:
    return time.strftime("%d %b %H:%M", time.localtime(created))


def _lanes(config: TrainConfig) -> str:
    lanes, seeds = of_one_seed(config)
    labels = [METHODS[lane.method].label for lane in lanes]
    return ", ".join(labels) + f" on {config.dataset}" + (f", {seeds} seeds" if seeds > 1 else "")
