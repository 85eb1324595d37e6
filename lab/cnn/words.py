"""Words of the CNN lab."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import mean, pstdev

from lab.cnn.compute import CnnResult
from lab.cnn.presets import Preset
from lab.cnn.run_config import of_one_seed
from lab.ui.symbols import markdown
from lab.ui.words import Words
from neural.catalog import DATASETS, NETWORKS
from neural.methods import METHODS, POLYAK
from runs import Summary

INTRO = (
    "Each lane trains the same network from the same weights on the same batches. Its sliders act on its next step, "
    "also while it trains: change one and watch $\\gamma_t$ answer. No theorem covers this; nothing here is a bound."
)
NO_PRESET = "Settings of your own: none of the comparisons above."
IDLE = "Nothing is running yet: press Start."
EXAMPLE = "Nothing is running yet. The charts show a run that was recorded with these settings: press Start for one of your own."
NUMBERS = "Every recorded step of every lane, with the values that the run was started with, each later change, and the versions of what computed it."
MORE = "With a run come five more: what decided γ, the formula, the gradient norms, the SAM gap, and what the network sees."
GAMMA = Words(
    alt="Step size of each lane on a logarithmic scale, with ratio and cap; steps of size 0 on a rail below.",
    notice="The faint line is the Polyak ratio, the strong one the step taken. Where the strong one is lower, the cap "
    "$\\gamma_b$ decided. Where the ratio is negative, the safeguard decides: $\\gamma_t = 0$, a tick on the rail below the "
    "axis. A thin upright line marks the step at which a slider's new value took hold.",
    question="What happens to γ as the loss goes to 0?",
    answer="With $\\lambda = 0$ the point $e$ comes as near to $x$ as the gradient is small: loss and gradient go to 0 "
    "together, the squared gradient faster, so the ratio grows and the cap takes over. With $\\lambda = 1$ the point $e$ stays "
    "$\\rho$ away, however small the gradient: $f_S(e)$ need not go to 0, N turns negative more and more often, and the "
    "safeguard takes over. The shares under *What decided γ* say which it is here. With noisy labels the loss cannot go "
    "to 0, but $\\ell^* = 0$ says it could: the ratio is too large, and the cap takes over.",
)
FORMULA = f"${POLYAK}$ with the numbers of the newest step ($\\ell^*_S = 0$):"
ACCURACY = Words(
    alt="Share of the test images each lane gets right.",
    notice="Measured at $x$ on images that no lane has trained on.",
    question="Does the lane with the smallest loss have the best accuracy?",
    answer="Often not: a smaller training loss need not mean a better network, which is what sharpness is about. Try label "
    "noise of 0.3.",
)
LOSS = Words(
    alt="Mini-batch training loss of each lane at its iterate, on a logarithmic scale.",
    notice="The loss at $x$, before the step, on the batch of that step. The loss at $e$ is in the legend: a click shows it.",
    question="Why do the lanes jump together?",
    answer="They see the same batch at the same step: a hard batch is hard for all.",
)
DECIDED = Words(
    alt="Share of the last fifty steps that were capped, clamped and skipped, for each adaptive lane.",
    notice="At 100% capped the method is SAM with constant $\\gamma = \\gamma_b$: nothing adapts any more.",
    question="Which $\\gamma_b$ is just large enough to let it adapt?",
    answer="One above most of the faint line in the chart of $\\gamma_t$: raise $\\gamma_b$ until the share falls under a half. "
    "Then see whether adapting was better than the cap.",
)
NORMS = Words(
    alt="Norm of the mini-batch gradient of each lane at x and at e, on a logarithmic scale.",
    notice="The fainter, dotted line is the gradient at $e$, whose square stands under the fraction of $\\gamma_t$.",
    question="When does the fainter line leave the other?",
    answer="Where the loss curves much between $x$ and $e$. Raise $\\rho$ and they part. How far $e$ is from $x$ depends on "
    "$\\lambda$: $\\rho$ for SAM ($\\lambda = 1$), $\\rho\\,\\|\\nabla f_S(x)\\|$ for USAM ($\\lambda = 0$).",
)
SAM_GAP = Words(
    alt="Loss at e minus loss at x of each lane.",
    notice="How much the loss of the batch grows from $x$ to $e$: a rough measure of sharpness, in the direction of the "
    "perturbation only. Compare lanes only where $e$ is as far from $x$: it is $\\rho$ away for SAM ($\\lambda = 1$), but "
    "$\\rho\\,\\|\\nabla f_S(x)\\|$ for USAM ($\\lambda = 0$), so a larger gap need not mean a sharper place. For methods that "
    "look at $x$ alone (SGD, Adam, SPS_max) it is 0.",
    question="Does it fall as the network is trained?",
    answer="Mostly, since to first order it is $\\rho\\,\\|\\nabla f_S(x)\\|$ for $\\lambda = 1$, and "
    "$\\rho\\,\\|\\nabla f_S(x)\\|^2$ for $\\lambda = 0$: it measures the gradient first, the curvature only after it.",
)
DEVICES_UNKNOWN = "Asking the workers which devices they have …"
DEVICES = {"cuda": "no CUDA GPU", "mps": "no Apple GPU (MPS)"}
PICTURES = "One lane at a time, renewed as training goes: what the network confuses, what its first layer looks for, what it gets wrong."


def devices(result: CnnResult) -> str:
    """Which kinds of devices are not offered, and why; empty where nothing is missing."""
    if result.devices is None:
        return DEVICES_UNKNOWN
    here = {name.partition(":")[0] for name in result.devices}
    missing = [words for kind, words in DEVICES.items() if kind not in here]
    return f"There is {' and '.join(missing)} where the runs train." if missing else ""


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
    shape, parameters = "×".join(str(size) for size in data.shape), result.parameters
    return (
        f"{data.about} {data.train:,} to train, {data.test:,} to test, {shape}.  \n{network.about} "
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
        f"{letter.upper()} {METHODS[lane.method].label} **{percent(found)}**"
        for (letter, lane), found in lanes
    ]
    return markdown(
        f"**{one.name}.** {one.look} "
        f"Our runs ended after {one.config.epochs} epochs, mean of {len(accuracies[0])} seeds, at: {', '.join(ended)}."
    )


def percent(accuracies: Sequence[float]) -> str:
    """Mean and standard deviation (divisor: seeds) of accuracies, in percent."""
    return f"{100 * mean(accuracies):.1f} ± {100 * pstdev(accuracies):.1f}%"


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
    methods = ", ".join(METHODS[lane.method].label for lane in lanes)
    trained = f"{methods} on {config.dataset}" + (f", {seeds} seeds" if seeds > 1 else "")
    return f"{created} · {trained} · {found.status.state}"
