"""Ready comparisons of the CNN lab, one click away; where each ends was measured, and is said."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from lab.params import CnnConfig
from lab.params.cnn import LaneControls

ENDS = Path(__file__).parents[2] / "assets" / "examples" / "presets.json"
SEEDS = 3
"""So many runs each end is the mean of."""


@dataclass(frozen=True)
class Preset:
    """A comparison worth seeing: the button's name, the values, and what to look for."""

    name: str
    config: CnnConfig
    look: str


def _lanes(*lanes: LaneControls, **values: Any) -> CnnConfig:
    by_letter: dict[str, Any] = dict(zip("abc", lanes, strict=False))
    return CnnConfig(lanes=len(lanes), **values, **by_letter)


def _sps(rho: float, **values: Any) -> LaneControls:
    return LaneControls(method="sam_sps", rho=rho, **values)


def _cosine(rho: float, lr: float, momentum: float = 0.0) -> LaneControls:
    return LaneControls(method="sam_cosine", rho=rho, lr=lr, momentum=momentum)


DIGITS: dict[str, Any] = {"dataset": "digits", "network": "small_cnn_bn", "epochs": 20}
SERIES: dict[str, Any] = {"dataset": "mnist1d", "network": "cnn1d", "epochs": 15}
RACE = CnnConfig(epochs=20)
"""What Home's button starts: half a minute on one core."""

PRESETS = (
    Preset("A race", RACE, "SAM with a step size to choose and without, at a $\\rho$ that suits both."),
    Preset(
        "Large ρ",
        _lanes(_sps(0.4), _cosine(0.4, 1.0), _cosine(0.4, 0.3, 0.9), **SERIES | {"network": "mlp"}),
        "$\\rho = 0.4$. The cosine schedules have the best of the rates 0.3, 1, 2 and 3, with momentum of "
        "0.1, 0.3 and 1, picked on test accuracy.",
    ),
    Preset(
        "Label noise",
        _lanes(_sps(0.05), _sps(0.05, gamma_b=0.1), _cosine(0.05, 0.1), **DIGITS, label_noise=0.4),
        "40% of the training labels are wrong, and $\\ell^* = 0$ asks for a loss that would have them learnt "
        "by heart: the cap decides most steps, and it does not shrink as a cosine does.",
    ),
    Preset(
        "ρ too large",
        _lanes(_sps(1.0), LaneControls(method="usam_sps", rho=1.0), **DIGITS),
        "$\\rho = 1$: SAM looks so far away that what it sees there is of no use here. USAM's look comes "
        "closer as the gradient shrinks.",
    ),
    Preset(
        "Cap too high",
        _lanes(_sps(0.1), _sps(0.1, gamma_b=10.0), **SERIES),
        "$\\gamma_b$ is a rate in disguise: a cap of 1 happens to fit here, one of 10 does not.",
    ),
    Preset(
        "SAM or USAM",
        _lanes(_sps(0.2), LaneControls(method="usam_sps", rho=0.2), **DIGITS),
        "The loss can go to 0 here. SAM's $e$ stays $\\rho$ away all the same; USAM's comes ever closer.",
    ),
    Preset(
        "Without BatchNorm",
        _lanes(_sps(0.1), LaneControls(method="usam_sps", rho=0.1), **DIGITS | {"network": "lenet"}),
        "LeNet has no BatchNorm, and its gradients change much in size: so does the length of USAM's look.",
    ),
    Preset(
        "Half the gradients",
        _lanes(_sps(0.1), LaneControls(method="sgd_cosine", lr=0.1, momentum=0.9), **SERIES),
        "SGD with momentum and a cosine schedule computes one gradient a step, SAM-SPS two.",
    ),
)


def shown(config: CnnConfig) -> Preset | None:
    """The preset whose comparison this is, however it is drawn and whatever its seeds."""
    return next((one for one in PRESETS if _compared(one.config) == _compared(config)), None)


def _compared(config: CnnConfig) -> CnnConfig:
    """A configuration with all at its default that does not change what is compared."""
    plain = CnnConfig()
    untold = ("x", "smooth", "speed", "more", "seed", "seeds", "device", *"abcdef"[config.lanes :])
    return replace(config, **{name: getattr(plain, name) for name in untold})


@cache
def ends() -> dict[str, list[list[float]]]:
    """Test accuracy at the end, by the preset's name: for every lane that of each seed."""
    found: dict[str, list[list[float]]] = json.loads(ENDS.read_text())
    return found
