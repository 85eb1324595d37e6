"""Where the options of the optimizer help and where they do not: accuracy on digits, three seeds.

    python benchmarks/options.py [EPOCHS]

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

from neural.data import Dataset, epoch_order, load_dataset  # noqa: E402
from neural.evaluation import evaluate  # noqa: E402
from neural.networks import build_network  # noqa: E402
from sam_sps import SAM_SPS, half_cosine, parameter_groups, recompute_statistics, schedule  # noqa: E402

SEEDS = (0, 1, 2)
BATCH = 64


@dataclass(frozen=True)
class Row:
    """A variant: the constructor's arguments; whether the cap is annealed; what is not perturbed."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    annealed: bool = False
    no_perturbation: tuple[str, ...] = ()


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
    groups = parameter_groups(model, no_decay=(), no_perturbation=row.no_perturbation)
    optimizer = SAM_SPS(groups, **row.settings)
    if row.annealed:
        schedule(optimizer, gamma_b=half_cosine(1.0, epochs * math.ceil(len(data.train_y) / BATCH)))
    for epoch in range(epochs):
        for rows in epoch_order(seed, epoch, len(data.train_y)).split(BATCH):
            x, y = data.train_x[rows], data.train_y[rows]

            def closure(x: Tensor = x, y: Tensor = y) -> Tensor:
                loss = nn.functional.cross_entropy(model(x), y)
                loss.backward()
                return loss

            optimizer.step(closure)
    measured = evaluate(model, data.test_x, data.test_y).accuracy
    recompute_statistics(model, [x for x in data.train_x.split(BATCH) if len(x) == BATCH])
    recomputed = evaluate(model, data.test_x, data.test_y).accuracy
    counts = optimizer.counts
    shares = [counts.capped / counts.steps, counts.clamped / counts.steps, counts.evaluations / counts.steps]
    return [measured, recomputed, *shares]


def main() -> None:
    """Print a table for every section."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # of steps of size 0, which the table counts
    for title, network, rho, noise in SECTIONS:
        data = load_dataset("digits", label_noise=noise)
        print(f"\n{title}, {epochs} epochs\n{'':32}   measured  recomputed capped clamped evaluations")
        for row in variants(rho):
            runs = np.array([train(row, network, data, seed, epochs) for seed in SEEDS])
            mean, spread = runs.mean(0), runs.std(0, ddof=1)
            accuracies = "  ".join(f"{100 * mean[i]:5.1f} ±{100 * spread[i]:4.1f}" for i in (0, 1))
            print(
                f"{row.name:32} {accuracies}   {mean[2]:4.0%}   {mean[3]:4.0%}   {mean[4]:5.2f}", flush=True
            )


if __name__ == "__main__":
    main()
