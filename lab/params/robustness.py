"""Rows of the Robustness page: what a sweep trains, on which grid, and how its results are shown.

Their ends are those of the engine (`neural.ranges`), or narrower.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from lab.params.cnn import IMAGES, CnnConfig, LaneControls
from lab.params.table import Config, like, row
from neural.methods import METHODS
from neural.ranges import RANGES
from neural.sweep_parts import ADAPTIVE, BASELINES

MAX_PLACES, MAX_RATES, MAX_SEEDS = 12, 8, 10

_RUN, _LANE = CnnConfig.rows(), LaneControls.rows()
_EPOCHS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 40.0, 100.0, 200.0)
_RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 3.0)


def _methods(label: str, keys: tuple[str, ...], default: tuple[str, ...], **more: Any) -> Any:
    choices = {key: METHODS[key].label for key in keys}
    return row(label, default, "set", high=len(keys), choices=choices, **more)


def _rates(label: str, default: tuple[float, ...]) -> Any:
    return row(
        label,
        default,
        "numbers",
        symbol="γ",
        low=_LANE["lr"].low,
        high=_LANE["lr"].high,
        ticks=_RATES,
        most=MAX_RATES,
        help="Each baseline is trained at every one, and shown at the best on the test set. With a single "
        "rate nothing is tuned. Where it is annealed this is the first rate.",
    )


@dataclass(frozen=True)
class RobustnessConfig(Config):
    """A sweep, the evaluation, and the place on the grid at which costs are compared."""

    page: ClassVar[str] = "robustness"

    dataset: str = like(replace(_RUN["dataset"], label="Data", default="mnist1d", choices=dict(IMAGES)))
    label_noise: float = like(_RUN["label_noise"])
    network: str = like(replace(_RUN["network"], default="mlp"))
    epochs: int = like(replace(_RUN["epochs"], default=15, high=200, ticks=_EPOCHS))
    augment: bool = like(_RUN["augment"])
    weight_decay: float = like(
        replace(_LANE["weight_decay"], help="Of every method. At 0 one sees what they do by themselves.")
    )
    device: str = like(_RUN["device"])

    adaptive: tuple[str, ...] = _methods("Without a rate", ADAPTIVE, ADAPTIVE)
    baselines: tuple[str, ...] = _methods(
        "Baselines", BASELINES, ("sam_constant", "sam_cosine", "usam_cosine")
    )
    rates: tuple[float, ...] = _rates("Rates of the baselines", (0.3, 1.0, 2.0, 3.0))
    heavy: tuple[str, ...] = _methods(
        "Baselines with momentum",
        BASELINES,
        ("sam_cosine",),
        help="These are trained with heavy-ball momentum, whether or not they are trained without it too.",
    )
    momentum: float = row(
        "Momentum", 0.9, low=0.01, high=0.99, step=0.01, help="Of the baselines with momentum."
    )
    heavy_rates: tuple[float, ...] = _rates("Rates with momentum", (0.1, 0.3, 1.0))

    axis: str = row(
        "What varies", "rho", "choice", choices={"rho": "the radius ρ", "gamma_b": "the cap on γ"}
    )
    rhos: tuple[float, ...] = row(
        "Values of the radius",
        (0.0, 0.1, 0.2, 0.3, 0.4, 0.8),
        "numbers",
        symbol="ρ",
        low=RANGES["rho"].low,
        high=10,
        ticks=(0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.8, 1.0, 2.0, 5.0),
        most=MAX_PLACES,
        help="Every method is trained at each of them. Others can be entered below, under *Exact values*.",
    )
    caps: tuple[float, ...] = row(
        "Values of the cap",
        (0.1, 0.3, 1.0, 3.0, 10.0, 100.0),
        "numbers",
        symbol="γ_b",
        low=_LANE["gamma_b"].low,
        high=_LANE["gamma_b"].high,
        ticks=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0),
        most=MAX_PLACES,
        help="Every method without a rate is trained at each of them; the baselines have no cap.",
    )
    rho: float = like(_LANE["rho"])
    gamma_b: float = like(_LANE["gamma_b"])
    seeds: int = row(
        "Seeds",
        3,
        "int",
        low=1,
        high=MAX_SEEDS,
        step=1,
        help="Each run is repeated with the seeds 0, 1, …: initial weights and order of the batches. From "
        "two on there is a spread.",
    )

    measure: str = row(
        "BatchNorm's statistics at the test",
        "test_accuracy",
        "choice",
        choices={
            "test_accuracy": "running averages",
            "recomputed": "recomputed",
            "both": "both, side by side",
        },
        help="The running averages lag behind where the last steps are large. Recomputed: anew over the "
        "training set, with the final weights. The rates of the baselines are picked by what is shown; of "
        "both by the running averages.",
    )
    place: float = row(
        "Costs compared at",
        0.4,
        low=0,
        high=1000,
        ticks=(0.4,),
        help="The value at which accuracy is drawn against the cost of tuning: the nearest one of the grid.",
    )
