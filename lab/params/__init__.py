"""THE table of tunable parameters: widgets, validation, links and documentation derive from it.

A row (`Param`) says what a parameter is: name in code, symbol, range, default, help. `PAGES` lists the
rows of each page.
"""

from lab.params import cnn, one_step, ridge, theory
from lab.params.table import InvalidValueError, Param, Value, real, shorten, whole

__all__ = ["PAGES", "InvalidValueError", "Param", "Value", "defaults", "real", "shorten", "whole"]

SHEETS = {"one_step": one_step.ONE_STEP, "ridge": ridge.RIDGE, "theory": theory.THEORY, "cnn": cnn.CNN}
PAGES: dict[str, dict[str, Param]] = {name: {row.key: row for row in rows} for name, rows in SHEETS.items()}


def defaults(page: str) -> dict[str, Value]:
    """Every value of a page as it stands before anyone touched it."""
    return {key: row.default for key, row in PAGES[page].items()}
