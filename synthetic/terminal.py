"""What the command lines share: the choice of a published figure, a progress bar, where text goes."""

from __future__ import annotations

import argparse
import os
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


def exit_status(write: Callable[[], None], target: str = "-") -> int:
    """Write to `target`, and say on the standard error why if that cannot be done; 0 or 1."""
    try:
        write()
        sys.stdout.flush()  # so that a reader who has gone is noticed here and not at exit
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        place = "to the standard output" if target == "-" else target
        print(f"cannot write {place}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def write_text(target: str, make: Callable[[], str]) -> None:
    """Write what `make` returns into the file `target`; "-" is the standard output.

    The file is opened before the work, so that an OSError comes at once; what stood in it stays until there
    is something to put in its place.
    """
    if target == "-":
        sys.stdout.write(make())
        return
    is_new = not os.path.lexists(target)
    with open(target, "a", encoding="utf-8", newline="") as file:
        try:
            text = make()
        except BaseException:
            if is_new:
                os.unlink(target)
            raise
        if os.path.isfile(target):  # a pipe or a device has nothing to cut off
            file.truncate(0)
        file.write(text)
