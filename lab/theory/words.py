"""Words of the Theory page: result in, Markdown out."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from lab.theory.captions import (
    ALIKE,
    AVERAGE,
    BEYOND,
    CLIMBING,
    COUNT,
    ENDS,
    EXACT,
    FIRED,
    LIMIT,
    MEASURED,
    MINI_BATCHES,
    NOISE,
    NORMALISED,
    OF_A_CONTRACTION,
    OF_AN_AVERAGE,
    RATIO,
    REACHED,
    TIGHTNESS,
    UNBOUNDED,
    UNBOUNDED_CLIMBING,
    UNBOUNDED_CONSTANT,
    WORST_STEP,
)
from lab.theory.compute import TheoryResult
from lab.theory.measure import TOLERANCE
from lab.theory.traces import CEILING
from lab.ui.symbols import markdown
from lab.ui.words import ROUNDED, Words, plural
from synthetic.theory.theorems import Theorem
from synthetic.theory.theorems.theorem import DERIVED, PUBLISHED

PROMISED = {
    "numerator": "sign of $N$",
    "distance_sq": "$\\|x^T-x^*\\|^2$",
    "gap_of_average": "$f(\\bar x^T)-f^*$",
    "grad_norm": "$\\|\\nabla f(x^t)\\|$",
}

PUBLISHED_AS = {PUBLISHED: "published bound", DERIVED: "bound of the published form"}


def in_a_line(theorem: Theorem) -> str:
    """A theorem's name, setting, what it bounds, and whose constant it has."""
    return f"**{theorem.name}** · {theorem.setting} · {PROMISED[theorem.bounds]} · {theorem.constant}"


def premises(theorem: Theorem) -> str:
    """Assumptions, constant and source of a theorem."""
    assumptions = "\n".join(f"- {one}" for one in theorem.assumptions)
    return (
        f"**Assumptions**\n{assumptions}\n\n**Constant:** {theorem.constant}  \n**Source:** {theorem.source}"
    )


def letters(theorem: Theorem, tighter: Theorem) -> str:
    """The assumptions of a tighter bound: those of the theorem, and what the letters are."""
    more = "\n".join(f"- {one}" for one in tighter.assumptions[len(theorem.assumptions) :])
    return f"**Assumptions**\n- Those above.\n{more}\n\n**Source:** {tighter.source}"


def proof(theorem: Theorem) -> str:
    """The steps of a proof, numbered."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(theorem.proof, 1))


def verdict(result: TheoryResult) -> str:
    """In a sentence or two what became of the promise."""
    name, found = result.guarantee.theorem.name, result.summary
    if not result.applies:
        reasons = " ".join(markdown(reason) for reason in result.reasons)
        return f"**{name} does not apply here**, so no bound is drawn. {reasons} It is measured all the same."
    if not result.has_bound:
        return f"**{name} applies.** It is a limit without a rate: there is no bound to draw."
    if not found.judged:
        return "**Nothing can be compared:** bound or run is below the resolution of double precision."
    each = f"at up to {found.records} of the {result.config.iterations} iterations of each"
    left_out = ", without what is below the resolution" if found.unjudged else ""
    return (
        f"**{found.broken} of {plural(len(result.samples), 'problem')} above the bound** ({found.above:,} of "
        f"{found.judged:,} comparisons, {each}{left_out}). {_tightest(result)}"
    )


def details(result: TheoryResult) -> str:
    """What else was counted."""
    found = [*(_compared(result) if result.has_bound else _measured_alone(result)), *_sides(result)]
    return "**What was counted**\n" + "\n".join(f"- {one}" for one in found)


def meaning(result: TheoryResult) -> str:
    """What the promise means, with a jump to the cards."""
    theorem = result.guarantee.theorem
    more = f" {result.theorem.meaning}" if result.beside else ""
    means = "What it means" if result.applies else "What it would mean, if it applied"
    return f"**{means}.** {theorem.meaning}{more} [Assumptions and proof](#guarantees)"


def around(result: TheoryResult) -> dict[str, Words]:
    """The words of the live check's charts by name; without a bound there is no ratio to show."""
    measured = _around_measured(result)
    form = (
        " Dashes with dots: the published form; where the problems have different ones, the highest."
        if result.beside
        else ""
    )
    measured = replace(measured, notice=measured.notice + form + _ends(result))
    if result.has_bound:
        return {"measured": measured, "ratio": _around_ratio(result), "tightness": TIGHTNESS}
    floor = f" What falls below {result.summary.floor:.0e} counts as that." if result.sinks else ""
    return {"measured": measured, "tightness": replace(ENDS, notice=ENDS.notice + floor)}


def _around_measured(result: TheoryResult) -> Words:
    """The words of the first chart: what its lines do decides."""
    constant = result.guarantee.constant
    if result.has_bound:
        if constant:
            return CLIMBING if np.nanmax(result.curves("bound")[:, -1]) > 1 else EXACT
        if result.summary.end_ratio > 1 - TOLERANCE:
            return REACHED
        return NOISE if result.summary.noise else _room(result)
    if result.applies:
        return LIMIT
    if result.climbs:
        return UNBOUNDED_CLIMBING
    return UNBOUNDED_CONSTANT if constant else _stopping(result)


def _room(result: TheoryResult) -> Words:
    """Where the room between lines and bound comes from, for each kind of bound."""
    if result.guarantee.theorem.bounds == "gap_of_average":
        return AVERAGE
    if result.guarantee.stochastic:
        return MINI_BATCHES
    return MEASURED if result.guarantee.tighter else WORST_STEP


