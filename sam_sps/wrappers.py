"""Wrappers that training frameworks put around an optimizer."""

from __future__ import annotations

from typing import Any

from sam_sps.sam_sps import SAM_SPS


def unwrapped(optimizer: Any) -> SAM_SPS:
    """Return the SAM_SPS inside wrappers like those of Accelerate, Fabric and Lightning, or itself.

    A wrapper may claim to be a SAM_SPS (`isinstance`) and yet hold an old copy of what changes in a step, so
    `optimizer` attributes are followed first. Raises a TypeError if there is no SAM_SPS inside.
    """
    inner = optimizer
    while (deeper := getattr(inner, "optimizer", None)) is not None:
        inner = deeper
    if isinstance(inner, SAM_SPS):
        return inner
    raise TypeError(
        "optimizer must be a SAM_SPS, or a wrapper whose attribute `optimizer` is one, got "
        f"{type(optimizer).__name__}"
    )
