"""Which methods' packages are installed here, found out without importing them."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from neural.methods import METHODS


class MissingPackageError(ValueError):
    """A method's package is not installed; the message says what to install, for the screen."""


@cache
def missing(method: str) -> str:
    """Why a method cannot be had here and what to install, for the screen; empty where it can be had.

    Parameters
    ----------
    method : str
        A key of `neural.methods.METHODS`.
    """
    found = METHODS[method]
    try:
        if found.package:
            version(found.package)
    except PackageNotFoundError:
        return (
            f"{found.label} comes from the package {found.package}, which is not installed here. "
            f"Install it with: pip install -r requirements-peers.txt"
        )
    return ""
