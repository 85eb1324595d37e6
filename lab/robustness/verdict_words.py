"""What a sweep says, in sentences that are true of what is shown."""

from __future__ import annotations

from collections.abc import Sequence

from lab.params import CnnConfig
from lab.robustness.compute import RobustnessResult, family_of, is_adaptive, is_tuned
from lab.robustness.verdict import Comparison, best_rows, collapsed, comparisons, mostly
from neural.sweep import SweepMethod

RULE = (
    "Ahead and behind: by more than twice the standard error of the difference; in points of accuracy, against the baseline that is "
    "best at that value."
)

ONE_SEED = (
    "Ahead and behind: in points of accuracy, against the baseline that is best at that value. With one seed nothing is known of the "
    "spread, so every difference counts, chance included."
)
COLLAPSE = "A collapse: less than two thirds of the method's own best accuracy."


def rule(result: RobustnessResult) -> str:
    """What ahead, behind and a collapse mean here."""
    if all(map(is_adaptive, result.sweep.methods)):
        return COLLAPSE
    return f"{ONE_SEED if result.config.seeds == 1 else RULE} {COLLAPSE}"


def verdict(result: RobustnessResult) -> list[str]:
    """Who wins where and what collapses where, in sentences that are true of what is shown."""
    adaptive = [method for method in result.sweep.methods if is_adaptive(method)]
    said = [one for method in adaptive if (one := _of_method(result, method))]
    if not said:
        return ["What it says comes here, once all runs of a value are done."]
    if not result.complete:
        said.append(f"{result.progress.runs - result.progress.done} runs are still missing: this may change.")
    return [*said, *_best(result), *_collapses(result), *_why(result, adaptive)]


def _of_method(result: RobustnessResult, method: SweepMethod) -> str:
    """How an adaptive method does: against the baselines, and from its lowest to its highest."""
    family = family_of(method)
    found = comparisons(result, method, family)
    ends = _ends(result, method)
    if not ends or (not found and not result.complete):
        return ""
    if not found:
        return f"**{method.label}** {ends}."
    parts = [part for outcome in ("ahead", "behind", "level") if (part := _at(result, found, outcome))]
    return f"**{method.label}** against {_rivals(result, family)}: {'; '.join(parts)}. It {ends}."


def _rivals(result: RobustnessResult, family: str) -> str:
    rivals = [one for one in result.family(family) if not is_adaptive(one)]
    if len(rivals) == 1:
        return f"{rivals[0].label}" + (" at its best rate" if is_tuned(rivals[0]) else "")
    return f"the best of {len(rivals)} {family} baselines" + (
        ", each at its best rate" if result.tuned else ""
    )


def _at(result: RobustnessResult, found: Sequence[Comparison], outcome: str) -> str:
    places = [one for one in found if one.outcome == outcome]
    if not places:
        return ""
    gap = "" if outcome == "level" else " ({:+.1f})"
    listed = ", ".join(f"{one.place:g}" + gap.format(100 * one.gap).replace("-", "−") for one in places)
    return f"{outcome} at ${symbol(result)}$ = {listed}"


def _ends(result: RobustnessResult, method: SweepMethod) -> str:
    known = [row for row in result.by_method[method] if row[result.measure] is not None]
    if len(known) < 2:
        return f"reaches {100 * known[0][result.measure]:.1f}%" if known else ""
    low, high = (pick(known, key=lambda row: row[result.measure]) for pick in (min, max))
    if low is high:
        return f"stays at {100 * low[result.measure]:.1f}%"
    ends = (f"{100 * row[result.measure]:.1f}% (at {row[result.axis]:g})" for row in (low, high))
    return "goes from " + " to ".join(ends)


def _best(result: RobustnessResult) -> list[str]:
    """The highest accuracies of all, of both sides."""
    found = best_rows(result)
    if found is None or not result.complete or len(result.places) < 2:
        return []
    ends = (f"{row['label']} {100 * row[result.measure]:.1f}% (at {row[result.axis]:g})" for row in found)
    ours, other = ends
    return [f"**Best on the whole grid**: {ours}; of the baselines {other}."]


def _collapses(result: RobustnessResult) -> list[str]:
    fallen = {
        method.label: places for method in result.sweep.methods if (places := collapsed(result, method))
    }
    if len(result.places) < 2:
        return []
    if not fallen:
        return ["**No collapse** of any method on this grid."]
    said = "; ".join(
        f"{label} at " + ", ".join(f"{place:g} ({100 * mean:.1f}%)" for place, mean in places.items())
        for label, places in fallen.items()
    )
    spared = [method.label for method in result.sweep.methods if method.label not in fallen]
    return [f"**Collapse**: {said}." + (f" Spared: {'; '.join(spared)}." if spared else "")]


def _why(result: RobustnessResult, adaptive: Sequence[SweepMethod]) -> list[str]:
    """Where most steps were not Polyak steps."""
    said = []
    for method in adaptive:
        for what, meaning in (("capped", "constant $\\gamma_b$"), ("clamped", "$\\gamma_t = 0$")):
            if places := mostly(result, method, what):
                said.append(f"{method.label} {what} ({meaning}) at {_listed(places)}")
    if not said:
        return ["Nowhere were more than half of the steps capped or clamped."]
    return [f"**More than half of all steps**: {'; '.join(said)}."]


def symbol(result: RobustnessResult) -> str:
    """The parameter that varies, in LaTeX."""
    return {"ρ": "\\rho", "γ_b": "\\gamma_b"}[CnnConfig.rows()[f"a_{result.axis}"].symbol]


def _listed(places: Sequence[float]) -> str:
    return ", ".join(f"{place:g}" for place in places)
