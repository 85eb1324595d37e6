"""The files from which a run goes on, as its worker writes and reads them. This module loads torch."""

from __future__ import annotations

import os
import pickle
import secrets
import traceback
from pathlib import Path
from typing import Any

import torch

from neural.train import TrainingLoop
from runs.record import Recorder


def save(folder: Path, run: str, step: int, comparison: TrainingLoop, recorder: Recorder) -> str | None:
    """Write a checkpoint beside the last one, which the app removes; its file, None if the disk is full."""
    file = str(folder / f"{run}-{step}-{secrets.token_hex(4)}.pt")
    state: dict[str, Any] = {"comparison": comparison.state_dict(), "recorder": recorder.state_dict()}
    try:
        torch.save(state, f"{file}.part")
        os.replace(f"{file}.part", file)
    except (OSError, RuntimeError):  # torch says RuntimeError where the disk is full
        traceback.print_exc()
        return None
    return file


def restore(file: str, comparison: TrainingLoop, recorder: Recorder) -> bool:
    """Put a checkpoint into a comparison and a recorder; False if it cannot be read, and all begins again."""
    try:
        state = torch.load(file, weights_only=True)
        comparison.load_state_dict(state["comparison"])
        recorder.load_state_dict(state["recorder"])
    except (OSError, RuntimeError, ValueError, KeyError, EOFError, pickle.UnpicklingError):
        traceback.print_exc()
        comparison.rewind()
        return False
    return True
