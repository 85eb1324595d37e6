"""What a visitor can do to a run: callbacks of the page's widgets, before the script runs again."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

import runs
from lab.cnn.compute import CnnResult, fitted
from lab.cnn.presets import RACE
from lab.cnn.run_config import cnn_config, in_force, next_seed, of_one_seed, train_config
from lab.params import CnnConfig, Value
from lab.params.cnn import LANES, LaneControls
from lab.ui.screen import Screen
from lab.uploads.store import Kept
from lab.visit import computing
from neural.config import TrainConfig
from neural.methods import METHODS
from neural.own_images import OwnImages, parsed

BROUGHT = "cnn:brought"  # keys of images that were brought, in the session
OWN = "cnn:own"  # what each method's values were in each lane, in the session


def newest(screen: Screen[CnnConfig]) -> CnnConfig:
    """The controls as they are in a callback: a widget knows its new value before the screen does."""
    return CnnConfig.from_values({key: screen.current(key) for key in screen.rows})


def start(screen: Screen[CnnConfig]) -> None:
    """Start a run of the controls' values, and show it."""
    config = newest(screen)
    screen.values.update(config.values())
    try:
        screen.run = runs.engine().submit(train_config(config), owner=computing.visitor())
    except (runs.Busy, ValueError) as error:
        screen.tell(str(error))
        return
    set_speed(screen)


def take(screen: Screen[CnnConfig], config: CnnConfig) -> None:
    """Show a ready comparison, not started."""
    screen.run = None
    screen.put(config.values())


def race(screen: Screen[CnnConfig]) -> None:
    """Start the ready race, as Home's button asks for."""
    take(screen, RACE)
    start(screen)


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
        runs.engine().send(screen.run, command, owner=computing.visitor())
    except (runs.NotOwner, runs.Busy) as error:
        screen.tell(str(error))


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


def fit_network(screen: Screen[CnnConfig]) -> None:
    """Have a network that takes the newly chosen images."""
    screen.put({"network": fitted(newest(screen)).network})


def take_images(screen: Screen[CnnConfig], kept: Kept) -> None:
    """Choose images that were brought, and a network that takes them."""
    about = kept.about
    _, *shape = about["shape"]
    key = OwnImages(tuple(shape), len(about["names"]), about["train"], about["test"], kept.digest).key
    screen.put({"dataset": key, "network": fitted(replace(newest(screen), dataset=key)).network})


def own_images(shown: str) -> list[str]:
    """Images that were brought in this session, and those that are shown if they are such."""
    known: list[str] = st.session_state.setdefault(BROUGHT, [])
    if parsed(shown) is not None and shown not in known:
        known.append(shown)
    return known


def suggest(screen: Screen[CnnConfig], letter: str) -> None:
    """Have a lane's new method take the values that it had last in this lane, at first those it suggests."""
    kept: dict[tuple[str, str], dict[str, Value]] = st.session_state.setdefault(OWN, {})
    row = f"{letter}_method"
    old, new = METHODS[str(screen.values[row])], METHODS[str(screen.current(row))]
    kept[letter, old.key] = {name: screen.current(f"{letter}_{name}") for name in old.parameters}
    suggested = LaneControls.suggested(new.key).values()
    own = kept.get((letter, new.key), {name: suggested[name] for name in new.parameters})
    screen.put({f"{letter}_{name}": value for name, value in own.items()})
