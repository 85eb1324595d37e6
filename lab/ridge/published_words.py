"""Words of a published figure on the screen."""

from __future__ import annotations

import numpy as np

from lab.ridge.published import PublishedResult
from lab.ridge.published_caption import caveats, edition_of, numbers
from lab.ui.symbols import markdown
from lab.ui.words import Words


def published_words(result: PublishedResult) -> Words:
    """Around the figure."""
    ends = {track.method.name: float(np.nanmean(track.relative_gap[:, -1])) for track in result.tracks}
    below = ["The table below counts from f*."] * result.recipe.subtracts_lowest_seen(result.edition)
    least = max(min(ends.values()), result.rounding)
    best = [name for name, end in ends.items() if end <= least]
    rounded = ", which rounding cannot tell apart" if len(best) > 1 else ""
    return Words(
        alt="Relative gap to the minimum of each method of the published figure against iterations.",
        notice=" ".join([*caveats(result), *below]),
        question="Which method ends lowest, and is that a fair race?",
        answer=f"Here {', '.join(best)}{rounded}. Each baseline has the constants of its recipe; another tuning may change the order, and a "
        "theory constant is made to hold for every problem, not to be fast on this one.",
    )


def recipe_words(result: PublishedResult) -> str:
    """What the figure computes."""
    return markdown(f"{edition_of(result)}\n\n{numbers(result)}")
