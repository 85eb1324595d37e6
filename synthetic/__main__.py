"""Command line: python -m synthetic list, python -m synthetic figure NAME --csv FILE."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence

from synthetic.published import FIGURES, run_figure
from synthetic.table import write_csv
from synthetic.terminal import add_figure_arguments, exit_status, progress_bar, write_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status (2 for wrong usage)."""
    options = parser().parse_args(arguments)
    if options.command == "list":
        return exit_status(print_list)
    return exit_status(lambda: write_text(options.csv, lambda: numbers(options)), options.csv)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser(prog="python -m synthetic", description="Published synthetic figures.")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the figures and their methods")
    figure = commands.add_parser("figure", help="compute a figure and write its numbers as CSV")
    add_figure_arguments(figure)
    figure.add_argument("--csv", metavar="FILE", default="-", help="default: -, the standard output")
    return top


def numbers(options: argparse.Namespace) -> str:
    """Compute the figure and return its numbers as CSV."""
    table = io.StringIO()
    write_csv(options.name, run_figure(options.name, options.edition, progress_bar()), table)
    return table.getvalue()


def print_list() -> None:
    """One paragraph a figure."""
    for figure in FIGURES.values():
        names = ", ".join(method.name for method in figure.methods(figure.problem()[0]))
        print(f"{figure.name}: {figure.title}")
        print(f"  {figure.iterations} iterations, batches of {figure.batch_size}, trials: {figure.trials}")
        print(f"  {names}")


if __name__ == "__main__":
    sys.exit(main())
