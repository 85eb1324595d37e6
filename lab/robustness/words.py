"""Words of the Robustness page: what a sweep says, and what stands around its charts."""

from __future__ import annotations

from lab.robustness.compute import RobustnessResult, is_adaptive
from lab.robustness.tuning import lost_by_tuning_once
from lab.robustness.verdict_words import symbol
from lab.ui.words import Words, plural

INTRO = (
    "The published claim: with a Polyak step no rate is tuned, and accuracy holds at every $\\rho$, also where a cosine schedule "
    "collapses. Does it hold? Every point below is the mean of networks trained from scratch; where the method loses is said as plainly "
    "as where it wins."
)
SHARES = (
    "Capped: $\\gamma_t = \\gamma_b$, the method is SAM, or USAM, at that constant rate. Clamped: $\\gamma_t = 0$, it stands still. "
    "The rest of the steps are Polyak steps."
)
CLAMPED = (
    "Why are there clamped steps?",
    "With $\\lambda = 1$ the point $e$ is always $\\rho$ away from $x$. Once the loss at $x$ is small, the tangent at $e$ "
    "falls below $\\ell^* = 0$ before it is back at $x$: it promises nothing, and the safeguard makes no step. For USAM "
    "($\\lambda = 0$) the distance is $\\rho\\,\\|\\nabla f_S(x)\\|$ and shrinks with the gradient.",
)
CAPPED = (
    "What does a large share of capped steps mean?",
    "There the ratio was above $\\gamma_b$, and nothing adapted: in these steps the method was SAM, or USAM, at the constant rate $\\gamma_b$. "
    "With $\\ell^* = 0$ the ratio is large where the loss stays away from 0, as it does under a large $\\rho$. How good the cap is as "
    "a rate then decides.",
)
REPORTED = (
    "**Reported**, not measured here: test accuracy in %, mean ± std over 3 seeds, of ResNet-32. Constant rates were tuned. Recipe: "
    "batches of 128, 100 epochs, padded and cropped images, flips, weight decay 5e-4, $\\ell^* = 0$, $\\gamma_b = 1$. It is labelled "
    "CIFAR-100, but values near 91% are in the range usually seen on CIFAR-10 with these networks: check "
    "[the paper](https://arxiv.org/abs/2606.01827) before you quote it."
)
OWN = (
    "A sweep of your own. Every method is trained at every value on the grid, from scratch, with every seed; what is done once is kept, "
    "and is there for every other sweep that holds the same run."
)
GOING = (
    "It goes on when this page is closed, and stands under the same link. Stop it to change what is trained."
)
WHEN_NOT = (
    "Every number was measured here, over three seeds: means ± standard deviation, or the lowest and the highest. They are those of "
    "the finished sweeps above and of the ready comparisons of the CNN lab."
)
NO_TUNING = "No rate is tuned in this sweep: every method costs one training for each point, so there is no chart of costs."


def size(result: RobustnessResult) -> str:
    """How much there is to train, and about how long it takes."""
    whole, left, done = result.size, result.left, len(result.results)
    text = f"**{plural(whole.runs, 'run')}**, {whole.gradients:,} gradient evaluations"
    if result.shipped:
        return f"{text}: done, the results ship with the app."
    if result.complete:
        return f"{text}: done in {_minutes(_spent(result))} of training."
    if not result.paced:
        return f"{text}. How long they take on {result.config.device} is known once a run is done."
    workers = f"{_minutes(left.seconds)} on {plural(result.workers, 'worker')}"
    if done:
        return f"{text}. {done} are done; the other {left.runs} take about {workers}."
    return f"{text}: about {workers}."


def _spent(result: RobustnessResult) -> float:
    return sum(one.seconds for one in result.results.values())


def standing(result: RobustnessResult) -> str:
    """How many runs are done, and the time left."""
    now = result.progress
    line = f"{now.done} of {now.runs} runs"
    if now.going:
        left = (
            ""
            if now.seconds_left is None
            else f", {int(now.seconds_left) // 60}:{int(now.seconds_left) % 60:02d} left"
        )
        return line + left
    if result.shipped:
        return f"{line}, shipped with the app"
    return line + (" done" if now.done else " done: press Start")


