"""Words of the lessons that are not in their files: what is measured, and what stands around."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from lab.lessons.compute import Ball, LessonResult, Recorded, Valleys, Walks, scene_of
from lab.lessons.course import CONTROLS, lesson_of
from lab.lessons.question import Question
from lab.lessons.valleys import RIDGE
from lab.params import LessonsConfig
from lab.ui import link
from lab.ui.words import plural
from synthetic.step import CLAMPED

INTRO = (
    "Seven lessons of about ten minutes, and what to remember. Predict first, then run, then read why. "
    "Your progress stays in this browser."
)
GO_BACK = "You have not predicted yet. To guess first, and only then look, is half of the lesson."
LOCKED = "The lecturer's link hides the controls."
CLASS_LINK = "The link for the class. Without `lock=1` in it the class may move the controls."
CLASS_ABOUT = (
    "Open a class and give its link to the room: the predictions of all who follow it are shown as one picture, "
    "each browser once, without names. They are kept in the app's memory for an hour and nowhere else."
)
OWN = "Values of your own."
PICK = "A click in the picture sets it too."
NOBODY_YET = "Nobody has predicted yet. The picture follows by itself."

ALTS = {
    "uphill": "A loss with a narrow and a wide valley, and over it the worst loss within the radius of each point.",
    "fixed": "Squared distance to the minimum over the steps of USAM and of gradient descent with the same step size.",
    "polyak": "A parabola with x, e, the tangent at e, and where that tangent reaches the lower bound.",
    "radius": "Level lines of a quadratic, the ways of the methods, and a circle of radius rho around the minimum.",
    "cap": "Gap to the minimum over the iterations, of USAM-SPS and of USAM with the cap as its constant step size.",
    "fit": "Gap to the minimum over the iterations, with this label noise and with half of it.",
    "networks": "Test accuracy over the radius of each method of a recorded sweep, means with standard deviations.",
}


def measured(result: LessonResult) -> str:
    """What the picture shows, in numbers."""
    return MEASURED[result.config.lesson](result)


def unanswered(question: Question) -> str:
    """What an answer has to be."""
    if question.choices is not None:
        return "Choose one of them."
    return f"An answer is a number from {question.low:g} to {question.high:g}."


def spread(labels: Sequence[str], counts: Sequence[int]) -> str:
    """The bars of a class for those who cannot see them."""
    told = "; ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True) if count)
    return f"How many of the class said what. {told}."


def class_link(config: LessonsConfig, base: str) -> str:
    """The link that a class follows: the same screen without controls and notes, as short as it can be.

    A link without values opens with those of the lesson.
    """
    query = link.encode(replace(config, lock=True, notes=False))
    opening = lesson_of(config).opening
    if all(getattr(config, key) == opening[key] for key in CONTROLS):
        query = {key: text for key, text in query.items() if key not in (*CONTROLS, "notes")}
    return f"{base}?{urlencode(query)}"


def _uphill(result: LessonResult) -> str:
    rho, scene = result.config.rho, scene_of(result, Valleys)
    if rho == 0:
        return "$\\rho = 0$: nothing is looked at but $x$ itself. Both bottoms are at 0."
    narrow, wide = scene.bottoms
    text = f"The worst loss within $\\rho = {rho:g}$: **{narrow:.3g}** around the narrow bottom, **{wide:.3g}** around the wide one."
    if rho > RIDGE + 1:
        text += " The ridge between the valleys is within reach of the narrow bottom."
    return text


def _fixed(result: LessonResult) -> str:
    config = result.config
    curvatures = (1.0, 1.0 / config.kappa)
    factor = max(abs(1 - config.gamma * h * (1 + config.rho * h)) for h in curvatures)
    fate = "the distance grows" if factor > 1 else "the distance shrinks" if factor < 1 else "nothing is won"
    limit = 2 / (1 + config.rho)
    return (
        f"In the end every step of USAM multiplies the distance by **{factor:.4g}**: {fate}. "
        f"The limit is $\\gamma = 2/(1+\\rho)$ = {limit:.4g}, here with $L = 1$."
    )


def _polyak(result: LessonResult) -> str:
    scene = scene_of(result, Walks)
    (way,) = scene.ways
    N, norm, gamma = float(way.N[0]), float(way.norm_sq[0]), float(way.gamma[0])
    text = f"$N$ = {N:.4g}, $\\|\\nabla f(e)\\|^2$ = {norm:.4g}, so $\\gamma$ = **{gamma:.4g}**"
    if way.decided[0] == CLAMPED:
        return f"{text}: $N$ is negative, the tangent promises nothing, and the safeguard makes the step 0."
    return f"{text}, and $x^+$ = {float(way.x_next[0, 0]):.4g}."


def _radius(result: LessonResult) -> str:
    scene = scene_of(result, Walks)
    lines = []
    for way in scene.ways:
        away = math.sqrt(float(way.truth(way.gamma)[-1]))
        stands = " It stands still: $N < 0$, so $\\gamma = 0$." if way.decided[-1] == CLAMPED else ""
        lines.append(f"{way.plan.name}: after {plural(way.steps, 'step')} **{away:.3g}** from $x^*$.{stands}")
    return "  \n".join(lines)


def _cap(result: LessonResult) -> str:
    scene = scene_of(result, Ball)
    share = float(scene.tracks["USAM-SPS"].capped_share[:, -1].mean())
    level = scene.level("USAM-SPS")
    return f"The cap decided **{100 * share:.4g}%** of the steps. The mean gap of the last 300 iterations: {level:.2g}."


def _fit(result: LessonResult) -> str:
    scene = scene_of(result, Ball)
    levels = {name: scene.level(name) for name in scene.tracks}
    told = "; ".join(f"{name}: **{level:.2g}**" for name, level in levels.items())
    text = f"The mean gap of the last 300 iterations, {told}."
    if len(levels) == 2:
        first, second = levels.values()
        text += f" Half the noise leaves {first / second:.3g} times less."
    return text


def _networks(result: LessonResult) -> str:
    scene = scene_of(result, Recorded)
    best = max(scene.rows, key=lambda row: row["test_accuracy"])
    still = [row for row in scene.rows if row["method"] == "sam_sps"]
    shares = ", ".join(f"{row['clamped']:.0%} at ρ = {row['rho']:g}" for row in still)
    return (
        f"The best of all, over every ρ: {best['label']} at ρ = {best['rho']:g}, {100 * best['test_accuracy']:.1f}%. "
        f"Steps in which SAM-SPS stood still: {shares}."
    )


MEASURED: dict[str, Callable[[LessonResult], str]] = {
    "uphill": _uphill,
    "fixed": _fixed,
    "polyak": _polyak,
    "radius": _radius,
    "cap": _cap,
    "fit": _fit,
    "networks": _networks,
}
