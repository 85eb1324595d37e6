"""Every row of the Ridge lab at both its ends: the engine takes it, and figures, words and table are made."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from lab.params import RidgeConfig
from lab.params.ridge_methods import METHODS
from lab.ridge import words
from lab.ridge.charts import build
from lab.ridge.compute import compute, follows
from lab.ridge.map import compute_map
from lab.ridge.map_figure import map_figure
from lab.ridge.map_words import map_words
from lab.ridge.published import compute_published
from lab.ridge.published_figure import published_figure
from lab.ridge.published_words import published_words, recipe_words
from lab.ridge.table import COLUMNS, table
from lab.ridge.why import guarantees
from lab.ui.figure_json import written
from lab.uploads import store
from tests.lab.params.ends import at_both_ends
from tests.lab.uploads.files import A, B, npz

OWN = npz(A=A, b=B)  # for the rows that a visitor's data have
CHEAP = {
    "data": hashlib.sha256(OWN).hexdigest(),
    "n": 12, "d": 6, "kappa": 10.0, "interpolated": False, "iterations": 20, "methods": tuple(METHODS),
    "map_size": 4, "map_T": 100,
}  # fmt: skip
FULL_BATCH = RidgeConfig.from_values(CHEAP)
MINI_BATCHES = RidgeConfig.from_values(CHEAP | {"m": 4, "trials": 2, "gamma_b": 1.0, "f_star": "0"})
LOGISTIC = RidgeConfig.from_values(CHEAP | {"problem": "logistic", "methods": ("usam_ps", "sps_max", "sgd")})
OF_THE_MAP = {"map", "map_of", "map_target", "map_T", "map_size"}
PAGES = {
    f"{name}: {end}": moved
    for name, base in (("full", FULL_BATCH), ("mini", MINI_BATCHES))
    for end, moved in at_both_ends(base).items()
} | {
    f"logistic: {end}": moved
    for end, moved in at_both_ends(LOGISTIC).items()
    if end.split("=")[0] in ("m", "reg", "f_star", "gamma_b", "rho", "sgd_gamma", "seed")
}


@pytest.fixture(autouse=True, scope="module")
def _own_data() -> None:
    store.bring(OWN, "own.npz", "ridge")


@pytest.mark.parametrize("page", PAGES)
def test_the_page_is_made_at_both_ends_of_every_row(page: str) -> None:
    config = PAGES[page]
    row = page.split(": ")[1].split("=")[0]
    if config.figure != "none":
        made = published(config)
    elif row in OF_THE_MAP:
        made = the_map(config)
    else:
        made = comparison(config)
    assert all(made)


def comparison(config: RidgeConfig) -> list[str]:
    """Figures, words and table of the comparison, as text."""
    follows(config)
    result, charts = compute(config), build(config)
    if not config.methods:
        assert not charts
        return ["no method is chosen"]
    assert set(charts) == set(words.around(result))
    for summary in result.summaries.values():
        assert np.isfinite(summary.track.relative_gap[:, 0]).all()
    shown = table(result.summaries, result.spreads)
    assert shown.count("<td>") == len(result.tracks) * (len(COLUMNS) - 1)
    return [*map(written, charts.values()), *spoken(words.around(result).values()), words.constants(result),
            shown, guarantees(result)]  # fmt: skip


def the_map(config: RidgeConfig) -> list[str]:
    """Figure and words of the map, as text."""
    result = compute_map(config)
    assert result.iterations.shape == (config.map_size, config.map_size)
    return [written(map_figure(result)), *spoken([map_words(result)])]


def published(config: RidgeConfig) -> list[str]:
    """Figure, words and table of a published figure, as text."""
    result = compute_published(config.figure, config.edition)
    return [written(published_figure(result)), *spoken([published_words(result)]), recipe_words(result),
            table(result.summaries, result.spreads)]  # fmt: skip


def spoken(said: object) -> list[str]:
    return [part for one in said for part in (one.alt, one.notice, one.question, one.answer)]  # type: ignore[attr-defined]
