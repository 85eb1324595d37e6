"""What a link of the Landscape page shows, of the example and of what is known exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from lab.export.taken import Taken
from lab.landscape import compute, figures, places
from lab.landscape.compute import Landscapes
from lab.landscape.numbers import file_name, numbers
from lab.params import LandscapeConfig
from runs import Backend

OF_A_RUN = "The weights of a run are kept by the app that trained it: take figures and numbers on its page."


class NoRuns:
    """In the place of an engine: here are no runs."""

    def recent(self, owner: str, limit: int = 20) -> list[Any]:
        """None."""
        return []


def taken(config: LandscapeConfig, run: str | None, progress: Callable[[float], None]) -> Taken:
    """Every stage; ValueError for a link to a run."""
    if config.what == "run":
        raise ValueError(OF_A_RUN)
    import torch  # what only draws needs no torch

    torch.set_num_threads(1)  # as in a compute process: beside other work several wait for each other
    found = places.find(config, None, "", cast(Backend, NoRuns()))
    stages = [stage for stage in compute.stages(found) if stage != "coarse"]
    shown = Landscapes(found, ())
    for index, stage in enumerate(stages):

        def tell(share: float, done: int = index) -> None:
            progress((done + share) / len(stages))

        result = compute.result(found, stage, tell)
        shown = replace(shown, **{"slices" if stage == "fine" else stage: result})
    return Taken(file_name(shown), _drawn(shown), numbers(shown), notices=found.notices)


def _drawn(shown: Landscapes) -> dict[str, Any]:
    """The charts of the page, by their names there."""
    drawn = {"slices": figures.slices(shown), "spectrum": figures.spectrum(shown)}
    drawn |= {f"way-{index}": figures.way(shown, index) for index in range(len(shown.found.lanes))}
    if shown.joined is not None:
        drawn["joined"] = figures.joined(shown)
    drawn |= {"over": figures.over_training(shown), "losses": figures.losses(shown)}
    if shown.found.networks:
        drawn["accuracy"] = figures.accuracy(shown)
    if shown.control is not None:
        drawn["control"] = figures.control(shown)
    return drawn
