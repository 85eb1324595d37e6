"""Command line: python -m synthetic list, python -m synthetic figure NAME --csv FILE."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from synthetic.published import FIGURES, run_figure
from synthetic.table import write_csv
from synthetic.terminal import add_figure_arguments, progress_bar


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status (2 for wrong usage)."""
    options = parser().parse_args(arguments)
    try:
        if options.command == "list":
            print_list()
        else:
            write_figure(options)
        sys.stdout.flush()  # so that a reader who has gone is noticed here and not at exit
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        target = getattr(options, "csv", None) or "to the standard output"
        print(f"cannot write {target}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m synthetic", description="Published synthetic figures.")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the figures and their methods")
    figure = commands.add_parser("figure", help="compute a figure and write its numbers as CSV")
    add_figure_arguments(figure)
    figure.add_argument("--csv", metavar="FILE", help="where to write; default: standard output")
    return top


def write_figure(options: argparse.Namespace) -> None:
    """Compute the figure and write its numbers where the options say."""
    result = run_figure(options.name, options.edition, progress_bar())
    if options.csv is None:
        write_csv(options.name, result, sys.stdout)
        return
    with open(options.csv, "w", encoding="utf-8", newline="") as file:
        write_csv(options.name, result, file)


def print_list() -> None:
    """One paragraph a figure."""
    for figure in FIGURES.values():
        names = ", ".join(method.name for method in figure.methods(figure.problem()[0]))
        print(f"{figure.name}: {figure.title}")
        print(f"  {figure.iterations} iterations, batches of {figure.batch_size}, trials: {figure.trials}")
        print(f"  {names}")


if __name__ == "__main__":
    sys.exit(main())
