"""Words of the Landscape page: results in, Markdown out."""

from __future__ import annotations

import math
from dataclasses import replace

from lab.landscape import captions
from lab.landscape.compute import Landscapes
from lab.landscape.places import Found
from lab.landscape.results import Numbers
from lab.ui.words import Words, escape

MEASURED = {
    "largest eigenvalue": lambda one: (float(one.eigenvalues[0]), 0.0),
    "trace": lambda one: (one.trace.value, one.trace.error),
    "sharpness": lambda one: (one.sharpness.value, 0.0),
    "average sharpness": lambda one: (one.average.value, one.average.error),
}
SURE = 2.0  # standard errors of a difference that counts


def subject(found: Found) -> str:
    """What is looked at."""
    if not found.networks:
        return captions.EXACT
    lanes = ", ".join(f"{lane.label} at step {lane.at.step:,}" for lane in found.lanes)
    run = "Two runs" if found.config.other else "A run"
    own = "The example that the app comes with" if found.config.what == "example" else run
    said = captions.EVALUATION.format(images=found.config.images)
    return f"{own}: {escape(found.subject)}; {lanes}. {said}"


def lost(shown: Landscapes) -> str:
    """Whose loss is not finite where it is looked at; empty mostly."""
    lanes = [
        lane.label
        for lane, cuts in zip(shown.found.lanes, shown.slices, strict=True)
        if not math.isfinite(cuts.mean[len(cuts.steps) // 2])
    ]
    return captions.LOST.format(lanes=" and ".join(lanes)) if lanes else ""


def verdict(shown: Landscapes) -> str:
    """In sentences which lane is flatter, by which measures, and what its test accuracy is; or how near to exact."""
    numbers = shown.numbers or ()
    if numbers and numbers[0].exact is not None:
        return "\n".join(f"- {text}" for text in _beside_exact(shown))
    if len(numbers) < 2:
        return ""
    return f"{_flatter(shown)} {_follows(shown)} {captions.ONE_RUN}"


def _flatter(shown: Landscapes) -> str:
    """Which lane is flatter by which measures."""
    first, second = (shown.numbers or ())[:2]
    a, b = (lane.label for lane in shown.found.lanes)
    lower: dict[str, list[str]] = {a: [], b: [], "": []}
    for name, value in MEASURED.items():
        (mine, my_error), (theirs, their_error) = value(first), value(second)
        undecided = abs(mine - theirs) <= SURE * math.hypot(_known(my_error), _known(their_error))
        who = "" if undecided else a if mine < theirs else b
        lower[who].append(f"{name} ({mine:.3g} against {theirs:.3g})")
    said = [
        f"**{who} is flatter by {len(lower[who])} of {len(MEASURED)} measures**: {', '.join(lower[who])}."
        for who in (a, b)
        if lower[who]
    ]
    if lower[""]:
        said.append(f"Not told apart: {', '.join(lower[''])}. {captions.UNDECIDED}")
    return " ".join(said)


def _known(error: float) -> float:
    return 0.0 if math.isnan(error) else error


def _follows(shown: Landscapes) -> str:
    """What test accuracy and training loss are."""
    first, second = (one.fit for one in (shown.numbers or ())[:2])
    if first is None or second is None:
        return ""
    a, b = (lane.label for lane in shown.found.lanes)
    mine, theirs = first.test_accuracy, second.test_accuracy
    numbers = f"{mine:.2%} against {theirs:.2%}"
    which = (
        f"is the same ({mine:.2%})"
        if mine == theirs
        else f"is higher for {a if mine > theirs else b} ({numbers})"
    )
    return (
        f"Test accuracy {which}; the training loss is {first.train_loss:.3g} against {second.train_loss:.3g}."
    )


def _beside_exact(shown: Landscapes) -> list[str]:
    """How near the estimates of each lane come to what is known."""
    said = []
    for lane, one in zip(shown.found.lanes, shown.numbers or (), strict=True):
        exact = one.exact
        if exact is None:
            continue
        top = float(exact.eigenvalues[0])
        known = "on a fine grid" if exact.on_a_grid else "exactly"
        said.append(
            f"**{lane.label}**, step {lane.at.step:,}: largest eigenvalue {float(one.eigenvalues[0]):.6g}, exactly {top:.6g}; "
            f"trace {one.trace.value:.3g} ± {one.trace.error:.2g}, exactly {exact.trace:.3g}{_away(one)}; "
            f"sharpness at least {one.sharpness.value:.5g}, {known} {exact.greatest:.5g}; "
            f"average sharpness {one.average.value:.3g} ± {one.average.error:.2g}, {known} {exact.average:.3g}."
        )
    return said


def _away(one: Numbers) -> str:
    """How many standard errors the trace is off, where it has one above rounding."""
    if one.exact is None or not one.trace.error > 1e-9 * abs(one.exact.trace):
        return ""
    return f" ({abs(one.trace.value - one.exact.trace) / one.trace.error:.1f} standard errors away)"


def way(shown: Landscapes, index: int) -> Words:
    """The words of a lane's trajectory."""
    found = (shown.ways or ())[index]
    if found is None:
        return replace(captions.WAY, notice=captions.NO_PLANE)
    first, second = found.explained
    return replace(
        captions.WAY,
        notice=f"Of the variance of the {len(found.path)} moments the plane holds {first + second:.1%} "
        f"({first:.1%} along the first component, {second:.1%} along the second). Ring: the first, star: the last.",
    )


def joined(shown: Landscapes) -> Words:
    """The words of the line between both lanes: how high the barrier is."""
    found = shown.joined
    if found is None:
        return replace(captions.JOINED, notice=captions.NOT_JOINED)
    return replace(captions.JOINED, notice=" ".join(_barriers(shown)))


def _barriers(shown: Landscapes) -> list[str]:
    if shown.joined is None:
        return []
    said = []
    train = "Training loss" if shown.found.networks else "Loss"
    for kind, cut in ((train, shown.joined.train), ("Test loss", shown.joined.test)):
        if cut is None:
            continue
        if cut.barrier <= 1e-9 * max(1.0, float(abs(cut.losses).max())):
            said.append(
                f"{kind}: no barrier; at no point of the grid is it above the straight line between its ends."
            )
        else:
            said.append(f"{kind}: a barrier of height {cut.barrier:.3g}, at {cut.top:.0%} of the way.")
    return said


def control(shown: Landscapes) -> Words:
    """The words of the control: what the factor does to the numbers."""
    found, alpha = shown.control, shown.found.config.alpha
    if found is None:
        return replace(captions.CONTROL, notice=captions.NO_TWIN)
    apart = float(abs(found.filtered.losses - found.filtered_rescaled.losses).max())
    notice = (
        f"α = {alpha:g}: the loss differs by {found.difference:.2g}, the largest eigenvalue goes from "
        f"{found.eigenvalue:.3g} to {found.eigenvalue_rescaled:.3g}, the sharpness from {found.sharpness:.3g} to "
        f"{found.sharpness_rescaled:.3g}. Filter-normalised, the two slices differ by at most {apart:.2g}."
    )
    return replace(captions.CONTROL, notice=notice)
