"""What a sweep is: methods × a grid × seeds, and the grid on which a method's own rates are tuned.

Frozen, hashable, and the same after a round trip through JSON, like the runs that it is made of
(`neural.sweep_runs`). Nothing here imports torch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import product
from typing import Any, Self

from neural.config import LaneConfig, TrainConfig, check_fields
from neural.methods import METHODS
from neural.ranges import show

Value = float | int | str
Values = tuple[tuple[str, Value], ...]
Grid = tuple[tuple[str, tuple[Value, ...]], ...]

OF_LANES = tuple(field.name for field in fields(LaneConfig) if field.name not in ("method", "replica"))
OF_RUNS = tuple(field.name for field in fields(TrainConfig) if field.name not in ("lanes", "seed"))
MAX_RUNS = 5_000


def points(grid: Grid) -> tuple[Values, ...]:
    """Every point of a grid, the last name varying fastest; one point without names for an empty grid."""
    names = [name for name, _ in grid]
    return tuple(tuple(zip(names, chosen, strict=True)) for chosen in product(*(many for _, many in grid)))


@dataclass(frozen=True)
class SweepMethod:
    """A method of a sweep.

    Parameters
    ----------
    method : str
        A key of `neural.methods.METHODS`.
    values : tuple of (str, value)
        Hyperparameters of this method alone; they go before `SweepConfig.fixed`.
    tuned : tuple of (str, tuple of values)
        Hyperparameters of which every combination is run and the best shown. All of them count as its cost.
    """

    method: str
    values: Values = ()
    tuned: Grid = ()

    def __post_init__(self) -> None:
        LaneConfig(self.method)  # says which methods there are
        _check_grid("tuned", self.tuned)
        _check_values("values", self.values)
        _check_names("values and tuned", [name for name, _ in (*self.values, *self.tuned)], self.parameters)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The hyperparameters that the method uses."""
        return METHODS[self.method].parameters

    @property
    def label(self) -> str:
        """The method's name on screen, with its own values."""
        own = dict(self.values)
        lane = LaneConfig(self.method, lambd=own.pop("lambd", 1.0))  # type: ignore[arg-type]
        return ", ".join([lane.label, *(f"{name.replace('_', ' ')} {value}" for name, value in own.items())])

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """From plain values: "values" and "tuned" are mappings."""
        found = check_fields(cls, data, "method")
        return cls(found["method"], _pairs("values", found.get("values")), _grid("tuned", found.get("tuned")))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"method": self.method, "values": dict(self.values), "tuned": _lists(self.tuned)}


