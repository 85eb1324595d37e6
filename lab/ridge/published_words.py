"""Words of a published figure on the screen."""

from __future__ import annotations

import numpy as np

from lab.ridge.published import PublishedResult
from lab.ridge.published_caption import caveats, edition_of, numbers
from lab.ui.words import Words


def published_words(result: PublishedResult) -> Words:
    """Around the figure."""
    ends = {track.method.name: float(np.nanmean(track.relative_gap[:, -1])) for track in result.tracks}
    best = min(ends, key=ends.__getitem__)
    return Words(
        alt="Relative gap to the minimum of each method of the published figure against iterations.",
        notice=" ".join(caveats(result)),
        question="Which method ends lowest, and is that a fair race?",
        answer=f"Here {best}. Each baseline has the constants of its recipe; another tuning may change the order, and a "
        "theory constant is made to hold for every problem, not to be fast on this one.",
    )


def recipe_words(result: PublishedResult) -> str:
    """What the figure computes."""
    return f"{edition_of(result)}\n\n{numbers(result)}"
