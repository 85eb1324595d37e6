"""The published synthetic figures: results in, `go.Figure` out, and the words that belong to it."""

from __future__ import annotations

from dataclasses import fields
from typing import cast

import numpy as np
import plotly.graph_objects as go

from lab.ridge.figures import FLOOR
from lab.ui import theme
from synthetic import Method, PublishedFigure, Result, RidgeRegression
from synthetic.problem import Array, Rows
from synthetic.published import RECORD_EVERY, SEED
from synthetic.result import Track

GAP = "(f(x) − f*) / (f(x⁰) − f*)"
RECORDS = f"record k, at iteration t = {RECORD_EVERY} k (the published axis calls k “iterations”)"

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


def figure(published: PublishedFigure, result: Result) -> go.Figure:
    """The relative gap of every method; of several trials the mean, and ± one standard deviation as a band.

    The one picture of a published figure, in the app and in the file of `python -m lab`. Nothing below
    `rounding` is drawn. A band's lower edge that falls below the lowest mean drawn, or below 0, is drawn
    there. `caption` says both.
    """
    x_title = "iteration t" if published.stochastic else RECORDS
    fig = theme.figure(published.title, x_title, GAP, log_y=True)
    floor, bottom = rounding(result), lowest(result)
    for track in result.tracks.values():
        x = track.iterations if published.stochastic else track.iterations // RECORD_EVERY
        if result.config.trials > 1:
            fig.add_trace(_band(x, track, bottom))
        fig.add_trace(_line(x, track, floor))
    if any(np.nanmin(mean(track)) < floor for track in result.tracks.values()):
        theme.add_guide(fig, floor, "rounding", inside=True)
    return fig.update_layout(height=520)


def caption(published: PublishedFigure, edition: str, result: Result) -> list[str]:
    """What a reader must know: the edition and its caveats, what is not drawn, the numbers behind it."""
    said = edition_of(published, edition)
    return [said, *caveats(published, edition, result), numbers(result)]


def edition_of(published: PublishedFigure, edition: str) -> str:
    """What is computed, as released or as described in the text."""
    return EDITIONS[edition, published.stochastic]


def caveats(published: PublishedFigure, edition: str, result: Result) -> list[str]:
    """What the lines stand for, what is not drawn, and what happened on the way."""
    tracks, config = list(result.tracks.values()), result.config
    said = []
    if config.trials > 1:
        said.append(
            f"Lines: mean of {config.trials} trials; bands: ± one standard deviation (divisor: trials)."
        )
    clipped = [track for track in tracks if config.trials > 1 and np.any(_lower(track) < lowest(result))]
    if clipped:
        said.append(
            f"The lower edge of the band of {_names(clipped)} goes below the lowest mean drawn, or below 0, "
            "which a log scale cannot show; it is drawn at that lowest mean."
        )
    floor = rounding(result)
    below = [track for track in tracks if np.nanmin(mean(track)) < floor]
    if below:
        said.append(
            f"{_names(below)}: what falls below {floor:.1e} is not drawn; there double precision cannot tell "
            "f(x) from f*."
        )
    fragile = [track for track in tracks if track.method.key in published.fragile]
    if edition == "released" and fragile:
        said.append(
            f"The later part of {_names(fragile)} amplifies rounding: a change of x⁰ by one part in 10¹³ "
            "changes it by 100% and more, so that only its early part can agree between machines."
        )
    for track in tracks:
        if (capped := float(np.nanmean(track.capped_share[:, -1]))) > 0:
            said.append(f"{track.method.name} sat at its cap γ_b in {capped:.0%} of the steps.")
        if track.diverged_share:
            said.append(f"{track.method.name} left the floats in {track.diverged_share:.0%} of the trials.")
    return said


def numbers(result: Result) -> str:
    """The constants of the problem and of the run."""
    config, problem = result.config, result.problem
    batch = "full batch" if config.batch_size is None else f"batches of {config.batch_size} with replacement"
    return (
        f"n = {problem.n}, d = {problem.d}, μ = {problem.mu:.5g}, L = {problem.L:.5g}, "
        f"L_max = {problem.L_max:.5g}; {config.iterations} iterations, {batch}; "
        f"problem and draws from RandomState({SEED}), one method after the other."
    )


def parameters(method: Method) -> str:
    """The parameters of a method, in its own terms."""
    own = [field.name for field in fields(method) if field.name not in ("key", "name", "source")]
    values = {name: getattr(method, name) for name in own}
    return ", ".join(f"{k} = {v:.6g}" if isinstance(v, float) else f"{k} = {v}" for k, v in values.items())


def rounding(result: Result) -> float:
    """The relative gap below which double precision cannot tell f(x) from f*.

    The residual ⟨a_i, x⟩ − b_i at x* is only known to ε(⟨|a_i|, |x*|⟩ + |b_i|), ε = 2⁻⁵²: half the mean of
    its square, over the gap at x⁰. At least `lab.ridge.figures.FLOOR`, where each figure
    of a relative gap ends.
    """
    problem = cast(RidgeRegression, result.problem)
    spread = np.finfo(float).eps * (np.abs(problem.A) @ np.abs(problem.x_star) + np.abs(problem.b))
    first = next(iter(result.tracks.values())).gap[0, 0]
    return max(FLOOR, float(np.mean(spread**2) / 2 / first))


def mean(track: Track) -> Array:
    """Mean of the relative gap over the trials, (R,); NaN from the first divergence on."""
    return np.mean(track.relative_gap, 0)


def lowest(result: Result) -> float:
    """The lowest mean that is drawn."""
    floor = rounding(result)
    means = np.concatenate([mean(track) for track in result.tracks.values()])
    return float(np.min(means[means >= floor]))


def _lower(track: Track) -> Array:
    return mean(track) - np.std(track.relative_gap, 0)


def _line(x: Rows, track: Track, floor: float) -> go.Scatter:
    look, y = theme.style(track.method.key), mean(track)
    return go.Scatter(
        x=x,
        y=np.where(y >= floor, y, np.nan),
        name=track.method.name,
        legendgroup=track.method.key,
        mode="lines+markers",
        line={"color": look.color, "dash": look.dash, "width": look.width},
        marker={"symbol": look.marker, "size": 6, "color": look.color, "maxdisplayed": 8},
        hovertemplate="%{y:.3g}",
    )


def _band(x: Rows, track: Track, bottom: float) -> go.Scatter:
    """The region between mean − and mean + one standard deviation, as one outline, where both are known."""
    upper, lower = 2 * mean(track) - _lower(track), np.maximum(_lower(track), bottom)
    known = upper >= bottom
    return go.Scatter(
        x=np.concatenate([x[known], x[known][::-1]]),
        y=np.concatenate([upper[known], lower[known][::-1]]),
        name=f"{track.method.name} ± std",
        legendgroup=track.method.key,
        showlegend=False,
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=theme.style(track.method.key).color,
        opacity=0.15,
        hoverinfo="skip",
    )


def _names(tracks: list[Track]) -> str:
    return ", ".join(track.method.name for track in tracks)