def _stopping(result: TheoryResult) -> Words:
    """Without a bound: what λ > 0 does, and what ρ beyond 1/L does."""
    more = NORMALISED if result.config.lambd > 0 else BEYOND if result.config.rho_L >= 1 else ""
    return replace(UNBOUNDED, answer=UNBOUNDED.answer + more)


LIMIT_DRAWN = " Dotted: the highest of the one-sided 99.9% limits of the means over the trials."


def _around_ratio(result: TheoryResult) -> Words:
    """Around measured / bound: where it was largest here, and what to expect of such a bound."""
    found, limit = result.summary, LIMIT_DRAWN if result.guarantee.stochastic else ""
    if not found.judged:
        return replace(RATIO, notice=RATIO.notice + limit)
    why = OF_AN_AVERAGE if result.guarantee.theorem.bounds == "gap_of_average" else OF_A_CONTRACTION
    where = (
        f"Here at iteration {found.tightest_at}, in problem {found.tightest_problem}: {found.tightest:.3g}. "
    )
    return replace(RATIO, notice=RATIO.notice + limit, answer=where + why)


def around_fired(result: TheoryResult) -> Words:
    """Around the share of points with N < 0: whether random points are later than the worst."""
    question, answer = (FIRED.question, FIRED.answer)
    if np.array_equal(result.count.random_share, result.count.steepest_share):
        question, answer = ALIKE
    return replace(FIRED, question=question, answer=answer)


def _ends(result: TheoryResult) -> str:
    """Where the chart ends, if a line goes so far."""
    said = ""
    if result.sinks:
        said += (
            f" The chart ends at {result.summary.floor:.0e} of the start, the resolution of double precision: "
            "nothing below it is drawn or compared."
        )
    if result.summary.diverged or np.nanmax(result.curves("measured")) > CEILING:
        said += f" Above {CEILING:.0e} nothing is drawn."
    return said


def counted(result: TheoryResult) -> tuple[str, str]:
    """What is counted for Proposition 2.1, and what was found at the chosen radius."""
    count = result.count
    inside = "as proven" if count.chosen <= 1 else "outside the proposition"
    return COUNT.format(points=count.random_points, problems=count.problems), (
        f"At $\\rho L = {count.chosen:g}$ ({inside}): $N < 0$ at **{count.chosen_random:,} of {count.random_points:,}** random points "
        f"and at **{count.chosen_steepest} of {count.problems}** points along the top eigenvector."
    )


def _tightest(result: TheoryResult) -> str:
    """The comparison that came nearest to the bound."""
    found = result.summary
    equal = ", equal up to rounding" if abs(found.tightest - 1) <= TOLERANCE else ""
    return (
        f"Tightest ratio after the start: {found.tightest:.3g}{equal} "
        f"(problem {found.tightest_problem}, iteration {found.tightest_at}).{_beside(result)}"
    )


def _beside(result: TheoryResult) -> str:
    """How near the same measurements come to the published form."""
    if not result.beside:
        return ""
    return f" To the {PUBLISHED_AS[result.guarantee.theorem.constant]}: {result.summary.beside:.3g}."


def _compared(result: TheoryResult) -> list[str]:
    """Sentences on measured against bound."""
    found, text = result.summary, []
    if not math.isnan(found.promised):
        text.append(
            f"Squared distance after a step: promised × {found.promised:.4g}, measured × {found.fitted:.4g} (median)."
        )
    if not math.isnan(found.end_ratio):
        text.append(f"Measured / bound at the last comparison, in the median problem: {found.end_ratio:.2g}.")
    if result.guarantee.stochastic:
        text.append(
            f"Measured is the mean of {result.config.trials} trials, at {found.records} iterations. Its one-sided 99.9% limit is "
            f"above the bound in {found.undecided} further comparisons."
        )
    if found.unjudged:
        text.append(
            f"{found.unjudged:,} comparisons are left out: bound or run is below the resolution there, "
            f"{found.floor:.0e} of the start, or has left the floats."
        )
    return text


def _measured_alone(result: TheoryResult) -> list[str]:
    """Sentences on a measurement without a bound."""
    found = result.summary
    quantity = PROMISED[result.guarantee.theorem.bounds].replace("^T", "^t")
    if math.isnan(found.median_end):
        return []
    return [
        f"At the end {quantity} is {_share(found.median_end, found.floor)} of its start in the median problem "
        f"and {_share(found.worst_end, found.floor)} in the worst."
    ]


def _sides(result: TheoryResult) -> list[str]:
    """Sentences on the safeguard, on noisy labels without an effect, and on divergence."""
    text, found = [], result.summary
    if not result.guarantee.constant:
        text.append(f"The safeguard acted in {found.clamped:,} of {found.steps:,} steps.")
        if found.clamped and result.applies and result.config.rho_L <= 1:
            text[-1] += f" {ROUNDED}"
    if result.noisy and not found.noise:
        text.append("With more unknowns than rows even noisy labels are fitted: $\\sigma^2 = 0$.")
    if found.diverged:
        text.append(f"**{found.diverged} of {result.runs:,} runs left the floats.**")
    return text


def _share(value: float, floor: float) -> str:
    """A share of the start; below the resolution only that it is."""
    return f"{value:.2g}" if value > floor else f"below {floor:.0e}"
