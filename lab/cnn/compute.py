"""What the CNN lab shows beside the live stream, found out once: the run, or what would be started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lab.cnn import conditioning
from lab.cnn.example import Columns, example_of
from lab.cnn.looks import LaneLook, lane_looks
from lab.cnn.run_config import cnn_config, in_force, of_one_seed, train_config, used_rows, with_allowed
from lab.params import CnnConfig, Value
from lab.uploads import store
from neural import known_datasets, own_data
from neural.availability import Availability
from neural.catalog import DATASETS, NETWORKS, networks_for
from neural.config import TrainConfig
from neural.methods import METHODS
from neural.own_images import parsed
from neural.packages import missing
from runs import Backend, Status, Summary
from runs.backend import OVER, State


@dataclass(frozen=True)
class CnnResult:
    """The page's state at one moment.

    Attributes
    ----------
    config : CnnConfig
        What the controls are to say: as asked, or as the run has it where they follow the run.
    run : str or None
        The run that is shown; None where there is none, or not any more.
    state : str or None
        The run's, one of `runs.backend.State`.
    mine : bool
        Whether this visitor may steer the run, or there is none.
    training : TrainConfig
        What the run trains with now, every change included; without a run what would be started.
    looks : tuple of LaneLook
        The lanes in the charts.
    datasets : mapping of str to Availability
        Every data set, and why it cannot be had here.
    devices : mapping of str to str, or None
        What each device of the workers is; None while no worker has said it.
    settled : bool
        Whether devices and data sets have been looked up.
    recent : tuple of Summary
        The visitor's runs, newest first.
    store_notice : str
        What to know about the history of runs; empty mostly.
    notices : tuple of str
        What the visitor should know.
    """

    config: CnnConfig
    run: str | None
    state: State | None
    mine: bool
    training: TrainConfig
    looks: tuple[LaneLook, ...]
    datasets: Mapping[str, Availability]
    devices: Mapping[str, str] | None
    settled: bool
    recent: tuple[Summary, ...]
    store_notice: str
    notices: tuple[str, ...]

    @property
    def live(self) -> bool:
        """Whether the run is not over yet."""
        return self.state is not None and self.state not in OVER

    @property
    def watching(self) -> bool:
        """Whether somebody else steers the run."""
        return self.live and not self.mine

    @property
    def missing(self) -> str:
        """Why the chosen images cannot be had here; empty where they can."""
        return self.datasets[self.config.dataset].reason

    @property
    def absent(self) -> dict[str, str]:
        """The methods whose packages are not installed here, by key, and what to install."""
        return {key: reason for key in METHODS if (reason := missing(key))}

    @cached_property
    def changed(self) -> dict[str, Value]:
        """Values of the run, once it is over, that the controls do not have any more; by their keys."""
        if self.state not in OVER:
            return {}
        config, run = self.config, cnn_config(self.training, self.config)
        now = config.values()
        used = {key for one in (config, run) for key in used_rows(one)}
        return {key: value for key, value in run.values().items() if key in used and value != now[key]}

    @property
    def startable(self) -> bool:
        """Whether a run of the chosen values can be started."""
        chosen = {lane.method for lane in self.config.shown_lanes.values()}
        return (
            not self.missing
            and not chosen & self.absent.keys()
            and (self.devices is not None or self.config.device == "cpu")
        )

    @property
    def parameters(self) -> int:
        """Trainable scalars of the chosen network on the chosen images."""
        return NETWORKS[self.config.network].parameters[self.config.dataset]

    @property
    def conditioning(self) -> tuple[float, float] | None:
        """Condition number of the curvature at the start, without the offset and with it, where measured."""
        return conditioning.measured(self.config.dataset, self.config.network, self.config.offset)

    @property
    def example(self) -> tuple[Columns, ...] | None:
        """Recorded columns of every lane to show before there is a run, where there are some."""
        return example_of(self.config) if self.run is None else None

    @property
    def stream(self) -> str | None:
        """Address of the run's stream."""
        return f"api/stream/{self.run}" if self.run else None


def compute(
    config: CnnConfig, run: str | None, owner: str, engine: Backend, arrived: bool, alone: bool = False
) -> CnnResult:
    """Find out all that the page shows.

    Parameters
    ----------
    config : CnnConfig
        What the controls say.
    run : str or None
        The run that the address names.
    owner : str
        Who looks at the page.
    engine : Backend
        Where runs live.
    arrived : bool
        Whether the page was just opened by a link, which may be older than the run's last change.
    alone : bool
        Whether that link names the run and no values: then the controls take those of the run.
    """
    notices = []
    status = engine.status(run) if run else None
    if run is not None and status is None:
        notices.append("The run in the link is not here any more, or damaged. Start a new one.")
        run = None
    devices = engine.devices()
    if devices is not None and config.device not in devices:
        notices.append(_absent(config.device, devices))
        config = replace(config, device="cpu")
    if not NETWORKS[config.network].takes(config.dataset):
        fitting = fitted(config)
        notices.append(_unfit(config, fitting))
        config = fitting
    mine = run is None or engine.owns(run, owner)
    started = engine.config(run) if run else None
    training = in_force(started, engine.marks(run)) if run and started else None
    if training and status and (alone or follows(status, mine, arrived)):
        config = cnn_config(training, config)
        if not (mine or status.over):
            config = with_allowed(config, {"speed": f"{status.speed:g}"})
    training = training or train_config(config)
    lanes, seeds = of_one_seed(training)
    return CnnResult(
        config=config,
        run=run,
        state=status.state if status else None,
        mine=mine,
        training=training,
        looks=lane_looks(lanes, seeds),
        datasets={**known_datasets.known.now(), **_own(config.dataset)},
        devices=devices,
        settled=devices is not None and known_datasets.known.settled,
        recent=tuple(engine.recent(owner)),
        store_notice=engine.notice(),
        notices=tuple(notices),
    )


def _own(dataset: str) -> dict[str, Availability]:
    """Whether images that a visitor has brought are here; empty for other images."""
    own = parsed(dataset)
    if own is None:
        return {}
    here = store.find("images", own.digest) is not None
    return {dataset: Availability(here, reason="" if here else own_data.GONE)}


def fitted(config: CnnConfig) -> CnnConfig:
    """The same with a network that takes the images: the chosen one, or else the first that does."""
    if NETWORKS[config.network].takes(config.dataset):
        return config
    return replace(config, network=networks_for(config.dataset)[0])


def follows(status: Status, mine: bool, arrived: bool) -> bool:
    """Whether the controls take the run's values: always for those who watch it; else on arrival by a link.

    The owner's own link keeps its values in two cases. When the run is over, they are what would be started
    next. When it has not begun, changes made meanwhile are still on their way to it.
    """
    if not mine and not status.over:
        return True
    waits = status.state in ("queued", "starting")
    return arrived and (not mine or not (status.over or waits))


def _unfit(config: CnnConfig, fitting: CnnConfig) -> str:
    asked, taken = NETWORKS[config.network].label, NETWORKS[fitting.network].label
    images = DATASETS[config.dataset].label
    return f"The network {asked} does not fit the images {images}: {taken} is chosen instead."


def _absent(device: str, devices: Mapping[str, str]) -> str:
    here = ", ".join(f"{name} ({what})" for name, what in devices.items())
    return f"There is no device {device} where the runs train, only {here}: cpu is chosen instead."
