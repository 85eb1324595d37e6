"""A visitor brings data: the field for the file, and what is known of data that are here."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
import streamlit as st

from lab.ui.screen import Screen
from lab.ui.table import table_html
from lab.uploads import store
from lab.uploads.limits import Limits
from lab.uploads.refused import RefusedError
from neural import own_data

FORMS = ["csv", "npz", "parquet"]
ROWS, COLUMNS = 4, 5  # of a preview
FIRST, PICTURE_PIXELS = 8, 56
KEPT = (
    "SHA-256 `{digest}…`: a link names the data by it, and whoever has the link can use them. They are "
    "removed {hours:g} hours after their last use, or earlier where room is needed; those that kept runs "
    "were trained with stay."
)


def bring(
    screen: Screen[Any],
    kind: str,
    about: str,
    take: Callable[[Screen[Any], store.Kept], None],
    used: Callable[[], Collection[str]] = tuple,
    *,
    digest: str,
) -> None:
    """A field that takes a file, and a preview of the data that the screen has.

    Parameters
    ----------
    screen : Screen
    kind : {"ridge", "images"}
    about : str
        What the file must hold, as Markdown.
    take : callable
        Has the screen show what was brought.
    used : callable, optional
        As in `lab.uploads.store.bring`.
    digest : str
        Of the data that the screen has; anything else for none.
    """
    key, limits = f"{screen.page}.:bring", Limits.read()
    st.file_uploader(
        f"A file, at most {limits.mb:g} MB",
        FORMS,
        help=about,
        key=key,
        on_change=_brought,
        args=(screen, key, kind, take, used),
        max_upload_size=max(1, int(limits.mb)),
    )
    found = store.find(kind, digest)
    if found is not None:
        _preview(kind, found)
        st.caption(KEPT.format(digest=found.digest[:12], hours=limits.hours))


def _brought(
    screen: Screen[Any],
    key: str,
    kind: str,
    take: Callable[[Screen[Any], store.Kept], None],
    used: Callable[[], Collection[str]],
) -> None:
    file = st.session_state[key]
    if file is None:
        return
    try:
        kept = store.bring(file.getvalue(), file.name, kind, used)
    except RefusedError as error:
        screen.tell(str(error))
        return
    take(screen, kept)


def _preview(kind: str, found: store.Kept) -> None:
    """The size and the first numbers of A and b; of images their size and their labels."""
    shape = found.about["shape"]
    if kind == "images":
        names = found.about["names"]
        few = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
        size = "×".join(map(str, shape[1:]))
        st.caption(f"{shape[0]:,} images of {size}, {len(names)} labels: {few}")
        st.image([_drawn(one) for one in _first(kind, found.digest)["images"]], width=PICTURE_PIXELS)
        return
    arrays = _first(kind, found.digest)
    st.caption(f"A is {shape[0]:,} × {shape[1]:,}; its first rows:")
    st.html(_rows(arrays["A"], arrays["b"], found.about))


@lru_cache(maxsize=32)
def _first(kind: str, digest: str) -> dict[str, np.ndarray[Any, Any]]:
    """The first of each array: to read all of them at every move of a slider would take too long."""
    return {name: array[:FIRST].copy() for name, array in own_data.read(kind, digest).items()}


def _drawn(image: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An image of pixels in [0, 1] as bytes, enlarged by whole numbers, so that its pixels stay sharp."""
    times = -(-PICTURE_PIXELS // max(image.shape[1:]))
    large = image.repeat(times, axis=1).repeat(times, axis=2)
    drawn = np.clip(255 * large, 0, 255).astype(np.uint8)
    return drawn[0] if len(drawn) == 1 else drawn.transpose(1, 2, 0)


def _rows(A: np.ndarray[Any, Any], b: np.ndarray[Any, Any], about: Mapping[str, Any]) -> str:
    names = about.get("names")
    heads = (
        [f"a{column + 1}" for column in range(A.shape[1])]
        if names is None
        else [name for place, name in enumerate(names) if place != about["label"]]
    )
    more = ["…"] if A.shape[1] > COLUMNS else []
    head = "".join(f"<th>{escape(one)}</th>" for one in [*heads[:COLUMNS], *more, "b"])
    lines = "".join(
        "<tr>"
        + "".join(f"<td>{one}</td>" for one in [*(f"{x:.4g}" for x in row[:COLUMNS]), *more, f"{label:.4g}"])
        + "</tr>"
        for row, label in zip(A[:ROWS], b[:ROWS], strict=True)
    )
    return table_html("The first rows of A and b", head, lines)
