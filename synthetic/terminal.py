"""What the command lines share: the arguments that choose a published figure, and a progress bar."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from synthetic.published import EDITIONS, FIGURES

BAR = 40


def add_figure_arguments(parser: argparse.ArgumentParser) -> None:
    """NAME and --edition; a wrong one lists the right ones and exits with 2."""
    parser.add_argument("name", choices=tuple(FIGURES), metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--edition", choices=EDITIONS, default="released", help="default: released")


def progress_bar() -> Callable[[float], None] | None:
    """A bar on the standard error if that is a terminal."""
    if not sys.stderr.isatty():
        return None

    def show(share: float) -> None:
        done = round(BAR * share)
        end = "\n" if share >= 1 else ""
        print(f"\r[{'#' * done}{'.' * (BAR - done)}] {share:4.0%}", end=end, file=sys.stderr, flush=True)

    return show
