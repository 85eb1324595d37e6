"""What can be looked at: the lanes of a run, of the example, of a function that is known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lab.landscape import exact, example
from lab.params import LandscapeConfig
from lab.params.cnn import LANES
from lab.ui.theme import Style, style
from neural.catalog import DATASETS, NETWORKS
from neural.config import TrainConfig
from neural.methods import METHODS
from runs import Backend, Summary
from runs.moments import MOST, kept

KNOWN = ("ridge", "plane")  # exactly
TWIN_DASH, TWIN_MARKER = "longdash", "diamond-wide"
GONE = "That run is not here any more, or damaged. The example is shown."
NONE_KEPT = (
    "No weights were kept of that run: it has not begun, is of an earlier version, or too large a network. "
    "The example is shown."
)
NO_SECOND = "The second run is not here any more, or without weights: both lanes are of the first."
NO_RUNS = "There is no run of yours with weights yet: train one in the CNN lab. The example is shown."


@dataclass(frozen=True)
class Point:
    """The weights of one lane at one step; `source` is a run, "example", or what is known exactly."""

    source: str
    generation: int
    lane: int
    step: int


@dataclass(frozen=True)
class Lane:
    """A lane that is looked at.

    Attributes
    ----------
    label : str
    style : Style
    points : tuple of Point
        Its kept moments, ascending.
    at : Point
        The moment that is looked at.
    training : TrainConfig or None
        Of its run; None for what is known exactly.
    """

    label: str
    style: Style
    points: tuple[Point, ...]
    at: Point
    training: TrainConfig | None


@dataclass(frozen=True)
class Found:
    """What the page looks at.

    Attributes
    ----------
    config : LandscapeConfig
        As asked, or what is shown instead.
    run : str or None
    lanes : tuple of Lane
        One or two.
    recent : tuple of Summary
        The visitor's runs that weights were kept of, newest first.
    letters, other_letters : dict of str to str
        The lanes that can be chosen first and second, each with its method.
    notices : tuple of str
    """

    config: LandscapeConfig
    run: str | None
    lanes: tuple[Lane, ...]
    recent: tuple[Summary, ...]
    letters: dict[str, str]
    other_letters: dict[str, str]
    notices: tuple[str, ...]

    @property
    def networks(self) -> bool:
        """Whether networks are looked at."""
        return all(lane.training is not None for lane in self.lanes)

    @property
    def joinable(self) -> bool:
        """Whether there are two lanes whose weights have the same shapes, on the same images."""
        if len(self.lanes) < 2:
            return False
        first, second = (lane.training for lane in self.lanes)
        if first is None or second is None:
            return True
        return all(getattr(first, name) == getattr(second, name) for name in ("network", "dataset"))

    @property
    def subject(self) -> str:
        """Networks and images in words; empty for what is known exactly."""
        trained = (lane.training for lane in self.lanes)
        said = (f"{NETWORKS[one.network].label} on {DATASETS[one.dataset].label}" for one in trained if one)
        return " and ".join(dict.fromkeys(said))


def find(config: LandscapeConfig, run: str | None, owner: str, engine: Backend) -> Found:
    """Find out what is looked at.

    Parameters
    ----------
    config : LandscapeConfig
    run : str or None
        The run that the address names.
    owner : str
        Who looks at the page.
    engine : Backend
        Where runs live.
    """
    recent = tuple(one for one in engine.recent(owner) if one.config is not None and engine.moments(one.run))
    notices: list[str] = []
    if config.what == "run":
        run = run or (recent[0].run if recent else None)
        why = _unusable(run, engine)
        if why:
            notices.append(why)
            config, run = replace(config, what="example", a="a", b="b", other=""), None
        elif config.other and _unusable(config.other, engine):
            notices.append(NO_SECOND)
            config = replace(config, other="")
    if config.what in KNOWN:
        letters = dict(zip(LANES, exact.NAMES, strict=False))
        config, more = _within(replace(config, other=""), letters, letters)
        return Found(config, run, _known(config), recent, letters, letters, (*notices, *more))
    if config.what == "example":
        first = second = (example.config(), "example", 0, example.steps())
        config = replace(config, other="")
    else:
        first = _of_run(str(run), engine)
        second = _of_run(config.other, engine) if config.other else first
    letters, others = _letters(first[0]), _letters(second[0])
    config, more = _within(config, letters, others)
    sides = [(first, config.a), *([(second, config.b)] if config.b != "none" else [])]
    lanes = _looked_at([_lane(*side, config.moment) for side in sides])
    return Found(config, run, lanes, recent, letters, others, (*notices, *more))


def _unusable(run: str | None, engine: Backend) -> str:
    """Why a run cannot be looked at; empty where it can."""
    if run is None:
        return NO_RUNS
    if engine.config(run) is None:
        return GONE
    return "" if engine.moments(run) else NONE_KEPT


Side = tuple[TrainConfig, str, int, tuple[int, ...]]


def _of_run(run: str, engine: Backend) -> Side:
    training, status = engine.config(run), engine.status(run)
    if training is None:
        raise ValueError(f"run must be one that is there, got {run!r}")
    return training, run, status.generation if status else 0, engine.moments(run)


def _letters(training: TrainConfig) -> dict[str, str]:
    """The lanes of the first seed, by letter."""
    first = [lane for lane in training.lanes if lane.replica == training.lanes[0].replica]
    return {letter: lane.label for letter, lane in zip(LANES, first, strict=False)}


def _within(
    config: LandscapeConfig, first: dict[str, str], second: dict[str, str]
) -> tuple[LandscapeConfig, list[str]]:
    """The same with lanes that are there."""
    notices = []
    if config.a not in first:
        notices.append(f"There is no lane {config.a.upper()} here: lane A is shown.")
        config = replace(config, a="a")
    if config.b != "none" and config.b not in second:
        notices.append(f"There is no lane {config.b.upper()} here: one lane is shown.")
        config = replace(config, b="none")
    if not config.other and config.b == config.a:
        notices.append("The second lane is the first one: one lane is shown.")
        config = replace(config, b="none")
    return config, notices


def _lane(side: Side, letter: str, moment: int) -> Lane:
    training, source, generation, steps = side
    index = LANES.index(letter)
    points = tuple(Point(source, generation, index, step) for step in steps)
    method = METHODS[training.lanes[index].method]
    return Lane(
        f"{letter.upper()} · {method.label}", style(method.key), points, _nearest(points, moment), training
    )


def _known(config: LandscapeConfig) -> tuple[Lane, ...]:
    """The lanes of what is known exactly: the ways of two methods, thinned as a run's weights are."""
    lanes = []
    for letter in (config.a, *([config.b] if config.b != "none" else [])):
        index = LANES.index(letter)
        steps = sorted(kept(range(len(exact.known(config).ways[index])), MOST))
        points = tuple(Point(config.what, 0, index, step) for step in steps)
        label = f"{letter.upper()} · {exact.NAMES[index]}"
        lanes.append(Lane(label, style(exact.KEYS[index]), points, _nearest(points, config.moment), None))
    return tuple(lanes)


def _nearest(points: Sequence[Point], percent: int) -> Point:
    """The moment nearest to a share of the run; the newest at 100."""
    wanted = points[-1].step * percent / 100
    return min(reversed(points), key=lambda point: abs(point.step - wanted))


def _looked_at(lanes: list[Lane]) -> tuple[Lane, ...]:
    """The lanes, the second one told apart where it has the style or the name of the first."""
    if len(lanes) == 2 and lanes[0].style == lanes[1].style:
        own = lanes[1].style
        lanes[1] = replace(lanes[1], style=Style(own.color, TWIN_DASH, TWIN_MARKER, own.width))
    if len(lanes) == 2 and lanes[0].at.source != lanes[1].at.source:
        lanes[1] = replace(lanes[1], label=f"{lanes[1].label}, second run")
    return tuple(lanes)
