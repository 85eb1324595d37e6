"""Words of the Ridge lab. What they claim is chosen by what the figures show."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from lab.params import Value, real
from lab.params.ridge import METHODS
from lab.ridge import published as published_figures
from lab.ridge.curves import RAW
from lab.ridge.falls import falls
from lab.ridge.guarantees import safeguard_is_idle
from lab.ridge.map import DIVERGED, Map
from lab.ridge.summary import FLOOR, final_gap
from lab.ui.words import ROUNDED, Words, plural
from synthetic import FIGURES, PolyakStep, Problem, Result
from synthetic.result import Track

INTRO = {  # by problem
    "ridge": "A problem whose constants $L$ and $\\mu$, minimum $f^*$ and minimiser $x^*$ are known exactly: here every method "
    "can be held against its theorem. Move one control at a time; under each chart stands what to look for.",
    "logistic": "A convex problem that is not quadratic, on real data. $L$, $L_{\\max}$ and $\\mu$ are bounds on its curvature, $f^*$ and $x^*$ are "
    "computed as exactly as double precision allows: the theorems hold with these, but promise less than on least squares. "
    "Move one control at a time; under each chart stands what to look for.",
}
FALLING = 0.99  # a gap that keeps more than this share of itself over half of the iterations is called flat
START = "The settings at the start. Others worth seeing are in the fold above."
OWN = "Settings of your own."
PICTURE = {
    "t": "iterations",
    "evals": "gradient evaluations",
    "s": "time",
}


def of_trials(result: Result, center: str) -> str:
    """What a line stands for."""
    trials = result.config.trials
    if trials == 1:
        return ""
    band = {
        "mean": "the mean of {n} trials, its band one standard deviation each way (not below the lowest trial)",
        "median": "the median of {n} trials, its band the middle 80%",
    }[center].format(n=trials)
    gone = sum(int((track.diverged_at >= 0).sum()) for track in result.tracks.values())
    ends = {"mean": "where one diverges the mean ends", "median": "a diverged one counts as infinite"}[center]
    return f" A line is {band}." + (f" {gone} trials diverged: {ends}." if gone else "")


def axis(x: str) -> str:
    """What the horizontal axis means, where it needs a word."""
    if x == "evals":
        return " A step with a second look counts two gradients, one without (ρ = 0) counts one."
    if x == "s":
        return " Seconds are those of this simulator on this machine; they differ from run to run."
    return ""


def gap(result: Result, center: str, x: str) -> Words:
    """Around the relative gap."""
    if any((track.diverged_at >= 0).any() for track in result.tracks.values()):
        notice = (
            "A line that ends before the right edge has left the floating-point numbers: the table says when."
        )
    elif result.config.batch_size and result.problem.f_min != 0:
        notice = "Without interpolation a line that stops falling has reached its neighbourhood: noise keeps it from the minimum."
    elif any(second_half(track) < FALLING for track in result.tracks.values()):
        notice = "On a log scale a straight line downwards is linear convergence: every step takes the same share of the gap away."
    else:
        notice = "No line falls in the second half of the iterations: more of them would not help."
    ended = {track.method.name: final_gap(track) for track in result.tracks.values()}
    floor = FLOOR[result.problem.spectrum is not None]
    flat = [
        track.method.name
        for track in result.tracks.values()
        if FALLING <= second_half(track) < 1 / FALLING and ended[track.method.name] > floor
    ]
    if flat and not (result.config.batch_size and result.problem.f_min != 0):
        notice += f" Flat in the second half: {', '.join(flat)}."
    if result.problem.spectrum is None and min(ended.values(), default=1.0) < floor:
        notice += f" Below {floor:.0e} a line shows rounding of f − f*."
    if above := [name for name, end in ended.items() if 1 < end < math.inf]:
        notice += f" {', '.join(above)}: further from the minimum at the end than at the start."
    return Words(
        alt=f"Relative gap to the minimum of each method against {PICTURE[x]} on a logarithmic scale.",
        notice=notice + of_trials(result, center) + axis(x),
        question="What does the conditioning do to the slopes, and what does ρ?",
        answer="Move $\\kappa$ up: with the full batch the lines flatten, since the rate of the guarantees is $1 - c/\\kappa$. "
        "Then move $\\rho$: as long as $\\rho L$ stays well below 1 the lines of the USAM methods change little.",
    )


def second_half(track: Track) -> float:
    """Factor of the gap in the second half of the iterations; 0 where the gap is gone, inf after a divergence."""
    gap = np.median(np.where(np.isnan(track.relative_gap), np.inf, track.relative_gap), axis=0)
    middle = float(gap[np.searchsorted(track.iterations, track.iterations[-1] / 2)])
    return float(gap[-1]) / middle if 0 < middle < math.inf else (0.0 if middle <= 0 else math.inf)


def held(result: Result, what: str, center: str, x: str, count: int) -> Words:
    """Around the chart with the bounds."""
    expected = result.config.batch_size is not None and count > 0
    if count:
        notice = (
            "A thin dashed line is a guarantee for the method of its colour: its measured line stays below."
        )
    else:
        notice = "No guarantee applies to what is drawn here; the list below the table says why."
    if expected and result.config.trials == 1:
        notice += " The guarantees are on the mean over all draws; one trial may cross them."
    elif expected and center == "median":
        notice += " The guarantees are on the mean; the line is the median."
    quantity = {"distance": "Squared distance to the minimiser", "average": "Gap of the averaged iterate"}[
        what
    ]
    return Words(
        alt=f"{quantity} of each method against {PICTURE[x]}, under the bounds that apply.",
        notice=notice + of_trials(result, center),
        question="How much room is between line and guarantee, and why?",
        answer="For the Polyak methods often a great deal: a theorem takes the worst curvature in every direction at once and "
        "promises a rate for all problems, not for this one. The exact rate of a constant step is tight: in the end its "
        "line runs parallel to it, along the slowest direction.",
    )


def gamma(result: Result, x: str, gamma_b: float) -> Words:
    """Around the step sizes."""
    records = len(result.config.record_at())
    recorded = "of all steps" if records > result.config.iterations else f"of the {records} recorded steps"
    notice = (
        f"The line is the geometric mean over a stretch of the axis about five pixels wide, the band the range {recorded} in it."
        if records > RAW
        else "Every recorded step is drawn."
    )
    _, fallen = falls(result, gamma_b)
    for fall in fallen:
        name, t = fall.track.method.name, fall.iteration
        notice += f" {name} leaves the picture downwards at t = {t}; its lowest γ is {fall.lowest:.0e}."
    if fallen:
        notice += " A double click on the chart shows all."
    if any(isinstance(fall.track.method, PolyakStep) and fall.track.method.lambd for fall in fallen):
        notice += (
            " With λ > 0 the climb does not shrink with the gradient: near x* the numerator N, and γ with it, goes to 0, "
            "and x stays where it is."
        )
    zero = any(np.any(track.gamma == 0) for track in result.tracks.values())
    return Words(
        alt=f"Step size of each method against {PICTURE[x]} on a logarithmic scale, with 1/L, 1/(2L) and the cap.",
        notice=notice + (" Steps with γ = 0 have no place on a log scale." if zero else ""),
        question="Which values can $\\gamma_t$ take without a cap?",
        answer="With $\\lambda = 0$, $\\rho L < 1$ and $\\ell^* = f^*$ never below $(1-\\rho L)/(2L(1+\\rho L))$, and often far above $1/L$: a "
        "step that long shrinks the flat directions, while the next ones mend the steep one.",
    )


def shares(result: Result, gamma_b: float, x: str) -> Words:
    """Around the shares of capped and clamped steps."""
    tracks = [track for track in result.tracks.values() if isinstance(track.method, PolyakStep)]
    capped = max((_last_share(track.capped_share) for track in tracks), default=0.0)
    worst = max(tracks, key=lambda track: _last_share(track.clamped_share), default=None)
    clamped = _last_share(worst.clamped_share) if worst else 0.0
    if gamma_b == float("inf"):
        notice = "There is no cap, $\\gamma_b = \\infty$, so no step can be capped."
    elif capped > 0.9:
        notice = f"The cap decided up to {capped:.0%} of a method's steps: then it is mostly the plain method with learning rate $\\gamma_b$."
    else:
        notice = f"Full lines: the cap $\\gamma_b$ decided; at the end in at most {capped:.0%} of a method's steps."
    notice += (
        f" The safeguard raised γ to 0 most often in {worst.method.name}: {clamped:.1%} of its steps (dotted)."
        if worst and clamped
        else " The safeguard never acted."
    )
    notice += rounded(result)
    return Words(
        alt=f"Share of the steps so far that the cap cut or the safeguard raised to 0, against {PICTURE[x]}.",
        notice=notice,
        question="When is a Polyak method nothing but a constant step?",
        answer="When nearly all of its steps are capped: then $\\gamma_t = \\gamma_b$, and $\\gamma_b$ is a learning rate that "
        "somebody had to choose. It happens where $\\ell^*$ is far below what the mini-batch can reach.",
    )


def rounded(result: Result) -> str:
    """Which methods' safeguard only rounding has woken, and since when."""
    woken = [
        (track.method.name, int(track.iterations[np.argmax((track.clamped_share > 0).any(0))]))
        for track in result.tracks.values()
        if _last_share(track.clamped_share) > 0 and safeguard_is_idle(result, track)
    ]
    if not woken:
        return ""
    since = ", ".join(f"{name} from t = {t} on" for name, t in woken)
    return f" {since}: Proposition 2.1 says $N \\ge 0$ here. {ROUNDED}"