def failures(result: RobustnessResult) -> str:
    """How many runs have failed, and why the first one has; empty where none has."""
    failed = result.progress.failed
    if not failed:
        return ""
    return f"{plural(len(failed), 'run')} failed. The first says: {next(iter(failed.values()))}"


def accuracy(result: RobustnessResult) -> Words:
    """Around the two charts of accuracy."""
    said = ["Mean over the seeds, with a band of ± one standard deviation."]
    if result.config.seeds == 1:
        said = ["One seed: nothing is known of the spread."]
    if not result.complete:
        said.append("So far of the runs that are done: means and best rates may still change.")
    if result.axis == "rho":
        tuned = _rates(result) if result.tuned else "No rate is tuned here"
        ours = (
            f"; the adaptive methods have the cap $\\gamma_b = {result.config.gamma_b:g}$ and nothing tuned"
        )
        said.append(f"{tuned}{ours if any(map(is_adaptive, result.sweep.methods)) else ''}.")
    if result.measure == "recomputed":
        said.append("BatchNorm's statistics are recomputed for the test.")
    if result.both:
        said.append(
            "Thin dotted lines with open marks: the same networks with BatchNorm's statistics recomputed."
        )
    return Words(
        alt="",  # each of the two charts has its own, see `panel`
        notice=" ".join(said),
        question="Is there really nothing to tune?",
        answer="The cap is a hidden rate. The ready sweep *The cap* trains SAM-SPS at $\\rho = 0.1$ under caps from 0.1 to 100: "
        "see in which range accuracy holds, and whether 1 is in it. Beforehand nobody knows.",
    )


def _rates(result: RobustnessResult) -> str:
    """How the baselines were tuned."""
    grids = ((method.label, many) for method in result.sweep.methods for _, many in method.tuned)
    said = "; ".join(f"{label}: {', '.join(f'{rate:g}' for rate in many)}" for label, many in grids)
    return (
        f"Baselines stand at the best of their rates ({said}), picked on test accuracy, which flatters them; another grid might "
        "still help them"
    )


def panel(family: str) -> str:
    """What one chart of accuracy shows, for those who cannot see it."""
    return f"Test accuracy of the {family} methods: mean over the seeds for each value on the grid."


def cost(result: RobustnessResult) -> Words:
    """Around the chart of costs."""
    return Words(
        alt="Test accuracy to be expected over the gradient evaluations of all trainings, the tuning included.",
        notice="A baseline that tries $k$ of the rates on its grid, whichever, and keeps the best: its accuracy on average over what "
        "it costs, $k = 1, 2, …$ from left to right. A method without a rate is one point; its dotted level is to compare with.",
        question="Does a rate have to be tuned at every ρ?",
        answer=_tuned_once(result),
    )


def decided(result: RobustnessResult) -> Words:
    """Around the heat map; the question is about what is seen there more."""
    clamped, capped = (sum(row[what] or 0.0 for row in result.rows) for what in ("clamped", "capped"))
    question, answer = CLAMPED if clamped > capped else CAPPED
    alt = "Shares of all steps that were capped and clamped, for each adaptive method and each value on the grid."
    return Words(alt, SHARES, question, answer)


def _tuned_once(result: RobustnessResult) -> str:
    if not result.complete:
        return "The answer is computed once all runs are done."
    lost = lost_by_tuning_once(result)
    first = f"${symbol(result)} = {result.places[0]:g}$"
    said = "; ".join(f"{method.label}: {100 * points:.1f}" for method, points in lost.items())
    return (
        f"Tuned at {first} alone, with that rate kept everywhere, the baselines lose at most, in points of accuracy: {said}. Where that "
        "is little, the cost of tuning at every value overstates what tuning costs."
    )


def _minutes(seconds: float) -> str:
    """A time that is known roughly."""
    if seconds < 90:
        return plural(max(1, round(seconds)), "second")
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:,.1f} hours"
