"""THE table of tunable parameters: widgets, validation, links and documentation derive from it.

A row (`Param`) says what a parameter is: symbol, range, default, help. The rows of a page are the fields of
its frozen configuration, which is the link, the key of caches, and what a page computes from.
"""

from lab.params.cnn import CnnConfig
from lab.params.history import HistoryConfig
from lab.params.landscape import LandscapeConfig
from lab.params.lessons import LessonsConfig
from lab.params.one_step import OneStepConfig
from lab.params.ridge import RidgeConfig
from lab.params.robustness import RobustnessConfig
from lab.params.table import Config, InvalidValueError, Param, Value, shorten
from lab.params.theory import TheoryConfig

__all__ = [
    "CONFIGS",
    "CnnConfig",
    "Config",
    "HistoryConfig",
    "InvalidValueError",
    "LandscapeConfig",
    "LessonsConfig",
    "OneStepConfig",
    "Param",
    "RidgeConfig",
    "RobustnessConfig",
    "TheoryConfig",
    "Value",
    "shorten",
]

CONFIGS: dict[str, type[Config]] = {
    config.page: config
    for config in (
        OneStepConfig,
        RidgeConfig,
        TheoryConfig,
        CnnConfig,
        RobustnessConfig,
        LandscapeConfig,
        LessonsConfig,
        HistoryConfig,
    )
}
