"""One lane of a run: a network, its optimizer and what they have cost so far."""

from __future__ import annotations

import math
import time
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from neural.config import LaneConfig
from neural.methods import METHODS
from neural.optimizers import apply_changes, build_optimizer
from neural.ranks import ALONE, Ranks
from sam_sps import StepInfo


class LaneTrainer:
    """Trains one network with one method, a step at a time.

    Attributes
    ----------
    config : LaneConfig
        The hyperparameters in force now.
    network : nn.Module
    steps, grad_evals : int
        Steps made; gradients computed for them (`Method.passes` in a step).
    seconds : float
        Time spent in the steps, evaluations apart.
    """

    def __init__(
        self, config: LaneConfig, network: nn.Module, total_steps: int, ranks: Ranks = ALONE
    ) -> None:
        self.config = config
        self.network = network
        self._ranks, self._params = ranks, list(network.parameters())
        self.steps = self.grad_evals = 0
        self.seconds = 0.0
        self._optimizer, self._scheduler = build_optimizer(network.parameters(), config, total_steps)

    @property
    def cap(self) -> float:
        """The cap γ_b in force; nan where the method has none."""
        return self.config.gamma_b if METHODS[self.config.method].adaptive else math.nan

    def step(self, x: Tensor, y: Tensor, batch: int | None = None) -> StepInfo:
        """One update on the batch x, shape (m, channels, height, width), y, shape (m,).

        Of several ranks each has a part of the batch; `batch` is the size of the whole.
        """

        def closure() -> Tensor:
            self.grad_evals += 1
            if self._ranks.world == 1:
                loss = F.cross_entropy(self.network(x), y)
                loss.backward()
                return loss
            loss = F.cross_entropy(self.network(x), y, reduction="sum") / (batch or len(y))
            loss.backward()
            return self._ranks.join_(loss, self._params)

        start = time.perf_counter()
        self._optimizer.step(closure)
        info = self._optimizer.last_step
        if info is None:
            raise RuntimeError("the optimizer gave no account of its step")
        if self._scheduler is not None:
            self._scheduler.step()
        self.seconds += time.perf_counter() - start
        self.steps += 1
        return info

    def answering(self) -> AbstractContextManager[object]:
        """Inside, the network has the weights that the method is tested at: mostly those that it trains."""
        answering = getattr(self._optimizer, "answering", nullcontext)
        return answering()

    def set(self, **values: float) -> dict[str, tuple[float, float]]:
        """Change hyperparameters from the next step on; returns {name: (old, new)} of those that differ.

        Raises
        ------
        ValueError
            A name that this method does not use or that cannot change while it trains, or a value out of
            range; nothing has changed then.
        """
        method = METHODS[self.config.method]
        for name, value in values.items():
            if name not in method.steerable:
                raise ValueError(
                    f"{name} = {value!r} cannot be set on a {method.key} lane while it trains; "
                    f"it takes {', '.join(method.steerable)}"
                )
        config = LaneConfig.from_dict(self.config.to_dict() | values)
        changed = {
            name: (getattr(self.config, name), getattr(config, name))
            for name in values
            if getattr(self.config, name) != getattr(config, name)
        }
        apply_changes(self._optimizer, self._scheduler, {name: new for name, (_, new) in changed.items()})
        self.config = config
        return changed

    def state_dict(self) -> dict[str, Any]:
        """Tensors and plain values from which `load_state_dict` continues bit for bit."""
        return {
            "config": self.config.to_dict(),
            "steps": self.steps,
            "grad_evals": self.grad_evals,
            "seconds": self.seconds,
            "network": self.network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "scheduler": None if self._scheduler is None else self._scheduler.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Inverse of `state_dict`, for a lane of the same method and network."""
        self.config = LaneConfig.from_dict(state["config"])
        self.steps, self.grad_evals, self.seconds = state["steps"], state["grad_evals"], state["seconds"]
        self.network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        if self._scheduler is not None:
            self._scheduler.load_state_dict(state["scheduler"])
