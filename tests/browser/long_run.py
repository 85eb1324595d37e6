"""A finished run with a long history, put into the app's store as a worker's points would be."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from neural.config import LaneConfig, TrainConfig
from runs.backend import Status
from runs.record import NAMES
from runs.store.store import Store

CHUNK = 20_000
PEAK, PEAK_LOSS = 0.37, 1e4  # where in the run the loss is at its largest, in a single step


def put_long_run(home: Path, run: str, methods: tuple[str, ...], steps: int) -> None:
    """Store a run of so many steps of every lane: noisy columns, with one peak of one step."""
    store = Store(home / "runs.sqlite")
    config = TrainConfig(tuple(LaneConfig(method) for method in methods), epochs=1_000_000)
    store.add(run, "owner", time.time(), config.to_dict(), Status())
    rng = np.random.default_rng(0)
    for start in range(0, steps, CHUNK):
        count = min(CHUNK, steps - start)
        store.points(run, start, [columns(rng, start, count, steps) for _ in methods])
    message = f"Finished: all {steps:,} steps"
    store.update(run, Status("finished", message, steps, steps, recorded=steps))
    store.close()
    assert not store.notice, store.notice


def columns(rng: np.random.Generator, start: int, count: int, steps: int) -> dict[str, Any]:
    """The columns of one lane from step ``start + 1`` on."""
    step = np.arange(start + 1, start + count + 1)
    found: dict[str, Any] = {name: np.exp(0.5 * rng.standard_normal(count)) for name in NAMES}
    decay = 2.3 / (1 + step / 500)
    found |= {
        "step": step,
        "epoch": step / 23,
        "grad_evals": 2 * step,
        "seconds": step / 300,
        "loss_x": np.where(step == round(PEAK * steps), PEAK_LOSS, decay * found["loss_x"]),
        "loss_e": 1.2 * decay * found["loss_e"],
        "gamma_b": np.ones(count),
        "test_accuracy": np.where(step % 20 == 0, 0.9 + 0.05 * rng.random(count), np.nan),
        "test_loss": np.where(step % 20 == 0, 0.3, np.nan),
    }
    found["gamma"] = np.minimum(found["gamma_raw"], 1)
    for name in ("capped", "clamped", "skipped"):
        found[f"{name}_share"] = rng.integers(0, 50, count) / 50
        found[f"{name}_count"] = np.zeros(count) if name != "capped" else step // 2
    return found
