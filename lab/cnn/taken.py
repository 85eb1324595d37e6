"""What a link of the CNN lab shows: its run, trained anew in this process."""

from __future__ import annotations

from collections.abc import Callable

from lab.cnn import figures
from lab.cnn.compute import CnnResult
from lab.cnn.filled import filled
from lab.cnn.looks import lane_looks
from lab.cnn.numbers import name_of, table
from lab.cnn.run_config import of_one_seed, train_config
from lab.cnn.script import script
from lab.export.taken import Taken
from lab.params import CnnConfig
from neural.config import TrainConfig
from runs.record import Columns, LaneRecorder

FIGURES = {
    "gamma": figures.gamma,
    "accuracy": figures.accuracy,
    "loss": figures.loss,
    "decided": figures.decided,
    "norms": figures.grad_norms,
    "sam_gap": figures.sam_gap,
}
ANEW = "The run {run} of the link is not looked for: what the link's values say was trained anew."


def taken(config: CnnConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """The run that the values describe, without what was changed on its way.

    ValueError where its data, a package or its device is not here.
    """
    training = train_config(config)
    lanes = trained(training, progress)
    result = CnnResult(
        config=config, run="", state="finished", mine=True, training=training,
        looks=lane_looks(*of_one_seed(training)), datasets={}, devices={}, settled=True, recent=(),
        store_notice="", notices=(),
    )  # fmt: skip
    drawn = {name: filled(figure(result), lanes) for name, figure in FIGURES.items()}
    return Taken(
        name_of(training, None),
        {name: figure for name, figure in drawn.items() if figure.data},
        table(result, training, (), lanes),
        script(training, (), config, None),
        (ANEW.format(run=run),) if run else (),
    )


def trained(training: TrainConfig, progress: Callable[[float], None]) -> list[Columns]:
    """The columns of every lane, as a worker records them: with one thread, so with the same numbers."""
    import torch  # what only draws needs no torch

    from neural.openml import DataUnavailableError
    from neural.packages import MissingPackageError
    from neural.train import TrainingLoop

    torch.set_num_threads(1)
    try:
        loop = TrainingLoop(training)
    except (DataUnavailableError, MissingPackageError) as error:
        raise ValueError(str(error)) from error
    recorders = [LaneRecorder() for _ in training.lanes]
    for point in loop.run():
        recorders[point.lane].add(point)
        progress(point.step / loop.total_steps)
    return [recorder.columns for recorder in recorders]
