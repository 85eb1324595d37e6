"""What a visitor can do to a run: callbacks of the page's widgets, before the script runs again."""

from __future__ import annotations

import streamlit as st

import runs
from lab.cnn.compute import CnnResult
from lab.cnn.run_config import cnn_config, in_force, next_seed, of_one_seed, train_config
from lab.params import CnnConfig
from lab.params.cnn import LANES
from lab.ui.screen import Screen
from lab.web.owner import COOKIE, new_owner, verify
from neural.config import TrainConfig
from neural.methods import METHODS

TROUBLE = "cnn:trouble"  # what went wrong, in the session until the page says it


def visitor() -> str:
    """Who looks at the page: the owner in the browser's cookie; without one, a name for this session."""
    return verify(st.context.cookies.get(COOKIE)) or str(st.session_state.setdefault("visitor", new_owner()))


def newest(screen: Screen[CnnConfig]) -> CnnConfig:
    """The controls as they are in a callback: a widget knows its new value before the screen does."""
    return CnnConfig.from_values({key: screen.current(key) for key in screen.rows})


def start(screen: Screen[CnnConfig]) -> None:
    """Start a run of the controls' values, and show it."""
    config = newest(screen)
    screen.values.update(config.values())
    try:
        screen.run = runs.engine().submit(train_config(config), owner=visitor())
    except (runs.Busy, ValueError) as error:
        st.session_state[TROUBLE] = [str(error)]
        return
    set_speed(screen)


def start_with_next_seed(screen: Screen[CnnConfig], result: CnnResult) -> None:
    """Stop what goes on, and start the same with the next seed."""
    if result.live:
        send(screen, runs.Command("stop"))
    screen.put({"seed": next_seed(newest(screen)).seed})
    start(screen)


def clear(screen: Screen[CnnConfig]) -> None:
    """Show no run any more."""
    screen.run = None


def open_run(screen: Screen[CnnConfig], run: str) -> None:
    """Show an earlier run, and its last values in the controls."""
    engine = runs.engine()
    training = engine.config(run)
    if training is None:
        return
    screen.run = run
    screen.put(cnn_config(in_force(training, engine.marks(run)), newest(screen)).values())


def send(screen: Screen[CnnConfig], command: runs.Command) -> None:
    """Pass a command on to the run that is shown."""
    if screen.run is None:
        return
    try:
        runs.engine().send(screen.run, command, owner=visitor())
    except (runs.NotOwner, runs.Busy) as error:
        st.session_state[TROUBLE] = [str(error)]


def set_speed(screen: Screen[CnnConfig]) -> None:
    """Have the run go as fast as the control says."""
    speed = float(newest(screen).speed)
    send(screen, runs.Command("speed", values={"steps_per_second": speed}))


def steer(screen: Screen[CnnConfig], result: CnnResult, letter: str, name: str) -> None:
    """Have a lane of a live run take the control's new value, for every seed."""
    if result.live:
        value = getattr(getattr(newest(screen), letter), name)
        for command in commands(result.training, letter, name, value):
            send(screen, command)


def commands(training: TrainConfig, letter: str, name: str, value: float) -> list[runs.Command]:
    """What is sent to change a value of a lane: a command for each of its seeds."""
    lanes, seeds = of_one_seed(training)
    first = LANES.index(letter)
    return [runs.Command("set", first + seed * len(lanes), {name: value}) for seed in range(seeds)]


def suggest(screen: Screen[CnnConfig], letter: str) -> None:
    """Have a lane begin with the values that its new method suggests."""
    method = METHODS[getattr(newest(screen), letter).method]
    screen.put({f"{letter}_{name}": value for name, value in method.suggested})
