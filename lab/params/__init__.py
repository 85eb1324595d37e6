"""THE table of tunable parameters: widgets, validation, links and documentation derive from it.

A row (`Param`) says what a parameter is: symbol, range, default, help. The rows of a page are the fields of
its frozen configuration, which is the link, the key of caches, and what a page computes from.
"""

from collections.abc import Mapping

from lab.params.cnn import CnnConfig
from lab.params.one_step import OneStepConfig
from lab.params.ridge import RidgeConfig
from lab.params.table import Config, InvalidValueError, Param, Value, real, shorten, whole
from lab.params.theory import TheoryConfig

__all__ = [
    "CONFIGS",
    "PAGES",
    "CnnConfig",
    "Config",
    "InvalidValueError",
    "OneStepConfig",
    "Param",
    "RidgeConfig",
    "TheoryConfig",
    "Value",
    "defaults",
    "real",
    "shorten",
    "whole",
]

CONFIGS: dict[str, type[Config]] = {
    config.page: config for config in (OneStepConfig, RidgeConfig, TheoryConfig, CnnConfig)
}
PAGES: dict[str, Mapping[str, Param]] = {name: config.rows() for name, config in CONFIGS.items()}


def defaults(page: str) -> dict[str, Value]:
    """Every value of a page as it stands before anyone touched it."""
    return CONFIGS[page]().values()
