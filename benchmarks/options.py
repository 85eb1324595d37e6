"""Where the options of the optimizer help and where they do not: accuracy on digits, three seeds.

    python benchmarks/options.py [EPOCHS]
    python benchmarks/options.py textures [EPOCHS]   # how much is the step size, how much is BatchNorm

Test accuracy in percent at the end (mean ± standard deviation over seeds), as measured and with BatchNorm's
statistics recomputed over the training set; the shares of capped and clamped steps; evaluations a step. The
same weights and batches for every row of a seed.
"""

from __future__ import annotations

import math
import sys
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import Tensor, nn  # noqa: E402

from neural.config import LaneConfig  # noqa: E402
from neural.data import Dataset, epoch_order, load_dataset  # noqa: E402
from neural.evaluation import evaluate  # noqa: E402
from neural.lane import LaneTrainer  # noqa: E402
from neural.networks import build_network  # noqa: E402
from sam_sps import SAM_SPS, half_cosine, parameter_groups, recompute_statistics, schedule  # noqa: E402

SEEDS = (0, 1, 2)
BATCH = 64


@dataclass(frozen=True)
class Row:
    """A variant: the constructor's arguments; whether the cap is annealed; what is not perturbed.

    With a `baseline` it is that instead, and the shares are not counted.
    """

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    annealed: bool = False
    no_perturbation: tuple[str, ...] = ()
    baseline: LaneConfig | None = None


def variants(rho: float) -> list[Row]:
    """The rows of a section."""
    return [
        Row("SAM-SPS", {"rho": rho}),
        Row("USAM-SPS", {"rho": rho, "lambd": 0.0}),
        Row("clipped", {"rho": rho, "clipped": True}),
        Row("adaptive, eta=0.01", {"rho": rho, "eta": 0.01}),
        Row("adaptive, eta=0.01, 5 rho", {"rho": 5 * rho, "eta": 0.01}),
        Row("cap along a half cosine", {"rho": rho}, annealed=True),
        Row("sam_every=2", {"rho": rho, "sam_every": 2}),
        Row("sam_every=5", {"rho": rho, "sam_every": 5}),
        Row("rho=0, one pass", {"rho": 0.0, "sam_every": 1}),
        Row("biases, BatchNorm not perturbed", {"rho": rho}, no_perturbation=("bias", "norm")),
    ]


def on_textures(rho: float) -> list[Row]:
    """The rows about the annealed cap."""
    cosine = {"rho": rho, "lr": 0.1}
    return [
        Row("SAM-SPS", {"rho": rho}),
        Row("SAM-SPS, cap along a half cosine", {"rho": rho}, annealed=True),
        Row("USAM-SPS", {"rho": rho, "lambd": 0.0}),
        Row("USAM-SPS, cap along a half cosine", {"rho": rho, "lambd": 0.0}, annealed=True),
        Row("SAM, cosine, rate 0.1", baseline=LaneConfig("sam_cosine", **cosine)),
        Row("USAM, cosine, rate 0.1", baseline=LaneConfig("usam_cosine", **cosine)),
    ]


#: Title, network, ρ, share of wrong training labels.
SECTIONS = (
    ("LeNet, rho 0.1", "lenet", 0.1, 0.0),
    ("LeNet, rho 0.4", "lenet", 0.4, 0.0),
    ("small CNN with BatchNorm, rho 0.1", "small_cnn_bn", 0.1, 0.0),
    ("small CNN with BatchNorm, rho 0.4", "small_cnn_bn", 0.4, 0.0),
    ("small CNN with BatchNorm, rho 0.05, 40% of the labels wrong", "small_cnn_bn", 0.05, 0.4),
)


def train(row: Row, network: str, data: Dataset, seed: int, epochs: int) -> list[float]:
    """Return accuracy, accuracy with recomputed statistics, shares capped and clamped, evaluations a step."""
    model = build_network(network, data.shape, data.classes, seed)
    steps = epochs * math.ceil(len(data.train_y) / BATCH)
    if row.baseline is not None:
        lane = LaneTrainer(row.baseline, model, steps)
        return _with_baseline(lane, data, seed, epochs)
    groups = parameter_groups(model, no_decay=(), no_perturbation=row.no_perturbation)
    optimizer = SAM_SPS(groups, **row.settings)
    if row.annealed:
        schedule(optimizer, gamma_b=half_cosine(1.0, steps))
    for epoch in range(epochs):
        for rows in epoch_order(seed, epoch, len(data.train_y)).split(BATCH):
            x, y = data.train_x[rows], data.train_y[rows]

            def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                loss = nn.functional.cross_entropy(model(x), y)
                loss.backward()
                return loss

            optimizer.step(closure)
    counts = optimizer.counts
    shares = [counts.capped / counts.steps, counts.clamped / counts.steps, counts.evaluations / counts.steps]
    return [*accuracies_of(model, data), *shares]


def _with_baseline(lane: LaneTrainer, data: Dataset, seed: int, epochs: int) -> list[float]:
    for epoch in range(epochs):
        for rows in epoch_order(seed, epoch, len(data.train_y)).split(BATCH):
            lane.step(data.train_x[rows], data.train_y[rows])
    return [*accuracies_of(lane.network, data), 0.0, 0.0, lane.grad_evals / lane.steps]


def accuracies_of(model: nn.Module, data: Dataset) -> list[float]:
    """Test accuracy as measured, and with the statistics recomputed, which they then are."""
    measured = evaluate(model, data.test_x, data.test_y).accuracy
    recompute_statistics(model, [x for x in data.train_x.split(BATCH) if len(x) == BATCH])
    return [measured, evaluate(model, data.test_x, data.test_y).accuracy]


def section(title: str, rows: list[Row], network: str, data: Dataset, epochs: int) -> None:
    """Train every row with every seed, and print the table."""
    print(f"\n{title}, {epochs} epochs\n{'':34}   measured  recomputed capped clamped evaluations")
    for row in rows:
        runs = np.array([train(row, network, data, seed, epochs) for seed in SEEDS])
        mean, spread = runs.mean(0), runs.std(0, ddof=1)
        accuracies = "  ".join(f"{100 * mean[i]:5.1f} ±{100 * spread[i]:4.1f}" for i in (0, 1))
        print(f"{row.name:34} {accuracies}   {mean[2]:4.0%}   {mean[3]:4.0%}   {mean[4]:5.2f}", flush=True)


def main() -> None:
    """Print a table for every section."""
    on, *more = [*sys.argv[1:], ""]
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of steps of size 0, which the table counts
    if on == "textures":
        data = load_dataset("textures", train_size=2_000)
        for rho in (0.1, 0.4):
            section(f"textures, rho {rho:g}", on_textures(rho), "small_cnn_bn", data, int(more[0] or 12))
        return
    for title, network, rho, noise in SECTIONS:
        section(title, variants(rho), network, load_dataset("digits", label_noise=noise), int(on or 20))


if __name__ == "__main__":
    main()
