"""Words around the charts of a comparison. What they claim is chosen by what the figures show."""

from __future__ import annotations

import math

import numpy as np

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge.curves import RAW
from lab.ridge.result import RidgeResult
from lab.ridge.summary import Summary
from lab.ridge.table import rate
from lab.ridge.traces import BOUND_MEANINGS, CEILING, bound_dash
from lab.ui.words import ROUNDED, Words
from synthetic import PolyakStep

INTRO = {  # by problem
    "ridge": "A problem whose constants $L$ and $\\mu$, minimum $f^*$ and minimiser $x^*$ are known exactly: here methods "
    "can be held against the theorems that speak of them. Move one control at a time; under each chart stands what to look for.",
    "own": "Least squares on your own numbers: $L$, $\\mu$, $f^*$ and $x^*$ are computed from $A$ and $b$, so that methods can be held "
    "against the theorems that speak of them. Move one control at a time; under each chart stands what to look for.",
    "logistic": "A convex problem that is not quadratic, on real data. $L$, $L_{\\max}$ and $\\mu$ are bounds on its curvature, $f^*$ and $x^*$ are "
    "computed as exactly as double precision allows: the theorems hold with these, and promise the less the further they are from the curvature that a run meets. "
    "Move one control at a time; under each chart stands what to look for.",
}
BRING = "Bring a file with $A$ and $b$, under Problem: NPZ with the arrays `A` and `b`, or CSV or Parquet with a row for each sample."
GONE = "This link is for data that are not here, or not any more. Bring the same file again, under Problem, and it shows what it did."
BRING_HELP = (
    "NPZ with the arrays `A` (n × d) and `b` (n). CSV or Parquet: a row for each sample; `b` is the column with the name b, y, label or "
    "target, else the last one. 2 to 2,000 rows, at most 500 columns, finite numbers."
)
FALLING = 0.99  # a gap that keeps more than this share of itself over half of the iterations is called flat
NUMBERS = "Every recorded iteration of every trial of every method, with the configuration and the versions of what computed it."
OWN = "Settings of your own: none of the above."
PICTURE = {"t": "iterations", "evals": "gradient evaluations", "s": "time"}
AXIS = {
    "evals": " A step with a second look counts two gradients, one without (ρ = 0) counts one.",
    "s": " Seconds are those of this simulator on this machine; they differ from run to run.",
}
QUANTITY = {"distance": "Squared distance to the minimiser", "average": "Gap of the averaged iterate"}


def around(result: RidgeResult) -> dict[str, Words]:
    """The words of every chart, by the chart's name."""
    return {
        "gap": gap(result),
        "gamma": gamma(result),
        "grad": grad_norm(result),
        "held": held(result),
        "shares": shares(result),
    }


def gap(result: RidgeResult) -> Words:
    """Around the relative gap."""
    summaries = list(result.summaries.values())
    noisy = result.config.m > 0 and result.problem.f_min != 0
    if any((track.diverged_at >= 0).any() for track in result.tracks.values()):
        notice = f"A line that ends before the right edge has passed {CEILING:.0e}, or left the floating-point numbers: the table says which."
    elif not any(one.second_half < FALLING for one in summaries):
        notice = f"No line falls by more than {1 - FALLING:.0%} in the second half of the iterations."
    elif noisy:
        notice = "Without interpolation noise keeps a line whose steps do not shrink from the minimum: in the long run it stays in a neighbourhood."
    elif result.config.log_x:
        notice = "With both axes logarithmic a straight line downwards is a power of $t$; a line that bends down more and more falls faster than any."
    else:
        notice = "On a log scale a straight line downwards is linear convergence: every step takes the same share of the gap away."
    if not noisy and (flat := [one.name for one in summaries if _is_flat(one)]):
        notice += f" Flat in the second half: {', '.join(flat)}."
    floor = min((one.rounding.floor for one in summaries), default=0.0)
    if result.problem.spectrum is None and any(one.final_gap < floor for one in summaries):
        notice += f" Below {floor:.0e} a line shows rounding of f − f*."
    if above := [one.name for one in summaries if 1 < one.final_gap < math.inf]:
        notice += f" {', '.join(above)}: further from the minimum at the end than at the start."
    return Words(
        alt=f"Relative gap to the minimum of each method against {PICTURE[result.config.x]} on a logarithmic scale.",
        notice=notice + _of_trials(result) + AXIS.get(result.config.x, ""),
        question="What does the conditioning do to the slopes, and what does ρ?",
        answer=_of_kappa(result.config),
    )


def _of_kappa(config: RidgeConfig) -> str:
    """What to move, and what to see."""
    up = "Move $\\kappa$ up"
    if config.problem != "ridge" or config.design == "gaussian":
        up = "Move the regularisation down: $\\kappa(H)$, beside this chart, goes up"
    return (
        f"{up}: with the full batch the lines flatten, as the rate of the guarantees does, $1 - c/\\kappa$. "
        "Then move $\\rho$: up to $\\rho L = ½$ it changes the lines of the USAM methods far less than a tenfold $\\kappa$ does."
    )


