"""Words of the Theory page: result in, Markdown out."""

from __future__ import annotations

import math

from lab.theory.captions import COUNT, ENDS, LIMIT, MEASURED, RATIO, TIGHTNESS, UNBOUNDED, UNDIVIDED
from lab.theory.compute import TheoryResult
from lab.theory.measure import TOLERANCE
from lab.ui.words import ROUNDED, Words, escape, plural
from synthetic.theory.theorems import THEOREMS, Theorem

PROMISED = {
    "numerator": "sign of $N$",
    "distance_sq": "$\\|x^T-x^*\\|^2$",
    "gap_of_average": "$f(\\bar x^T)-f^*$",
    "grad_norm": "$\\|\\nabla f(x^t)\\|$",
}


def anchor(theorem: Theorem) -> str:
    """The card's name in the address."""
    return theorem.key.lower().replace(".", "-").replace(" ", "-")


def overview() -> str:
    """The table of theorems, each row with a jump to its card."""
    lines = ["| guarantee | setting | bounds | constant |", "|---|---|---|---|"]
    lines += [
        f"| [{one.name}](#{anchor(one)}) | {one.setting} | {PROMISED[one.bounds]} | {one.constant} |"
        for one in THEOREMS
    ]
    return "\n".join(lines)


def premises(theorem: Theorem) -> str:
    """Assumptions, constant and source of a theorem."""
    assumptions = "\n".join(f"- {one}" for one in theorem.assumptions)
    return (
        f"**Assumptions**\n{assumptions}\n\n**Constant:** {theorem.constant}  \n**Source:** {theorem.source}"
    )


def proof(theorem: Theorem) -> str:
    """The steps of a proof, numbered."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(theorem.proof, 1))


def verdict(result: TheoryResult) -> str:
    """In a sentence or two what became of the promise."""
    name, found = result.guarantee.theorem.name, result.summary
    if not result.applies:
        reasons = " ".join(escape(reason) for reason in result.reasons)
        return f"**{name} does not apply here**, so no bound is drawn. {reasons} It is measured all the same."
    if not result.has_bound:
        return f"**{name} applies.** It is a limit without a rate: there is no bound to draw."
    if not found.judged:
        return "**Nothing can be compared:** the bound is out of the reach of double precision."
    return (
        f"**{found.broken} of {plural(len(result.samples), 'problem')} above the bound** ({found.above:,} of "
        f"{found.judged:,} comparisons, {found.records} of the {result.config.iterations} iterations of each). "
        f"{_tightest(result)}"
    )


def details(result: TheoryResult) -> str:
    """What else was counted."""
    found = [*(_compared(result) if result.has_bound else _measured_alone(result)), *_sides(result)]
    return "**What was counted**\n" + "\n".join(f"- {one}" for one in found)


def meaning(result: TheoryResult) -> str:
    """What the promise means, with a jump to its card."""
    theorem = result.guarantee.theorem
    means = "What it means" if result.applies else "What it would mean, if it applied"
    return f"**{means}.** {theorem.meaning} [Assumptions and proof](#{anchor(theorem)})"


def around(result: TheoryResult) -> tuple[Words, Words, Words]:
    """The words of the live check's three charts, with a bound and without."""
    if result.has_bound:
        return MEASURED, RATIO, TIGHTNESS
    return UNBOUNDED, LIMIT if result.applies else UNDIVIDED, ENDS


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
        f"(problem {found.tightest_problem}, iteration {found.tightest_at})."
    )


def _compared(result: TheoryResult) -> list[str]:
    """Sentences on measured against bound."""
    found, text = result.summary, []
    if not math.isnan(found.promised):
        text.append(
            f"Squared distance after a step: promised × {found.promised:.4g}, measured × {found.fitted:.4g} (median)."
        )
    if not math.isnan(found.end_ratio):
        text.append(f"Measured / bound at the end, in the median problem: {_short(found.end_ratio)}.")
    if result.guarantee.stochastic:
        text.append(
            f"Measured is the mean of {result.config.trials} trials, at {found.records} iterations. Its one-sided 99.9% limit is "
            f"above the bound in {found.undecided} further comparisons."
        )
    if found.unjudged:
        text.append(
            f"{found.unjudged:,} comparisons are left out: bound or run is out of the reach of double precision there."
        )
    return text


def _measured_alone(result: TheoryResult) -> list[str]:
    """Sentences on a measurement without a bound."""
    found = result.summary
    quantity = PROMISED[result.guarantee.theorem.bounds].replace("^T", "^t")
    if math.isnan(found.median_end):
        return []
    return [
        f"At the end {quantity} is {_short(found.median_end)} of its start in the median problem "
        f"and {_short(found.worst_end)} in the worst."
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


def _short(value: float) -> str:
    """A ratio; far below what a promise is about, only that it is."""
    return f"{value:.2g}" if value > 1e-99 else "below 1e-99"
