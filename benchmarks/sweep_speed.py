"""How much faster a sweep is with two workers than with one: 2 methods × 4 ρ × 3 seeds on the digits.

    python benchmarks/sweep_speed.py [EPOCHS]   # 20 by default

Through the app's engine, in a folder of its own, workers started beforehand; the two take turns, twice.
On a machine that does nothing else: what others take is taken from the second worker first.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
os.environ |= {"SAM_SPS_NICE": "0", "SAM_SPS_LOG": "off"}
sys.path.insert(0, str(ROOT))

from neural.sweep import SweepConfig, SweepMethod  # noqa: E402
from runs.fleets.local import LocalFleet  # noqa: E402
from runs.service import Service  # noqa: E402

RHOS = (0.05, 0.1, 0.2, 0.4)


def sweep_of(epochs: int, first_seed: int) -> SweepConfig:
    """24 runs; another first seed makes them others."""
    methods = (SweepMethod("sam_sps"), SweepMethod("usam_sps"))
    seeds = tuple(range(first_seed, first_seed + 3))
    fixed = (("dataset", "digits"), ("network", "small_cnn_bn"), ("epochs", epochs))
    return SweepConfig(methods, (("rho", RHOS),), seeds, fixed)


def seconds(workers: int, epochs: int) -> float:
    """Seconds of the whole sweep, once the workers have trained something."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(LocalFleet(workers), Path(folder))
        try:
            _done(service, sweep_of(1, 100))
            start = time.monotonic()
            _done(service, sweep_of(epochs, 0))
            return time.monotonic() - start
        finally:
            service.close()


def _done(service: Service, sweep: SweepConfig) -> None:
    service.sweeps.start(sweep, owner="benchmark")
    while service.sweeps.progress(sweep).going:
        time.sleep(0.05)
    now = service.sweeps.progress(sweep)
    if now.failed or now.done < now.runs:
        raise RuntimeError(f"{now.done} of {now.runs} runs are done; failed: {dict(now.failed)}")


def main() -> None:
    """Print both times and their ratio."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    took: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(2):
        for workers, times in took.items():
            times.append(seconds(workers, epochs))
            print(f"{workers} workers: {times[-1]:.1f} s", flush=True)
    print(f"two are {median(took[1]) / median(took[2]):.2f} times as fast as one")


if __name__ == "__main__":
    main()