def _is_flat(summary: Summary) -> bool:
    """Whether a line neither falls nor rises at the end, above rounding."""
    return FALLING <= summary.second_half < 1 / FALLING and summary.final_gap > summary.rounding.floor


def _of_trials(result: RidgeResult) -> str:
    """What a line stands for."""
    trials, center = result.config.trials, result.config.center
    if trials == 1:
        return ""
    band = {
        "mean": "the mean of {n} trials, its band one standard deviation each way (not below the lowest trial)",
        "median": "the median of {n} trials, its band the middle 80%",
    }[center].format(n=trials)
    gone = sum(int((track.diverged_at >= 0).sum()) for track in result.tracks.values())
    ends = {"mean": "where one diverges the mean ends", "median": "a diverged one counts as infinite"}[center]
    return f" A line is {band}." + (f" {gone} trials diverged: {ends}." if gone else "")


def held(result: RidgeResult) -> Words:
    """Around the chart with the bounds."""
    config = result.config
    if result.bound_lines:
        drawn = {bound_dash(bound.name) for bound in result.bound_lines}
        kinds = "; ".join(meaning for dash, meaning in BOUND_MEANINGS.items() if dash in drawn)
        notice = (
            "A thin line is a guarantee for the method of its colour, whose measured line stays below it. "
        )
        notice += f"{kinds[0].upper()}{kinds[1:]}."
    else:
        notice = "No guarantee applies to what is drawn here; the list below the table says why."
    notice = _promised(result) + notice
    if result.sinks:
        notice += (
            f" Lines and guarantees end at {result.resolution:.0e}: below it double precision cannot tell the value from 0, "
            "and nothing is compared."
        )
    expected = config.m > 0 and len(result.bound_lines) > 0
    if expected and config.trials == 1:
        notice += " The guarantees are on the mean over all draws; one trial may cross them."
    elif expected and config.center == "median":
        notice += " The guarantees are on the mean; the line is the median."
    return Words(
        alt=f"{QUANTITY[config.held]} of each method against {PICTURE[config.x]}, under the bounds that apply.",
        notice=notice + _of_trials(result),
        **(ROOM if result.bound_lines else NO_ROOM),
    )


ROOM = {
    "question": "How much room is between line and guarantee, and why?",
    "answer": "For the Polyak methods often a great deal. A part the published proof gives away: it leaves out that the loss is smooth at $e$, and the "
    "tighter bound has that part back, with the full batch and no cap in each step a share $(3+r)/(1-r)$ times as large, $r = \\rho L$. The rest is that a theorem takes the "
    "worst curvature in every direction at once, and the worst mixture in every step. The exact rate of a constant step, a bound on the distance, is tight: in the long run "
    "its line runs parallel to it, along the slowest direction.",
}
NO_ROOM = {
    "question": "When is there a guarantee?",
    "answer": "For a Polyak method with $\\lambda = 0$ and $\\rho < 1/L$: with the full batch where $\\ell^* = f^*$ and there is no cap, on mini-batches "
    "with $L_{\\max}$ for $L$, an $\\ell^*$ that no mini-batch falls below and, without interpolation, a cap. For a constant step with the full batch on least squares. "
    "And only of what is drawn: some bound the distance, some the averaged iterate.",
}


def _promised(result: RidgeResult) -> str:
    """How fast the method of the first bound is, and how fast it is promised to be."""
    if result.config.held != "distance" or not result.bound_lines:
        return ""
    one = result.summaries[result.bound_lines[0].track.method.key]
    if one.guaranteed is None or not 0 < one.rate.factor < 1 or not 0 < one.guaranteed[1] < 1:
        return ""
    measured, promised = (_in_iterations(factor) for factor in (one.rate.factor, one.guaranteed[1]))
    return f"The gap of {one.name} {measured}; its distance is promised: {promised}. "


def _in_iterations(factor: float) -> str:
    """In how many iterations a factor halves."""
    said = rate(factor)
    return f"{said} iteration" + ("" if said.endswith(" 1") else "s")


def gamma(result: RidgeResult) -> Words:
    """Around the step sizes."""
    simulation, falls = result.measured.config, result.gamma_picture.falls
    records = len(simulation.record_at())
    recorded = "of all steps" if records > simulation.iterations else f"of the {records} recorded steps"
    notice = (
        f"The line is the geometric mean over a stretch of the axis about five pixels wide, the band the range {recorded} in it."
        if records > RAW
        else "Every recorded step is drawn."
    )
    for fall in falls:
        name, t = fall.track.method.name, fall.iteration
        notice += f" {name} leaves the picture downwards at t = {t}; its lowest γ is {fall.lowest:.0e}."
    if falls:
        notice += " A double click on the chart shows all."
    if any(isinstance(fall.track.method, PolyakStep) and fall.track.method.lambd for fall in falls):
        notice += (
            " With λ > 0 the climb does not shrink with the gradient: near x* the numerator N, and γ with it, goes to 0, "
            "and x stays where it is."
        )
    if any(np.any(track.gamma == 0) for track in result.tracks.values()):
        notice += " Steps with γ = 0 have no place on a log scale." + _rounded(result)
    return Words(
        alt=f"Step size of each method against {PICTURE[result.config.x]} on a logarithmic scale, with 1/L, 1/(2L) and the cap where there is one.",
        notice=notice,
        question="Which values can $\\gamma_t$ take without a cap?",
        answer="With the full batch, $\\lambda = 0$, $\\rho L < 1$ and $\\ell^* = f^*$ never below $(1-\\rho L)/(2L(1+\\rho L))$, and often far above $1/L$: a "
        "step that long shrinks the flat directions, while the next ones mend the steep one. A mini-batch loss has a curvature of its own, up to $L_{\\max}$, "
        "and the steps answer to that.",
    )


