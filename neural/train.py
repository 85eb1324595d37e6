"""The training loop: several methods side by side, as a plain generator of measurements."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from neural.augmentation import crop_and_flip, draws
from neural.config import TrainConfig
from neural.data import data_of, epoch_order
from neural.devices import chunk_of, find_device
from neural.evaluation import Evaluation, evaluate, evaluate_recomputed
from neural.lane import LaneTrainer
from neural.methods import METHODS
from neural.networks import build_network
from neural.pictures import Pictures, pictures
from neural.point import Change, Point
from neural.prepared import prepared
from neural.ranks import ALONE, Ranks, over_ranks
from sam_sps import StepInfo


class TrainingLoop:
    """Lanes that train the same network, from the same initial weights, on the same batches, step by step.

    Lanes of another seed (`LaneConfig.replica`) share the weights and batches of that seed.

    On the CPU with one torch thread, the same configuration gives the same numbers, `seconds` apart. The
    global random state is neither used nor changed; the number of torch threads is the caller's.

    Parameters
    ----------
    config : TrainConfig
    ranks : Ranks
        The processes that train together, each calling all of this in the same order.

    Attributes
    ----------
    lanes : tuple of LaneTrainer
        With the current hyperparameters (`lane.config`) and networks.
    steps_per_epoch, total_steps : int
        Steps of every lane.

    Raises
    ------
    ValueError
        If the device is not available, or a rank would have nothing to do.

    Examples
    --------
    >>> loop = TrainingLoop(TrainConfig(lanes=(LaneConfig("sam_sps"), LaneConfig("sgd_constant"))))
    >>> for point in loop.run():
    ...     if point.step == 100:
    ...         loop.set(0, gamma_b=0.1)  # holds from step 101 on
    """

    def __init__(self, config: TrainConfig, ranks: Ranks = ALONE) -> None:
        device = find_device(ranks.device(config.device))
        self.config, self._ranks = config, ranks
        self._data = data_of(config).to(device)
        self.steps_per_epoch = math.ceil(len(self._data.train_y) / config.batch_size)
        self.total_steps = config.epochs * self.steps_per_epoch
        smallest = (len(self._data.train_y) - 1) % config.batch_size + 1
        if smallest < ranks.world:
            raise ValueError(
                f"batch_size must leave every rank an image of an epoch's last batch, which has {smallest}, "
                f"got {config.batch_size} for {ranks.world} ranks"
            )
        self._device = device
        self._chunk = chunk_of(device)
        self.lanes = self._fresh_lanes()
        # Of each seed: the epoch, and the order of its samples.
        self._orders: dict[int, tuple[int, Tensor]] = {}

    @property
    def done(self) -> bool:
        """Whether every lane has made its steps."""
        return all(lane.steps == self.total_steps for lane in self.lanes)

    def run(self) -> Iterator[Point]:
        """Train to the end, yielding a point for every step of every lane, lanes in turn.

        Leaving the iterator pauses the run; calling `run` again continues it.
        """
        while not self.done:
            # The first lane with the fewest steps: a run may have been left between two lanes.
            yield self._advance(min(range(len(self.lanes)), key=lambda i: self.lanes[i].steps))

    def set(self, lane: int, **values: float) -> tuple[Change, ...]:
        """Change hyperparameters of a lane from its next step on.

        Parameters
        ----------
        lane : int
            Index of the lane.
        **values : float
            Any of rho, lambd, gamma_b, weight_decay and lr that the lane's method uses. Under cosine
            annealing a new lr is a new peak.

        Returns
        -------
        tuple of Change
            Those that differ from the values in force.

        Raises
        ------
        ValueError
            Unknown lane, a name that the method does not take, or a value out of range; nothing has changed
            then.
        """
        self._check_lane(lane)
        step = self.lanes[lane].steps + 1
        changed = self.lanes[lane].set(**values)
        return tuple(Change(step, lane, name, old, new) for name, (old, new) in changed.items())

    def pictures(self, lane: int) -> Pictures:
        """What a lane's network makes of the test set now, to draw; one pass over it, nothing changes."""
        self._check_lane(lane)
        with self.lanes[lane].answering():
            return pictures(self.lanes[lane].network, self._data)

    def rewind(self) -> tuple[Change, ...]:
        """Go back to step 0 and the initial weights, keeping the hyperparameters in force.

        Returns
        -------
        tuple of Change
            Those that differ from the configuration's, at step 1.
        """
        in_force = [lane.config for lane in self.lanes]
        self.lanes = self._fresh_lanes()
        changes: list[Change] = []
        for index, config in enumerate(in_force):
            values = {name: getattr(config, name) for name in METHODS[config.method].steerable}
            changes += self.set(index, **values)
        return tuple(changes)

    def state_dict(self) -> dict[str, Any]:
        """A copy of all that `load_state_dict` needs to continue bit for bit: tensors and plain values."""
        return {
            "config": self.config.to_dict(),
            "lanes": [copy.deepcopy(lane.state_dict()) for lane in self.lanes],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from the `state_dict` of a run with the same configuration; ValueError if it differs."""
        if TrainConfig.from_dict(state["config"]) != self.config:
            raise ValueError(f"state must come from the configuration {self.config}, got {state['config']}")
        for lane, lane_state in zip(self.lanes, state["lanes"], strict=True):
            lane.load_state_dict(lane_state)

    def _check_lane(self, lane: object) -> None:
        if not isinstance(lane, int) or not 0 <= lane < len(self.lanes):
            raise ValueError(f"lane must be an integer in [0, {len(self.lanes) - 1}], got {lane!r}")

    def _fresh_lanes(self) -> tuple[LaneTrainer, ...]:
        """Every lane of the configuration at step 0; those of one seed have the same initial weights."""
        config = self.config
        networks = {
            seed: prepared(
                build_network(config.network, self._data.shape, self._data.classes, seed), self._data, config
            )
            for seed in {config.seed_of(lane) for lane in config.lanes}
        }
        if self._ranks.world > 1:
            networks = {seed: over_ranks(network) for seed, network in networks.items()}
        own = [copy.deepcopy(networks[config.seed_of(lane)]).to(self._device) for lane in config.lanes]
        pairs = zip(config.lanes, own, strict=True)
        return tuple(LaneTrainer(lane, network, self.total_steps, self._ranks) for lane, network in pairs)

    def _batch(self, seed: int, step: int) -> tuple[Tensor, Tensor, int]:
        """Images and labels of step 0, 1, ..., this rank's part of them, and the size of the whole batch.

        They are the same for every lane of that seed.
        """
        epoch, index = divmod(step, self.steps_per_epoch)
        known, order = self._orders.get(seed, (-1, torch.empty(0)))
        if known != epoch:
            order = epoch_order(seed, epoch, len(self._data.train_y)).to(self._data.train_y.device)
            self._orders[seed] = (epoch, order)
        chosen = order[index * self.config.batch_size : (index + 1) * self.config.batch_size]
        part = self._ranks.part(len(chosen))
        mine = chosen[part]
        images = self._data.train_x[mine]
        if self.config.augment:
            images = crop_and_flip(images, draws(seed, step, len(chosen))[:, part])
        return images, self._data.train_y[mine], len(chosen)

    def _advance(self, index: int) -> Point:
        lane = self.lanes[index]
        info = lane.step(*self._batch(self.config.seed_of(self.config.lanes[index]), lane.steps))
        due = lane.steps % self.config.eval_every == 0 or lane.steps == self.total_steps
        if not due:
            return self._point(index, info, None, None)
        with lane.answering():
            test = evaluate(lane.network, self._data.test_x, self._data.test_y, self._chunk)
            return self._point(index, info, test, self._recomputed(lane))

    def _recomputed(self, lane: LaneTrainer) -> Evaluation | None:
        """The last evaluation once more, with BatchNorm's statistics computed anew; None before."""
        if lane.steps < self.total_steps:
            return None
        data = self._data
        return evaluate_recomputed(lane.network, data.train_x, data.test_x, data.test_y, self._chunk)

    def _point(self, index: int, info: StepInfo, test: Evaluation | None, anew: Evaluation | None) -> Point:
        lane = self.lanes[index]
        return Point(
            step=lane.steps,
            lane=index,
            epoch=lane.steps / self.steps_per_epoch,
            grad_evals=lane.grad_evals,
            seconds=lane.seconds,
            loss_x=info.loss_x,
            loss_e=info.loss_e,
            gamma=info.gamma,
            gamma_raw=info.gamma_raw,
            gamma_b=lane.cap,
            capped=info.capped,
            clamped=info.clamped,
            skipped=info.skipped,
            grad_x_norm=info.grad_x_norm,
            grad_e_norm=info.grad_e_norm,
            test_loss=None if test is None else test.loss,
            test_accuracy=None if test is None else test.accuracy,
            numerator=info.numerator,
            perturbation_norm=info.perturbation_norm,
            test_accuracy_recomputed=None if anew is None else anew.accuracy,
        )