def grad_norm(result: Result, x: str) -> Words:
    """Around the gradient norm."""
    return Words(
        alt=f"Norm of the full gradient of each method against {PICTURE[x]} on a logarithmic scale.",
        notice="The gradient of the whole loss at x, not of the mini-batch and not at e.",
        question="Why can the gradient be tiny while x is still far from x*?",
        answer="Along a direction with eigenvalue $\\lambda_i$ the gradient is $\\lambda_i$ times the distance: flat directions hide it. "
        "The worse $\\kappa$, the more.",
    )


def _last_share(shares: object) -> float:
    known = np.asarray(shares)[:, -1]
    return float(np.nanmean(known)) if np.isfinite(known).any() else 0.0


def constants(problem: Problem, values: Mapping[str, Value]) -> str:
    """The problem's constants, and the radius of USAM in their unit."""
    L, mu = problem.L, problem.mu
    rho = real(values, "rho") / L if values["unit"] == "L" and L > 0 else real(values, "rho")
    kappa = f"{L / mu:.4g}" if mu > 0 else r"\infty"
    full = values["m"] == 0
    unit, size = ("L", L) if full else (r"L_{\max}", problem.L_max)
    inside = "below 1, as the theory asks" if rho * size < 1 else "not below 1, as the theory asks"
    known = "upper bound " if problem.spectrum is None else ""
    return (
        f"{known}$L = {L:.4g}$, $\\mu = {mu:.4g}$, $\\kappa(H) = {kappa}$, $L_{{\\max}} = {problem.L_max:.4g}$, "
        f"$1/L = {1 / L if L else float('inf'):.4g}$, $f^* = {problem.f_min:.4g}$.  \nUSAM here: $\\rho = {rho:.4g}$; "
        f"$\\rho {unit} = {rho * size:.4g}$ is {inside}."
    )


