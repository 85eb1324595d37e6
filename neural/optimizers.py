"""From the configuration of a lane to its optimizer, and from a change on screen to the running optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from importlib import import_module
from typing import Any, Protocol

from torch import Tensor
from torch.nn import Parameter
from torch.optim.lr_scheduler import CosineAnnealingLR

from neural.adaptive import SASAM, Adam, AdaSAM, LightSAM1, LightSAM2, LightSAM3
from neural.config import LaneConfig
from neural.methods import METHODS
from neural.packages import MissingPackageError, missing
from neural.peers.muon import Muon
from neural.sam import SAM, SGD
from sam_sps import SAM_SPS, StepInfo


class ClosureOptimizer(Protocol):
    """What the training loop asks of an optimizer: a step from a closure, and an account of it."""

    param_groups: list[dict[str, Any]]

    @property
    def last_step(self) -> StepInfo | None:
        """What happened in the last step."""

    def step(self, closure: Callable[[], Tensor]) -> Any:
        """One update; the closure computes the loss, calls backward and returns the loss."""

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint."""

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Inverse of `state_dict`."""


Builder = Callable[[list[Parameter], Mapping[str, float]], Any]


def _taking(cls: Callable[..., Any], *names: str) -> Builder:
    """A builder that passes the hyperparameters called `names` to `cls`."""
    return lambda params, values: cls(params, **{name: values[name] for name in names})


def _peer(module: str, name: str) -> Builder:
    """A builder of a method from an optional package, whose module is imported only then."""

    def build(params: list[Parameter], values: Mapping[str, float]) -> Any:
        cls = getattr(import_module(f"neural.peers.{module}"), name)
        return cls(params, lr=values["lr"], weight_decay=values["weight_decay"])

    return build


BUILDERS: dict[str, Builder] = {
    # With ρ = 0 it is SPS_max, whose step is one pass.
    "sam_sps": _taking(partial(SAM_SPS, sam_every=1), "rho", "lambd", "gamma_b", "weight_decay"),
    "sam": _taking(SAM, "rho", "lambd", "lr", "weight_decay", "momentum"),
    "sgd": _taking(SGD, "lr", "weight_decay", "momentum"),
    "adam": _taking(Adam, "lr", "weight_decay"),
    "adasam": _taking(AdaSAM, "lr", "rho", "weight_decay"),
    "lightsam_1": _taking(LightSAM1, "lr", "rho", "weight_decay"),
    "lightsam_2": _taking(LightSAM2, "lr", "rho", "weight_decay"),
    "lightsam_3": _taking(LightSAM3, "lr", "rho", "weight_decay"),
    "sa_sam": _taking(SASAM, "lr", "weight_decay"),
    "muon": _taking(Muon, "lr", "weight_decay"),
    "momo": _peer("momo", "Momo"),
    "prodigy": _peer("prodigy", "Prodigy"),
    "schedule_free": _peer("schedule_free", "ScheduleFree"),
    "dog": _peer("dog", "DoG"),
}
"""Keys as in `neural.methods.Method.optimizer`."""


def build_optimizer(
    params: Iterable[Parameter], lane: LaneConfig, total_steps: int
) -> tuple[ClosureOptimizer, CosineAnnealingLR | None]:
    """The optimizer of a lane, and its scheduler (to be stepped after every step) where the rate is annealed.

    The annealed rate of step t = 0, ..., total_steps − 1 is lr (1 + cos(π t / total_steps)) / 2.
    MissingPackageError where the method comes from a package that is not installed.
    """
    method = METHODS[lane.method]
    if reason := missing(lane.method):
        raise MissingPackageError(reason)
    optimizer = BUILDERS[method.optimizer](list(params), lane.effective())
    return optimizer, CosineAnnealingLR(optimizer, T_max=total_steps) if method.cosine else None


def apply_changes(
    optimizer: ClosureOptimizer, scheduler: CosineAnnealingLR | None, changes: Mapping[str, float]
) -> None:
    """Write validated hyperparameters into every parameter group.

    Under annealing a new `lr` is a new peak: the rate continues on the half cosine of that height.
    """
    for name, value in changes.items():
        if name == "lr" and scheduler is not None:
            scheduler.base_lrs = [value for _ in scheduler.base_lrs]
            value *= (1 + math.cos(math.pi * scheduler.last_epoch / scheduler.T_max)) / 2
        for group in optimizer.param_groups:
            group[name] = value