@dataclass(frozen=True)
class SweepConfig:
    """A sweep.

    Parameters
    ----------
    methods : tuple of SweepMethod
        At least one; their labels differ.
    grid : tuple of (str, tuple of values)
        Parameters of lanes or of runs, by name, and the values of each; every combination is run. A method
        that does not use a parameter of the grid is run once for all its values.
    seeds : tuple of int
        At least one; each as `TrainConfig.seed`.
    fixed : tuple of (str, value)
        What else differs from the defaults of `TrainConfig` and `LaneConfig`, in all runs.

    Raises
    ------
    ValueError
        Naming the argument, its value and what is allowed; also for runs that could not be, and for more than
        5,000 of them.

    Examples
    --------
    >>> SweepConfig(
    ...     (SweepMethod("sam_sps"), SweepMethod("sam_cosine", tuned=(("lr", (0.1, 1.0)),))),
    ...     grid=(("rho", (0.1, 0.4)),),
    ...     fixed=(("dataset", "mnist1d"), ("network", "mlp"), ("epochs", 15)),
    ... )
    """

    methods: tuple[SweepMethod, ...]
    grid: Grid = (("rho", (0.1,)),)
    seeds: tuple[int, ...] = (0, 1, 2)
    fixed: Values = ()

    def __post_init__(self) -> None:
        ours = isinstance(self.methods, tuple) and all(isinstance(one, SweepMethod) for one in self.methods)
        if not ours or not self.methods:
            raise ValueError(f"methods must be a tuple of SweepMethod, got {show(self.methods)}")
        _check_grid("grid", self.grid)
        _check_values("fixed", self.fixed)
        _check_names("grid and fixed", [name for name, _ in (*self.grid, *self.fixed)], (*OF_LANES, *OF_RUNS))
        _check_distinct("seeds", self.seeds)
        _check_distinct("methods", tuple(one.label for one in self.methods))
        on_grid = {name for name, _ in self.grid}
        for method in self.methods:
            if twice := on_grid & {name for name, _ in (*method.values, *method.tuned)}:
                raise ValueError(
                    f"{', '.join(sorted(twice))} must be in grid or of {method.label} alone, got both"
                )
        if self.runs > MAX_RUNS:
            raise ValueError(f"a sweep must have at most {MAX_RUNS:,} runs, got {self.runs:,}")
        from neural.sweep_runs import runs_of  # the runs are valid, or say why they are not

        runs_of(self)

    @property
    def runs(self) -> int:
        """Runs of all methods, points and seeds; fewer where a method ignores a parameter of the grid."""
        tuned = sum(math.prod(len(many) for _, many in method.tuned) for method in self.methods)
        return tuned * math.prod(len(many) for _, many in self.grid) * len(self.seeds)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "methods": [method.to_dict() for method in self.methods],
            "grid": _lists(self.grid),
            "seeds": list(self.seeds),
            "fixed": dict(self.fixed),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """The inverse of `to_dict`; absent keys take their defaults, unknown ones raise a ValueError."""
        found = check_fields(cls, data, "methods")
        methods, seeds = found["methods"], found.get("seeds", list(cls.seeds))
        for name, value in (("methods", methods), ("seeds", seeds)):
            if not isinstance(value, list | tuple):
                raise ValueError(f"{name} must be a list, got {show(value)}")
        return cls(
            tuple(SweepMethod.from_dict(method) for method in methods),
            _grid("grid", found.get("grid", _lists(cls.grid))),
            tuple(seeds),
            _pairs("fixed", found.get("fixed")),
        )


def _check_values(name: str, values: object) -> None:
    _check_pairs(name, values)
    for key, value in values:  # type: ignore[attr-defined]
        if not isinstance(value, int | float | str):
            raise ValueError(f"{name} of {show(key)} must be a number or a word, got {show(value)}")


def _check_grid(name: str, grid: object) -> None:
    _check_pairs(name, grid)
    for key, many in grid:  # type: ignore[attr-defined]
        _check_distinct(f"{name} of {show(key)}", many)


def _check_pairs(name: str, pairs: object) -> None:
    if not isinstance(pairs, tuple) or not all(isinstance(p, tuple) and len(p) == 2 for p in pairs):
        raise ValueError(f"{name} must be a tuple of pairs that begin with a name, got {show(pairs)}")


def _check_distinct(name: str, many: object) -> None:
    plain = isinstance(many, tuple) and all(isinstance(value, int | float | str) for value in many)
    if not plain or not many or len(set(many)) < len(many):  # type: ignore[arg-type, call-overload]
        raise ValueError(f"{name} must be a tuple of numbers or words that differ, got {show(many)}")


def _check_names(where: str, names: list[str], known: tuple[str, ...]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"a name in {where} must be one of {', '.join(known)}, got {show(name)}")
        if names.count(name) > 1:
            raise ValueError(f"{where} must name each parameter once, got {name} twice")


def _pairs(name: str, data: object) -> Values:
    if not isinstance(data or {}, Mapping):
        raise ValueError(f"{name} must be a mapping from names to values, got {show(data)}")
    return tuple(dict(data or {}).items())  # type: ignore[call-overload]


def _grid(name: str, data: object) -> Grid:
    found = _pairs(name, data)
    for key, many in found:
        if not isinstance(many, list | tuple):
            raise ValueError(f"{name} must map {show(key)} to a list of values, got {show(many)}")
    return tuple((key, tuple(many)) for key, many in found)  # type: ignore[arg-type]


def _lists(grid: Grid) -> dict[str, list[Value]]:
    return {name: list(many) for name, many in grid}