def heatmap(found: Map, values: Mapping[str, Value]) -> Words:
    """Around the map."""
    times = found.iterations
    missing, gone = int(np.isnan(times).sum()), int((times == DIVERGED).sum())
    notice = f"Iterations of {METHODS[str(values['map_of'])]} until the relative gap is at most {real(values, 'map_target'):g}; "
    notice += "counts above 50 are known to 2%." if (times > 50).any() else "a ring: not reached."
    if missing or gone:
        notice += f" Not reached in {values['map_T']} iterations: {plural(missing, 'cell')}" + (
            f"; ended above their start: {gone}." if gone else "."
        )
    alt = "Heat map of the iterations to the target over the condition number and the radius."
    if not (times > 0).any():
        return Words(
            alt=alt,
            notice=notice,
            question="Why is the target reached nowhere?",
            answer="Either the iterations do not suffice, or there is a neighbourhood that the method does not leave: noise with $\\ell^* = 0$, "
            "or the fixed climb of SAM. Choose a larger target or more iterations, and see whether a colour appears.",
        )
    return Words(
        alt=alt,
        notice=notice,
        question="Along which axis does the colour change more?",
        answer="Compare a row with a column. Where the colour changes mostly along $\\kappa$, conditioning is what costs; the rows in "
        "which $\\rho$ matters are those near and beyond $\\rho L = 1$.",
    )


def recipe(name: str, edition: str, result: Result) -> str:
    """What a published figure computes."""
    return f"{published_figures.edition_of(FIGURES[name], edition)}\n\n{published_figures.numbers(result)}"


def published(name: str, edition: str, result: Result) -> Words:
    """Around a published figure."""
    ends = {
        track.method.name: float(np.nanmean(track.relative_gap[:, -1])) for track in result.tracks.values()
    }
    best = min(ends, key=ends.__getitem__)
    return Words(
        alt="Relative gap to the minimum of each method of the published figure against iterations.",
        notice=" ".join(published_figures.caveats(FIGURES[name], edition, result)),
        question="Which method ends lowest, and is that a fair race?",
        answer=f"Here {best}. Each baseline has the constants of its recipe; another tuning may change the order, and a "
        "theory constant is made to hold for every problem, not to be fast on this one.",
    )
