"""What a training run is: frozen, hashable configurations that survive a round trip through JSON.

Nothing here imports torch. Everything is validated on construction, so a configuration that exists is valid.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from neural.catalog import DATASETS, NETWORKS, networks_for
from neural.methods import METHODS
from neural.ranges import MAX_LANES, RANGES, show

_REALS_OF_LANES = ("rho", "lambd", "gamma_b", "lr", "weight_decay", "momentum")
_NUMBERS_OF_RUNS = (
    "batch_size",
    "epochs",
    "eval_every",
    "seed",
    "train_size",
    "label_noise",
    "kappa",
    "offset",
)
PRECISIONS = ("float32", "bfloat16")
_DEVICE = re.compile(r"cpu|mps|cuda(:[0-9]{1,2})?")


def _check_key(name: str, value: object, keys: Collection[str]) -> None:
    if not isinstance(value, str) or value not in keys:
        raise ValueError(f"{name} must be one of {', '.join(keys)}, got {show(value)}")


def check_fields(cls: type[Any], data: object, required: str) -> dict[str, Any]:
    """`data` as keyword arguments of `cls`, or a ValueError that names what is unknown or missing."""
    known = [field.name for field in fields(cls)]
    if not isinstance(data, Mapping):
        raise ValueError(f"{cls.__name__} must be a mapping with keys {', '.join(known)}, got {show(data)}")
    unknown = [show(key) for key in data if key not in known]
    if unknown:
        raise ValueError(f"{cls.__name__} has unknown keys {', '.join(unknown)}; known: {', '.join(known)}")
    if required not in data:
        raise ValueError(f"{cls.__name__} must have the key {required!r}, got {show(dict(data))}")
    return dict(data)


@dataclass(frozen=True)
class LaneConfig:
    """One method of a run, with its hyperparameters.

    Parameters
    ----------
    method : str
        A key of `neural.methods.METHODS`, whose `parameters` say which of the following it uses.
    rho : float
        Sharpness radius ρ, in [0, inf).
    lambd : float
        λ in [0, 1]: 0 is USAM, 1 is SAM.
    gamma_b : float
        Cap γ_b on the Polyak step size, in [0, inf).
    lr : float
        Rate of the baselines, in (0, inf); the first one where it is annealed.
    weight_decay : float
        In [0, inf).
    momentum : float
        Heavy-ball momentum of the baselines, in [0, 1).
    replica : int
        Added to the run's seed, in [0, 15]: lanes of one replica share weights and batches.

    Raises
    ------
    ValueError
        Naming the argument, its value and the allowed range.
    """

    method: str
    rho: float = 0.1
    lambd: float = 1.0
    gamma_b: float = 1.0
    lr: float = 0.1
    weight_decay: float = 5e-4
    momentum: float = 0.0
    replica: int = 0

    def __post_init__(self) -> None:
        _check_key("method", self.method, METHODS)
        for name in (*_REALS_OF_LANES, "replica"):
            object.__setattr__(self, name, RANGES[name].check(name, getattr(self, name)))

    @property
    def label(self) -> str:
        """The method's name on screen; with λ where the method takes it and it is not that of SAM."""
        method = METHODS[self.method]
        blended = "lambd" in method.parameters and self.lambd != 1.0
        return f"{method.label}, λ = {self.lambd:g}" if blended else method.label

    def effective(self) -> dict[str, float]:
        """The hyperparameters in force: those given, overridden by those that the method fixes."""
        return {name: getattr(self, name) for name in _REALS_OF_LANES} | dict(METHODS[self.method].fixed)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The inverse of `to_dict`; absent keys take their defaults, unknown ones raise a ValueError."""
        return cls(**check_fields(cls, data, "method"))


@dataclass(frozen=True)
class TrainConfig:
    """A run: lanes that train the same network, from the same weights, on the same batches.

    Parameters
    ----------
    lanes : tuple of LaneConfig
        1 to 32.
    dataset, network : str
        Keys of `neural.catalog.DATASETS` and `NETWORKS`; the network must fit the images.
    batch_size : int
        In [1, 65536]. The last batch of an epoch holds what is left.
    epochs : int
        Passes over the training set, in [1, 1000000].
    eval_every : int
        Steps between two evaluations on the test set, in [1, 10⁹]; the last step is always evaluated.
    seed : int
        Of the initial weights and the order of the batches, in [0, 2³² − 1]. The data do not depend on it:
        split, label noise and scales are the same for every seed.
    device : str
        "cpu", "mps", "cuda" or "cuda:N".
    label_noise : float
        Share of the training labels that are replaced by one of the other classes, in [0, 1]. The test labels
        stay as they are.
    kappa : float
        κ in [1, 10¹²]: every pixel is scaled by a factor of its own, from 1 down to 1/κ, in training and test
        alike. It takes information away; for a worse conditioned problem use `offset`.
    offset : float
        Added to every pixel, in training and test alike, in [0, 100]. Nothing is lost, and the curvature is
        worse conditioned: its largest eigenvalue grows with the square of the inputs' mean (LeCun, Bottou,
        Orr and Müller, *Efficient BackProp*, 1998, section 4.3).
    train_size : int
        Most images to train on, in [1, 60000]. A larger data set is cut to a fixed random part of it.
    augment : bool
        Whether every training image is padded by 4, cropped at random and mirrored at random
        (`neural.augmentation`).
    precision : {"float32", "bfloat16"}
        Of convolutions and matrix products; weights and losses are float32.
    channels_last : bool
        Whether channels are last in memory, which GPUs prefer.

    Raises
    ------
    ValueError
        Naming the argument, its value and the allowed range.
    """

    lanes: tuple[LaneConfig, ...]
    dataset: str = "digits"
    network: str = "small_cnn"
    batch_size: int = 64
    epochs: int = 20
    eval_every: int = 25
    seed: int = 0
    device: str = "cpu"
    label_noise: float = 0.0
    kappa: float = 1.0
    offset: float = 0.0
    train_size: int = 10_000
    augment: bool = False
    precision: str = "float32"
    channels_last: bool = False

    def __post_init__(self) -> None:
        if (
            not isinstance(self.lanes, tuple)
            or not all(isinstance(lane, LaneConfig) for lane in self.lanes)
            or not 1 <= len(self.lanes) <= MAX_LANES
        ):
            raise ValueError(f"lanes must be a tuple of 1 to {MAX_LANES} LaneConfig, got {show(self.lanes)}")
        _check_key("dataset", self.dataset, DATASETS)
        _check_key("network", self.network, NETWORKS)
        if not NETWORKS[self.network].takes(self.dataset):
            fitting = ", ".join(networks_for(self.dataset))
            raise ValueError(
                f"network must fit the images of {self.dataset}: one of {fitting}, got {self.network!r}"
            )
        for name in _NUMBERS_OF_RUNS:
            object.__setattr__(self, name, RANGES[name].check(name, getattr(self, name)))
        _check_key("precision", self.precision, PRECISIONS)
        for name in ("augment", "channels_last"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} must be true or false, got {show(getattr(self, name))}")
        if DATASETS[self.dataset].source == "archive" and (self.kappa, self.offset) != (1.0, 0.0):
            raise ValueError(
                f"kappa and offset must be 1 and 0 for {self.dataset}, whose pixels stay bytes, "
                f"got {self.kappa:g} and {self.offset:g}"
            )
        if not isinstance(self.device, str) or not _DEVICE.fullmatch(self.device):
            raise ValueError(f'device must be "cpu", "mps", "cuda" or "cuda:N", got {show(self.device)}')

    def seed_of(self, lane: LaneConfig) -> int:
        """The seed of a lane's initial weights and batches."""
        return (self.seed + lane.replica) % 2**32

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, lanes as a list."""
        values = asdict(self)
        return values | {"lanes": list(values["lanes"])}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The inverse of `to_dict`; absent keys take their defaults, unknown ones raise a ValueError."""
        values = check_fields(cls, data, "lanes")
        lanes = values["lanes"]
        if not isinstance(lanes, list | tuple):
            raise ValueError(f"lanes must be a list of mappings, got {show(lanes)}")
        return cls(**values | {"lanes": tuple(LaneConfig.from_dict(lane) for lane in lanes)})
