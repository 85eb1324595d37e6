"""The training loop: several methods side by side, as a plain generator of measurements."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from neural.config import TrainConfig
from neural.data import data_of, epoch_order
from neural.devices import find_device
from neural.evaluation import Evaluation, evaluate
from neural.lane import LaneTrainer
from neural.methods import METHODS
from neural.networks import build_network
from neural.pictures import Pictures, pictures
from neural.point import Change, Point
from sam_sps import StepInfo


class TrainingLoop:
    """Lanes that train the same network, from the same initial weights, on the same batches, step by step.

    Lanes of another seed (`LaneConfig.replica`) share the weights and batches of that seed.

    On the CPU with one torch thread, the same configuration gives the same numbers, `seconds` apart. The
    global random state is neither used nor changed; the number of torch threads is the caller's.

    Parameters
    ----------
    config : TrainConfig

    Attributes
    ----------
    lanes : tuple of LaneTrainer
        With the current hyperparameters (`lane.config`) and networks.
    steps_per_epoch, total_steps : int
        Steps of every lane.

    Raises
    ------
    ValueError
        If the device is not available.

    Examples
    --------
    >>> loop = TrainingLoop(TrainConfig(lanes=(LaneConfig("sam_sps"), LaneConfig("sgd_constant"))))
    >>> for point in loop.run():
    ...     if point.step == 100:
    ...         loop.set(0, gamma_b=0.1)  # holds from step 101 on
    """

    def __init__(self, config: TrainConfig) -> None:
        device = find_device(config.device)
        self.config = config
        self._data = data_of(config).to(device)
        self.steps_per_epoch = math.ceil(len(self._data.train_y) / config.batch_size)
        self.total_steps = config.epochs * self.steps_per_epoch
        self._device = device
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
            seed: build_network(config.network, self._data.shape, self._data.classes, seed)
            for seed in {config.seed_of(lane) for lane in config.lanes}
        }
        own = [copy.deepcopy(networks[config.seed_of(lane)]).to(self._device) for lane in config.lanes]
        pairs = zip(config.lanes, own, strict=True)
        return tuple(LaneTrainer(lane, network, self.total_steps) for lane, network in pairs)

    def _batch(self, seed: int, step: int) -> tuple[Tensor, Tensor]:
        """Images and labels of step 0, 1, ...: the same for every lane of that seed."""
        epoch, index = divmod(step, self.steps_per_epoch)
        known, order = self._orders.get(seed, (-1, torch.empty(0)))
        if known != epoch:
            order = epoch_order(seed, epoch, len(self._data.train_y)).to(self._data.train_y.device)
            self._orders[seed] = (epoch, order)
        chosen = order[index * self.config.batch_size : (index + 1) * self.config.batch_size]
        return self._data.train_x[chosen], self._data.train_y[chosen]

    def _advance(self, index: int) -> Point:
        lane = self.lanes[index]
        info = lane.step(*self._batch(self.config.seed_of(self.config.lanes[index]), lane.steps))
        due = lane.steps % self.config.eval_every == 0 or lane.steps == self.total_steps
        test = evaluate(lane.network, self._data.test_x, self._data.test_y) if due else None
        return self._point(index, info, test)

    def _point(self, index: int, info: StepInfo, test: Evaluation | None) -> Point:
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
        )
