"""The table of docs/presets.md: where each ready comparison of the CNN lab ends."""

from __future__ import annotations

from pathlib import Path

from lab.cnn.presets import PRESETS, Preset, ends
from lab.cnn.words import percent
from neural.catalog import DATASETS, NETWORKS
from neural.methods import METHODS

DOCS = Path(__file__).parents[2] / "docs" / "presets.md"
HEAD = "| comparison | data, network, epochs | lane | values | test accuracy |\n|---|---|---|---|---|\n"


def table() -> str:
    """The table, as Markdown: a line for each lane."""
    return HEAD + "".join(line for preset in PRESETS for line in _lines(preset))


def written(text: str) -> str:
    """The text with the table in the place of the one that it holds."""
    begin = text.index(HEAD.split("\n", maxsplit=1)[0])
    end = text.find("\n\n", begin)
    return text[:begin] + table() + ("" if end < 0 else text[end + 1 :])


def _lines(preset: Preset) -> list[str]:
    config = preset.config
    noise = f", {config.label_noise:.0%} label noise" if config.label_noise else ""
    what = f"{DATASETS[config.dataset].label}{noise}; {NETWORKS[config.network].label}; {config.epochs}"
    lines = []
    for (letter, lane), found in zip(config.shown_lanes.items(), ends()[preset.name], strict=True):
        method = METHODS[lane.method]
        used = [name for name in ("rho", "gamma_b", "lr", "momentum") if name in method.parameters]
        values = ", ".join(f"{name} {getattr(lane, name):g}" for name in used)
        place = (preset.name, what) if letter == "a" else ("", "")
        lines.append(f"| {' | '.join(place)} | {method.label} | {values} | {percent(found)} |\n")
    return lines
