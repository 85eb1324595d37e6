"""How an offset of the pixels conditions the curvature at the start: python benchmarks/conditioning.py

Writes assets/conditioning.json, which the CNN lab reads: condition numbers by data set, network and offset
(`neural.curvature.condition_number`), of the first 24 training images and the initial weights of seed 0.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab.params import CnnConfig  # noqa: E402
from neural.catalog import DATASETS, networks_for  # noqa: E402
from neural.curvature import condition_number, gauss_newton_spectrum  # noqa: E402
from neural.data import load_dataset  # noqa: E402
from neural.networks import build_network  # noqa: E402

IMAGES = 24


def measured(dataset: str, network: str, offset: float) -> float:
    """The condition number of one cell of the table, to three digits."""
    data = load_dataset(dataset, offset=offset)
    spectrum = gauss_newton_spectrum(
        build_network(network, data.shape, data.classes, seed=0), data.train_x[:IMAGES]
    )
    return float(f"{condition_number(spectrum):.3g}")


def main() -> None:
    """Measure the data sets that need no download."""
    offsets = CnnConfig.rows()["offset"].ticks
    here = [key for key, data in DATASETS.items() if data.source in ("packaged", "generated")]
    table = {
        key: {name: {f"{b:g}": measured(key, name, b) for b in offsets} for name in networks_for(key)}
        for key in here
    }
    (ROOT / "assets/conditioning.json").write_text(json.dumps(table, indent=1) + "\n")
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
