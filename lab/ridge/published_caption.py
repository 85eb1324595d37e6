"""The caption of a published figure: what it computes, what is not drawn, the numbers behind it."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from lab.ridge.published import PublishedResult
from lab.ridge.spread import ONE_PART
from synthetic import Method
from synthetic.published import SEED
from synthetic.result import Track

# What an edition is, by its name and whether the figure is stochastic
EDITIONS = {
    ("released", False): "As released: every step sees a bootstrap batch, n rows drawn with replacement, and "
    "not the full batch that the text speaks of.",
    (
        "released",
        True,
    ): "As released: A has independent standard normal entries, and not κ(A) = 10 as the text says.",
    (
        "described",
        False,
    ): "As described in the text: every step sees the true full batch. The published curves "
    "were made with bootstrap batches; these differ.",
    (
        "described",
        True,
    ): "As described in the text: κ(A) = 10. The published curves were made with a Gaussian A; these differ.",
}


def caption(result: PublishedResult) -> list[str]:
    """What a reader must know: the edition and its caveats, what is not drawn, the numbers behind it."""
    return [edition_of(result), *caveats(result), numbers(result)]


def edition_of(result: PublishedResult) -> str:
    """What is computed, as released or as described in the text."""
    return EDITIONS[result.edition, result.recipe.stochastic]


def caveats(result: PublishedResult) -> list[str]:
    """What the lines stand for, what is not drawn, and what happened on the way."""
    return [
        _subtracted(result),
        *_lines_and_bands(result),
        *_not_drawn(result),
        *_fragile(result),
        *_departures(result),
        *_on_the_way(result),
    ]


def _subtracted(result: PublishedResult) -> str:
    """What the gaps are measured from; where that is not f*, what it makes of the ends."""
    f_min = result.measured.problem.f_min
    if not result.recipe.subtracts_lowest_seen(result.edition):
        return f"Subtracted is the true minimum f* = {f_min:.4g}."
    owner = min(result.tracks, key=lambda track: float(np.nanmin(track.loss))).method.name
    ends = "; ".join(
        f"{track.method.name} {result.mean(track)[-1]:.2g} and {np.mean(track.relative_gap[:, -1]):.2g}"
        for track in result.tracks
    )
    return (
        f"As released, the lowest loss seen is subtracted, {result.subtracted:.4g} of {owner}, and not the "
        f"true minimum f* = {f_min:.4g}: near its end a line looks lower than it is. "
        f"Ends as drawn and with f*: {ends}."
    )


def _lines_and_bands(result: PublishedResult) -> list[str]:
    trials = result.measured.config.trials
    if trials == 1:
        return []
    said = [f"Lines: mean of {trials} trials; bands: ± one standard deviation (divisor: trials)."]
    if clipped := [track for track in result.tracks if np.any(result.lower_edge(track) < result.lowest)]:
        said.append(
            f"The lower edge of the band of {_names(clipped)} goes below the lowest mean drawn, or below 0, "
            "which a log scale cannot show; it is drawn at that lowest mean."
        )
    return said


def _not_drawn(result: PublishedResult) -> list[str]:
    floor = result.rounding
    below = [track for track in result.tracks if np.nanmin(result.mean(track)) < floor]
    why = f"what falls below {floor:.1e} is not drawn; there double precision cannot tell f(x) from f*."
    return [f"{_names(below)}: {why}"] if below else []


def _fragile(result: PublishedResult) -> list[str]:
    fragile = [track for track in result.tracks if track.method.key in result.recipe.fragile]
    if result.edition != "released" or not fragile:
        return []
    return [
        f"The later part of {_names(fragile)} amplifies rounding: a change of x⁰ by one part in 10¹³ "
        "changes it by 100% and more, so that only its early part can agree between machines."
    ]


def _departures(result: PublishedResult) -> list[str]:
    """Where rounding decides: measured from nearby starts."""
    return [
        f"{one.track.method.name} amplifies rounding: a change of x⁰ by one part in {ONE_PART} moves its gap "
        f"by a factor of up to {one.factor:.2g} at t = {one.iteration}; only the part before "
        "can agree between machines."
        for one in result.departures
    ]


def _on_the_way(result: PublishedResult) -> list[str]:
    said = []
    for track in result.tracks:
        if (capped := float(np.nanmean(track.capped_share[:, -1]))) > 0:
            said.append(f"{track.method.name} sat at its cap γ_b in {capped:.0%} of the steps.")
        if track.diverged_share:
            said.append(f"{track.method.name} left the floats in {track.diverged_share:.0%} of the trials.")
    return said


def numbers(result: PublishedResult) -> str:
    """The constants of the problem and of the run."""
    config, problem = result.measured.config, result.measured.problem
    batch = "full batch" if config.batch_size is None else f"batches of {config.batch_size} with replacement"
    return (
        f"n = {problem.n}, d = {problem.d}, μ = {problem.mu:.5g}, L = {problem.L:.5g}, "
        f"L_max = {problem.L_max:.5g}; {config.iterations:,} iterations, {batch}; "
        f"problem and draws from RandomState({SEED}), one method after the other."
    )


def parameters(method: Method) -> str:
    """The parameters of a method, in its own terms."""
    own = [field.name for field in fields(method) if field.name not in ("key", "name", "source")]
    values = {name: getattr(method, name) for name in own}
    return ", ".join(f"{k} = {v:.6g}" if isinstance(v, float) else f"{k} = {v}" for k, v in values.items())


def _names(tracks: list[Track]) -> str:
    return ", ".join(track.method.name for track in tracks)
