"""Words of the CNN lab."""

from __future__ import annotations

import time

from lab.cnn.compute import CnnResult
from lab.cnn.run_config import of_one_seed
from lab.ui.words import Words
from neural.catalog import DATASETS, NETWORKS
from neural.methods import METHODS, POLYAK
from runs import Summary

INTRO = (
    "Each lane trains the same network from the same weights on the same batches. Its sliders act on its next step, "
    "also while it trains: change one and watch $\\gamma_t$ answer. No theorem covers this; nothing here is a bound."
)
IDLE = "Nothing is running yet: press Start."
MORE = "With a run come four more: what decided γ, the gradient norms, the SAM gap, and what the network sees of the images."
GAMMA = Words(
    alt="Step size of each lane on a logarithmic scale, with ratio and cap.",
    notice="The faint line is the Polyak ratio, the strong one the step taken. Where the strong one is lower, the cap "
    "$\\gamma_b$ decided. Where the ratio is negative, the safeguard decides: $\\gamma_t = 0$. Neither 0 nor a negative ratio has "
    "a place on a logarithmic axis: there a line falls to the lower edge. A thin upright line marks the step at which a "
    "slider's new value took hold.",
    question="What happens to γ as the loss goes to 0?",
    answer="Loss and gradient both go to 0, the squared gradient faster: the ratio grows, and the cap takes over. With noisy "
    "labels the loss cannot go to 0, but $\\ell^* = 0$ says it could: the ratio is too large then, and the cap takes over too.",
)
FORMULA = f"${POLYAK}$ with the numbers of the newest step ($\\ell^* = 0$):"
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


def about(result: CnnResult) -> str:
    """What is trained on what."""
    data, network = DATASETS[result.config.dataset], NETWORKS[result.config.network]
    shape, parameters = "×".join(str(size) for size in data.shape), result.parameters
    return (
        f"{data.about} {data.train:,} to train, {data.test:,} to test, {shape}.  \n{network.about} "
        f"**{parameters:,} parameters** ({4 * parameters / 1e6:.2f} MB)."
    )


def in_a_line(found: Summary) -> str:
    """A run in the list of the visitor's runs."""
    config = found.config
    lanes, seeds = of_one_seed(config)
    methods = ", ".join(METHODS[lane.method].label for lane in lanes)
    trained = f"{methods} on {config.dataset}" + (f", {seeds} seeds" if seeds > 1 else "")
    created = time.strftime("%d %b %H:%M", time.localtime(found.created))
    return f"{created} · {trained} · {found.status.state}"
