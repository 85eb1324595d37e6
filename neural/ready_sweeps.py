"""Sweeps that are ready to start, as data: `READY` by key. Seconds are estimates for two cores."""

from __future__ import annotations

from dataclasses import dataclass

from neural.sweep import Grid, SweepConfig
from neural.sweep_parts import BASELINES, methods_of, recipe


@dataclass(frozen=True)
class ReadySweep:
    """A sweep with its name on screen, a line about it, and an estimate of the seconds on two cores."""

    label: str
    about: str
    seconds: float
    sweep: SweepConfig


RHOS: Grid = (("rho", (0.0, 0.1, 0.2, 0.3, 0.4, 0.8)),)
DIGITS_RHOS: Grid = (("rho", (0.05, 0.2, 0.5, 1.0, 2.0)),)
MLP = recipe("mnist1d", "mlp", 15)
CNN = recipe("mnist1d", "cnn1d", 15)

_ALL = methods_of(
    baselines=("sam_constant", "sam_cosine", "usam_cosine"),
    rates=(0.3, 1.0, 2.0, 3.0),
    heavy=("sam_cosine",),
    heavy_rates=(0.1, 0.3, 1.0),
)
_AT_A_TENTH = methods_of(baselines=BASELINES, rates=(0.1,))

READY: dict[str, ReadySweep] = {
    "mlp": ReadySweep(
        "Half a minute: MLP on MNIST-1D",
        "The adaptive methods, and SAM with cosine annealing at its better rate of two, against ρ.",
        40,
        SweepConfig(methods_of(baselines=("sam_cosine",), rates=(0.3, 1.0)), RHOS, fixed=MLP),
    ),
    "cnn1d": ReadySweep(
        "Two minutes: 1-D CNN on MNIST-1D",
        "The same with convolutions and BatchNorm.",
        130,
        SweepConfig(methods_of(baselines=("sam_cosine",), rates=(0.1, 1.0)), RHOS, fixed=CNN),
    ),
    "mlp_all": ReadySweep(
        "Four minutes: MLP on MNIST-1D, every baseline",
        "Baselines with and without momentum, each at its best rate.",
        230,
        SweepConfig(_ALL, RHOS, fixed=MLP),
    ),
    "cnn1d_all": ReadySweep(
        "Ten minutes: 1-D CNN on MNIST-1D, every baseline",
        "Baselines with and without momentum, each at its best rate.",
        600,
        SweepConfig(_ALL, RHOS, fixed=CNN),
    ),
    "digits": ReadySweep(
        "Digits, 40 epochs",
        "Small CNN with BatchNorm, baselines at rate 0.1. Clean digits saturate: little to see below ρ = 1.",
        200,
        SweepConfig(_AT_A_TENTH, DIGITS_RHOS, fixed=recipe("digits", "small_cnn_bn", 40)),
    ),
    "digits_noise": ReadySweep(
        "Digits with label noise, 40 epochs",
        "The same at ρ = 0.05 with 30% of the training labels wrong: ℓ* = 0 is out of reach.",
        60,
        SweepConfig(
            _AT_A_TENTH,
            (("rho", (0.05,)),),
            fixed=recipe("digits", "small_cnn_bn", 40, label_noise=0.3),
        ),
    ),
    "cap": ReadySweep(
        "The cap: 1-D CNN on MNIST-1D",
        "SAM-SPS at ρ = 0.1 under caps from 0.1 to 100: the cap is a hidden rate.",
        40,
        SweepConfig(
            methods_of(("sam_sps",)),
            (("gamma_b", (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)),),
            fixed=CNN,
        ),
    ),
}
