"""What a link of the Ridge lab shows."""

from __future__ import annotations

from collections.abc import Callable

from lab.export.taken import Taken
from lab.params import RidgeConfig
from lab.ridge.charts import FIGURES
from lab.ridge.compute import compute
from lab.ridge.numbers import file_name, numbers
from lab.ridge.script import script


def taken(config: RidgeConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """The comparison; not the map, and not a published figure. ValueError where no method is chosen."""
    result = compute(config, progress)
    if not result.tracks:
        raise ValueError("methods must name at least one method, got none")
    figures = {name: figure(result).figure() for name, figure in FIGURES.items()}
    notices = list(result.notices)
    try:
        code = script(config)
    except ValueError as error:  # of a visitor's data in a form that a script does not read
        notices.append(str(error))
        code = None
    return Taken(file_name(result), figures, numbers(result, config), code, tuple(notices))
