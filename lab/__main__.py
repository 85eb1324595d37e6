"""Command line: python -m lab figure NAME --html FILE draws a published figure into one file of its own;
python -m lab run LINK --out DIR writes what a link of the app shows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path

from threadpoolctl import threadpool_limits

from lab.ridge.published import PublishedResult, compute_published
from lab.ridge.published_caption import caption, parameters
from lab.ridge.published_figure import published_figure
from lab.ui.symbols import html
from lab.ui.theme import FONT, INK, QUIET, RULE
from synthetic.terminal import add_figure_arguments, exit_status, progress_bar, write_text

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: {font}; color: {ink}; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }}
figure {{ margin: 0; }}
figcaption, table {{ color: {quiet}; font-size: 0.9rem; line-height: 1.5; }}
table {{ border-collapse: collapse; margin-top: 1rem; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; }}
td {{ border-top: 1px solid {rule}; }}
</style>
</head>
<body>
<h1>{title}</h1>
<figure>
{chart}
<figcaption>
{caption}
</figcaption>
</figure>
<table>
<thead><tr><th>Method</th><th>Parameters</th><th>Source</th></tr></thead>
<tbody>
{methods}
</tbody>
</table>
</body>
</html>
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status (2 for wrong usage)."""
    options = parser().parse_args(arguments)
    threadpool_limits(1)  # as in the app and in the scripts that it writes: sums keep their order
    if options.command == "run":
        from lab.run_command import run  # with Streamlit, which the other command does without

        return run(options)

    def text() -> str:
        return page(compute_published(options.name, options.edition, progress_bar()))

    return exit_status(lambda: write_text(options.html, text), options.html)


def parser() -> argparse.ArgumentParser:
    """The command and its options."""
    top = argparse.ArgumentParser(prog="python -m lab", description="What the app shows, as files.")
    commands = top.add_subparsers(dest="command", required=True)
    figure = commands.add_parser("figure", help="compute a figure and draw it into an HTML file")
    add_figure_arguments(figure)
    figure.add_argument(
        "--html",
        metavar="FILE",
        required=True,
        help="where to write (-: the standard output); it needs no network",
    )
    shown = commands.add_parser("run", help="compute what a link of the app shows; write figures and numbers")
    shown.add_argument(
        "link",
        metavar="LINK",
        help="an address of the app, or page?query (ridge, cnn, theory, step, robustness, landscape), "
        "or a JSON or CSV file taken there",
    )
    shown.add_argument(
        "--out", metavar="DIR", required=True, type=Path, help="where to write; made if needed"
    )
    shown.add_argument(
        "--no-pictures", action="store_true", help="no SVG, PDF and PNG, which take a browser some seconds"
    )
    return top


def page(result: PublishedResult) -> str:
    """The figure with its title, caption and the methods' parameters; plotly.js is inside."""
    chart = published_figure(result).update_layout(title=None, showlegend=True, margin={"t": 16, "b": 76})
    methods = [track.method for track in result.tracks]
    rows = ((html(escape(one.name)), escape(parameters(one)), escape(one.source)) for one in methods)
    return PAGE.format(
        title=escape(f"{result.recipe.title} ({result.edition} edition)"),
        chart=chart.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False}),
        caption="\n".join(f"<p>{html(escape(said))}</p>" for said in caption(result)),
        methods="\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows),
        font=FONT,
        ink=INK,
        quiet=QUIET,
        rule=RULE,
    )


if __name__ == "__main__":
    sys.exit(main())
