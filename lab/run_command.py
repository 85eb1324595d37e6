"""python -m lab run LINK --out DIR: the figures, numbers and code that a link shows, as files."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import plotly.graph_objects as go
import plotly.io as pio

from lab.cnn import taken as cnn
from lab.export.numbers import FORMATS
from lab.export.paper import paper
from lab.export.reading import NotReadableError, read
from lab.export.svg import in_pixels
from lab.export.taken import Taken
from lab.figure_page import figure_page
from lab.landscape import taken as landscape
from lab.one_step import taken as one_step
from lab.params import (
    CnnConfig,
    Config,
    LandscapeConfig,
    OneStepConfig,
    RidgeConfig,
    RobustnessConfig,
    TheoryConfig,
    shorten,
)
from lab.pool.refusal import NotComputedError
from lab.ridge import taken as ridge
from lab.robustness import taken as robustness
from lab.theory import taken as theory
from lab.ui import link
from synthetic.terminal import progress_bar

PICTURES = ("svg", "pdf", "png")
TWICE = 2  # the size of a PNG
NO_PICTURES = (
    "SVG, PDF and PNG need kaleido (pip install -r requirements-export.txt) and a Chrome or Chromium: {why}. "
    "The HTML file has the same figures."
)
MAX_FILE = 1 << 26


class BadLinkError(ValueError):
    """A link that cannot be followed; the message names what is wrong with it."""


@dataclass(frozen=True)
class Page:
    """A page whose links can be run: its configuration, and what gives all that it shows."""

    kind: type[Config]
    taken: Callable[[Any, str | None, Callable[[float], None]], Taken]


PAGES = {
    "ridge": Page(RidgeConfig, ridge.taken),
    "cnn": Page(CnnConfig, cnn.taken),
    "theory": Page(TheoryConfig, theory.taken),
    "step": Page(OneStepConfig, one_step.taken),
    "robustness": Page(RobustnessConfig, robustness.taken),
    "landscape": Page(LandscapeConfig, landscape.taken),
}


def run(options: argparse.Namespace) -> int:
    """Run the command; 0, or 2 for a link that cannot be followed, 1 where something cannot be written."""
    try:
        page, config, run_name = followed(options.link)
        found = page.taken(config, run_name, progress_bar() or _silent)
    except (ValueError, NotComputedError) as error:
        print(error, file=sys.stderr)
        return 2
    for notice in found.notices:
        print(notice, file=sys.stderr)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for file in _written(found, config, options.out, pictures=not options.no_pictures):
            print(file)
    except OSError as error:
        print(f"cannot write {options.out}: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def followed(text: str) -> tuple[Page, Config, str | None]:
    """Page, configuration and run of a link or of a file that was taken.

    Raises
    ------
    BadLinkError
        Naming the page, the parameter or the value that is not allowed.
    """
    parts = urlsplit(text)
    name = parts.path.rstrip("/").rpartition("/")[2]
    if Path(text).suffix in (".json", ".csv") and not parts.query:
        return _of_file(Path(text))
    name = "step" if name == OneStepConfig.page else name  # as files of this page say
    if name not in PAGES:
        raise BadLinkError(f"the page must be one of {', '.join(PAGES)}, got {shorten(name)}")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if query.get(link.VERSION, link.SCHEMA) != link.SCHEMA:
        version = shorten(query[link.VERSION])
        raise BadLinkError(f"the link is of version {version}; this app reads version {link.SCHEMA}")
    pairs = [(key, value) for key, value in query.items() if key not in (link.VERSION, link.RUN, link.VIEW)]
    values, notices = link.read(PAGES[name].kind, pairs)
    run_name, about_run = link.decode_run(query)
    if notices or about_run:
        raise BadLinkError("\n".join([*notices, *about_run]))
    return PAGES[name], PAGES[name].kind.from_values(values), run_name


def _of_file(path: Path) -> tuple[Page, Config, str | None]:
    try:
        with path.open("rb") as file:
            start = file.read(MAX_FILE)
    except OSError as error:
        raise BadLinkError(f"cannot read {path}: {error.strerror}") from error
    refused = ""
    for page in PAGES.values():
        try:
            found = read(page.kind, start)
        except NotReadableError as error:
            refused = str(error)
            continue
        if found.notices:
            raise BadLinkError("\n".join(found.notices))
        return page, found.config, found.run
    raise BadLinkError(refused)


def _silent(_share: float) -> None:
    """No bar where there is no terminal."""


def _written(found: Taken, config: Config, folder: Path, *, pictures: bool) -> list[Path]:
    """Write everything; the files."""
    values = list(link.encode(config).items())
    figures = {name: paper(figure, values) for name, figure in found.figures.items()}
    files = {
        f"{found.name}.html": figure_page(found.name, figures, f"{config.page}?{urlencode(values)}").encode()
    }
    if found.numbers:
        files |= {f"{found.name}.{ending}": form.write(found.numbers) for ending, form in FORMATS.items()}
    if found.script:
        files |= {
            f"{found.name}.py": found.script.as_python().encode(),
            f"{found.name}.ipynb": found.script.as_notebook(),
        }
    written = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        written.append(folder / name)
    return written + (_pictures(found.name, figures, folder) if pictures else [])


def _pictures(name: str, figures: Mapping[str, go.Figure], folder: Path) -> list[Path]:
    """Each figure as SVG, PDF and PNG, or a sentence on why not."""
    pairs = [
        (figure, folder / f"{name}_{chart}.{ending}")
        for chart, figure in figures.items()
        for ending in PICTURES
    ]
    scales = [TWICE if file.suffix == ".png" else 1 for _, file in pairs]
    try:
        pio.write_images(
            fig=[figure for figure, _ in pairs],
            file=[str(file) for _, file in pairs],
            scale=scales,
            width=[figure.layout.width for figure, _ in pairs],
            height=[figure.layout.height for figure, _ in pairs],
        )
    except (ValueError, RuntimeError, ImportError) as error:  # no kaleido, no browser
        print(NO_PICTURES.format(why=str(error).strip().partition("\n")[0]), file=sys.stderr)
        return []
    for _, file in pairs:
        if file.suffix == ".svg":
            file.write_text(in_pixels(file.read_text(encoding="utf-8")), encoding="utf-8")
    return [file for _, file in pairs]
