"""Words around the CNN lab's charts: of lanes, smoothing and seeds only what is on the screen."""

from __future__ import annotations

from lab.cnn.compute import CnnResult
from lab.ui.words import Words
from neural.methods import METHODS, Method

AVERAGED = ("schedule_free", "dog")
"""Methods that are tested at the average of their iterates."""


def methods_of(result: CnnResult) -> list[Method]:
    """The methods of the lanes in the charts, each once."""
    return [METHODS[key] for key in dict.fromkeys(lane.method for lane in result.training.lanes)]


def _adaptive(result: CnnResult) -> bool:
    return any(method.adaptive for method in methods_of(result))


def _many(result: CnnResult) -> bool:
    """Whether lanes stand for several seeds each."""
    return len(result.looks[0].indices) > 1


def gamma(result: CnnResult) -> Words:
    """Around the step sizes."""
    smooth = result.config.smooth > 0
    if _adaptive(result):
        alt = "Step size of each lane on a logarithmic scale, with ratio and cap; steps of size 0 on a rail below."
        said = [
            "The faint line is the Polyak ratio, before cap and safeguard; the strong one is the step taken."
        ]
        if smooth:
            said.append(
                "The strong one is smoothed here, the ratio is not: set *Smoothing* to 0 to compare them."
            )
        elif _many(result):
            said.append(
                "Both are means over the seeds: where the strong one is lower, the cap $\\gamma_b$ decided for one of them at least."
            )
        else:
            said.append("Where the strong one is lower, the cap $\\gamma_b$ decided.")
        said.append(
            "Where the ratio is negative, the safeguard decides: $\\gamma_t = 0$, a tick on the rail below the axis."
        )
        question, answer = VANISHING
    else:
        alt = "Step size of each lane on a logarithmic scale."
        said = ["No lane takes a Polyak step: a line is the rate that its method has at that step."]
        question, answer = WITHOUT
    said.append("A thin upright line marks the step at which a slider's new value took hold.")
    return Words(alt, " ".join(said), question, answer)


VANISHING = (
    "What happens to γ as the loss goes to 0?",
    "With $\\lambda = 0$ the point $e$ comes as near to $x$ as the gradient is small: loss and gradient go to 0 "
    "together, the squared gradient faster, so the ratio grows and the cap takes over. With $\\lambda = 1$ the point $e$ stays "
    "$\\rho$ away, however small the gradient: $f_S(e)$ need not go to 0, N turns negative more and more often, and the "
    "safeguard takes over. In a run the shares under *What decided γ* say which it is. With noisy labels the loss goes to 0 only where "
    "the network learns them by heart; until then $\\ell^* = 0$ asks for too much: the ratio is too large, and the cap takes over.",
)
WITHOUT = (
    "What would the Polyak step be here?",
    "In a run *The formula* says it, with the numbers of the newest step of each lane.",
)


def accuracy(result: CnnResult) -> Words:
    """Around the test accuracy."""
    averaged = [method.label for method in methods_of(result) if method.key in AVERAGED]
    at = f" {', '.join(averaged)}: at the average of the iterates." if averaged else ""
    several = len(result.looks) > 1
    return Words(
        alt="Share of the test images each lane gets right.",
        notice=f"Measured at $x$ on images that no lane has trained on.{at}",
        question="Must the lane with the smallest loss have the best accuracy?"
        if several
        else "Must the accuracy rise where the loss falls?",
        answer="No: a smaller training loss need not mean a better network, which is what sharpness is about. Try label "
        "noise of 0.3.",
    )


def loss(result: CnnResult) -> Words:
    """Around the training loss."""
    at_e = " The loss at $e$ is in the legend: a click shows it." if result.stream else ""
    question, answer = JUMPS_TOGETHER if len(result.looks) > 1 else JUMPS
    return Words(
        alt="Mini-batch training loss of each lane at its iterate, on a logarithmic scale.",
        notice=f"The loss at $x$, before the step, on the batch of that step.{at_e}",
        question=question,
        answer=answer,
    )


JUMPS = (
    "Why does the line jump?",
    "Every step sees another batch, and batches are not equally hard. Smoothing, under *Charts*, takes most of it away.",
)
JUMPS_TOGETHER = (
    "Why do lines jump at the same step?",
    "They see the same batch at the same step: a hard batch is hard for all. Over gradient evaluations or seconds a step of one lane need "
    "not stand above that of another.",
)


def decided(result: CnnResult) -> Words:
    """Around the shares of capped, clamped and skipped steps."""
    if not _adaptive(result):
        notice = "No lane takes a Polyak step, so there is nothing to cap or to clamp."
        question, answer = NOBODY
    else:
        plain = ", ".join(PLAIN[method.key] for method in methods_of(result) if method.adaptive)
        notice = f"A lane that is capped at 100% is the plain method ({plain}) with constant $\\gamma = \\gamma_b$: nothing adapts any more."
        question, answer = WHICH_CAP
    alt = "Share of the last fifty steps that were capped, clamped and skipped, for each adaptive lane."
    return Words(alt, notice, question, answer)


PLAIN = {"sam_sps": "SAM", "usam_sps": "USAM", "sps_max": "SGD"}
WHICH_CAP = (
    "Which $\\gamma_b$ is just large enough to let it adapt?",
    "One above most of the faint line in the chart of $\\gamma_t$: raise $\\gamma_b$ until the share of capped steps falls under a half. "
    "Then see whether adapting was better than the cap.",
)
NOBODY = (
    "Which methods take Polyak steps?",
    "SAM-SPS, USAM-SPS and SPS_max: choose one for a lane, and start again.",
)


def norms(result: CnnResult) -> Words:
    """Around the gradient norms."""
    under = ", whose square stands under the fraction of $\\gamma_t$" if _adaptive(result) else ""
    return Words(
        alt="Norm of the mini-batch gradient of each lane at x and at e, on a logarithmic scale.",
        notice=f"The dotted line is the gradient at $e${under}.{_at_x_alone(result, 'both lines are one')}",
        question="When does the dotted line leave the other?",
        answer="Where the loss curves much between $x$ and $e$: the larger $\\rho$, the more room there is for that. How far $e$ is from $x$ depends on "
        "$\\lambda$: $\\rho$ for SAM ($\\lambda = 1$), $\\rho\\,\\|\\nabla f_S(x)\\|$ for USAM ($\\lambda = 0$).",
    )


def sam_gap(result: CnnResult) -> Words:
    """Around the growth of the loss from x to e."""
    return Words(
        alt="Loss at e minus loss at x of each lane.",
        notice="How much the loss of the batch grows from $x$ to $e$: a rough measure of sharpness, in the direction of the "
        "perturbation only. Compare lanes only where $e$ is as far from $x$: it is $\\rho$ away for SAM ($\\lambda = 1$), but "
        "$\\rho\\,\\|\\nabla f_S(x)\\|$ for USAM ($\\lambda = 0$), so a larger gap need not mean a sharper place."
        + _at_x_alone(result, "the gap is 0"),
        question="Does it fall as the network is trained?",
        answer="As far as the gradient does: to first order it is $\\rho\\,\\|\\nabla f_S(x)\\|$ for $\\lambda = 1$, and "
        "$\\rho\\,\\|\\nabla f_S(x)\\|^2$ for $\\lambda = 0$. It measures the gradient first, the curvature only after it.",
    )


def _at_x_alone(result: CnnResult, what: str) -> str:
    """The lanes' methods without a look uphill, and what that means."""
    without = [method.label for method in methods_of(result) if method.passes == 1]
    return f" Without a look uphill ({', '.join(without)}) {what}." if without else ""
