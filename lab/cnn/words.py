"""Words of the CNN lab."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import mean, stdev

from lab.cnn.compute import CnnResult
from lab.cnn.presets import Preset
from lab.cnn.run_config import of_one_seed, train_config
from lab.ui.symbols import markdown
from neural.catalog import DATASETS, NETWORKS
from neural.config import LaneConfig
from neural.methods import POLYAK
from runs import Summary

INTRO = (
    "Each lane trains the same network from the same weights on the same batches. Its sliders act on its next step, "
    "also while it trains: change one and watch $\\gamma_t$ answer. No theorem covers this; nothing here is a bound."
)
NO_PRESET = "Settings of your own: none of the comparisons above."
IDLE = "Nothing is running yet: press Start."
EXAMPLE = "A recorded run of these settings: press Start for one of your own."
NUMBERS = "Every recorded step of every lane, with the values that the run was started with, each later change, and the versions of what computed it."
LANDSCAPE = "Is the minimum that it finds sharp or flat? [Look at its landscape](landscape?run={run})"
STAYS_BYTES = (
    "No offset here: the pixels of so many images stay bytes, which each batch makes numbers of mean 0."
)
MORE = "With a run come five more: what decided γ, the formula, the gradient norms, the SAM gap, and what the network sees."
FORMULA = f"${POLYAK}$ with the numbers of the newest step ($\\ell^*_S = 0$):"
DEVICES_UNKNOWN = "Asking the workers which devices they have …"
GPU_BUILD = "A GPU needs a build of PyTorch for it on that machine: [pytorch.org](https://pytorch.org/get-started/locally/) says which."
DEVICES = {"cuda": "no CUDA GPU", "mps": "no Apple GPU (MPS)"}
BRING_HELP = (
    "NPZ with the arrays `images` (N × height × width, or with 1 or 3 channels) and `labels` (N whole numbers). CSV or Parquet: a row "
    "for each square image, its label in the column named label, else in the last one. 4 to 64 pixels a side, 2 to 100 labels."
)
PICTURES = "One lane at a time, renewed as training goes: what the network confuses, what its first layer looks for, what it gets wrong."


def devices(result: CnnResult) -> str:
    """Which kinds of devices are not offered, why, and what to install; empty where nothing is missing."""
    if result.devices is None:
        return DEVICES_UNKNOWN
    here = {name.partition(":")[0] for name in result.devices}
    missing = [words for kind, words in DEVICES.items() if kind not in here]
    if not missing:
        return ""
    said = f"There is {' and '.join(missing)} where the runs train."
    return f"{said} {GPU_BUILD}" if here == {"cpu"} else said


def remarks(result: CnnResult) -> dict[str, str]:
    """What to add to the names of data sets that are not simply there."""
    found = result.datasets.items()
    absent = {key: " (not here)" for key, one in found if not one.available}
    return absent | {key: " (downloads first)" for key, one in found if one.downloads}


def not_installed(result: CnnResult) -> dict[str, str]:
    """What to add to the names of methods whose packages are not here."""
    return dict.fromkeys(result.absent, " (not installed)")


def about(result: CnnResult) -> str:
    """What is trained on what."""
    data, network = DATASETS[result.config.dataset], NETWORKS[result.config.network]
    most = train_config(result.config).train_size
    trained = f"{data.train:,}" if data.train <= most else f"{most:,} of {data.train:,}"
    shape, parameters = "×".join(str(size) for size in data.shape), result.parameters
    return (
        f"{data.about} {trained} to train, {data.test:,} to test, {shape}.  \n{network.about} "
        f"**{parameters:,} parameters** ({4 * parameters / 1e6:.2f} MB)."
    )


def conditioning(result: CnnResult) -> str:
    """What the offset does to the curvature, in numbers; empty where it was not measured."""
    if result.conditioning is None:
        return ""
    centred, now = (f"{number:,.0f}" if number < 1e6 else f"{number:.1e}" for number in result.conditioning)
    offset = result.config.offset
    change = f" (**{centred}** without the offset)" if offset > 0 else ""
    return (
        f"Condition number of the curvature at the start: **{now}**{change}. It is the largest eigenvalue of the "
        "Gauss-Newton matrix over the median one, of 24 images and the weights of seed 0."
    )


def preset(one: Preset, accuracies: Sequence[Sequence[float]]) -> str:
    """What to look for in a ready comparison, and the test accuracy of each lane at the end of our runs."""
    lanes = zip(one.config.shown_lanes.items(), accuracies, strict=True)
    ended = [
        f"{letter.upper()} {LaneConfig.from_dict(lane.values()).label} **{percent(found)}**"
        for (letter, lane), found in lanes
    ]
    return markdown(
        f"**{one.name}.** {one.look} "
        f"Our runs ended after {one.config.epochs} epochs, mean ± standard deviation of {len(accuracies[0])} seeds, at: {', '.join(ended)}."
    )


def percent(accuracies: Sequence[float]) -> str:
    """Mean and standard deviation (divisor n − 1) of accuracies, in percent; a mean alone of a single one."""
    spread = f" ± {100 * stdev(accuracies):.1f}" if len(accuracies) > 1 else ""
    return f"{100 * mean(accuracies):.1f}{spread}%"


def changed(result: CnnResult) -> str:
    """Which controls differ from the run on the screen, and what the run has."""
    rows, now = result.config.rows(), result.config.values()
    said = []
    for key, value in result.changed.items():
        row, lane = rows[key], f"{key[0].upper()} " if key[1:2] == "_" else ""
        before, after = ((row.choices or {}).get(str(one), row.format(one)) for one in (value, now[key]))
        said.append(f"{lane}{row.symbol or row.label} **{after}**, the run had {before}")
    return markdown(f"Changed since this run started: {'; '.join(said)}. The charts show the run as it was.")


def in_a_line(found: Summary) -> str:
    """A run in the list of the visitor's runs."""
    created = time.strftime("%d %b %H:%M", time.localtime(found.created))
    config = found.config
    if config is None:
        return f"{created} · damaged or of another version, cannot be shown"
    lanes, seeds = of_one_seed(config)
    methods = ", ".join(lane.label for lane in lanes)
    trained = f"{methods} on {config.dataset}" + (f", {seeds} seeds" if seeds > 1 else "")
    return f"{created} · {trained} · {found.status.state}"