def shares(result: RidgeResult) -> Words:
    """Around the shares of capped and clamped steps."""
    polyak = [one for one in result.summaries.values() if isinstance(one.track.method, PolyakStep)]
    worst = max((one for one in polyak if one.clamped > 0), key=lambda one: one.clamped, default=None)
    notice = _of_the_cap(
        result.config.gamma_b, max((one.capped for one in polyak if one.capped > 0), default=0.0)
    )
    if worst:
        notice += f" The safeguard raised γ to 0 most often in {worst.name}: {worst.clamped:.1%} of its steps (thin, dotted)."
    else:
        notice += " The safeguard never acted."
    return Words(
        alt=f"Share of the steps so far that the cap cut or the safeguard raised to 0, against {PICTURE[result.config.x]}.",
        notice=notice + _rounded(result),
        question="When is a Polyak method nothing but a constant step?",
        answer="When nearly all of its steps are capped: then $\\gamma_t = \\gamma_b$, and $\\gamma_b$ is a learning rate that "
        "somebody had to choose. It happens where $\\ell^*$ is far below what the mini-batch can reach, and where $\\gamma_b$ is small.",
    )


def _of_the_cap(gamma_b: float, capped: float) -> str:
    """What the cap did, where it cut up to this share of a method's steps."""
    if gamma_b == math.inf:
        return "There is no cap, $\\gamma_b = \\infty$, so no step can be capped."
    if gamma_b == 0:
        return "The cap is $\\gamma_b = 0$: every step of a Polyak method is 0, and x stays at the start."
    if capped > 0.9:
        return f"The cap decided up to {capped:.0%} of a method's steps: then it is mostly the plain method with learning rate $\\gamma_b$."
    return f"A line in its method's own style: the cap $\\gamma_b$ decided; at the end in at most {capped:.1%} of a method's steps."


def _rounded(result: RidgeResult) -> str:
    """Which methods' safeguard only rounding has woken, and since when."""
    woken = [
        (one.name, int(one.track.iterations[np.argmax((one.track.clamped_share > 0).any(0))]))
        for key, one in result.summaries.items()
        if one.clamped > 0 and result.guarantees[key].safeguard_is_idle
    ]
    if not woken:
        return ""
    since = ", ".join(f"{name} from t = {t} on" for name, t in woken)
    return f" {since}: Proposition 2.1 says $N \\ge 0$ here. {ROUNDED}"


def grad_norm(result: RidgeResult) -> Words:
    """Around the gradient norm."""
    return Words(
        alt=f"Norm of the full gradient of each method against {PICTURE[result.config.x]} on a logarithmic scale.",
        notice="The gradient of the whole loss at x, not of the mini-batch and not at e.",
        question="Why can the gradient be tiny while x is still far from x*?",
        answer="Along a direction of curvature $h$ the gradient is $h$ times the distance: flat directions hide it. "
        "The worse $\\kappa$, the more.",
    )


def constants(result: RidgeResult) -> str:
    """The problem's constants, and the radius of USAM in their unit."""
    config, problem = result.config, result.problem
    L, mu = problem.L, problem.mu
    rho = config.rho / L if config.unit == "L" and L > 0 else config.rho
    kappa = f"{L / mu:.4g}" if mu > 0 else r"\infty"
    unit, size = ("L", L) if config.m == 0 else (r"L_{\max}", problem.L_max)
    inside = "below 1, as the theory asks" if rho * size < 1 else "not below 1: the theory asks for less"
    known = "upper bound " if problem.spectrum is None else ""
    start = " at first, and goes to 0" if config.rho_shape != "constant" else ""
    usam = (
        f"  \nRadius of {METHODS['usam_ps'].name(config.m == 0)}: $\\rho = {rho:.4g}$; $\\rho {unit} = {rho * size:.4g}$ is {inside}{start}."
        if "usam_ps" in config.methods
        else ""
    )
    return (
        f"{known}$L = {L:.4g}$, $\\mu = {mu:.4g}$, $\\kappa(H) = {kappa}$, $L_{{\\max}} = {problem.L_max:.4g}$, "
        f"$1/L = {1 / L if L else float('inf'):.4g}$, $f^* = {problem.f_min:.4g}$.{usam}"
    )
