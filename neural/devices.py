"""The devices of this machine. Imports torch: the app asks a worker."""

from __future__ import annotations

import gc
import os

import torch


def available() -> list[dict[str, str]]:
    """The devices that a `TrainConfig` can name here, the CPU first.

    Returns
    -------
    list of dict
        With `key`, the name in a configuration ("cpu", "cuda:0", "mps"), and `label`, what it is.
    """
    devices = [{"key": "cpu", "label": f"CPU, {os.cpu_count() or 1} cores"}]
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        label = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
        devices.append({"key": f"cuda:{index}", "label": label})
    if torch.backends.mps.is_available():
        devices.append({"key": "mps", "label": "Apple GPU (MPS)"})
    return devices


def find_device(name: str) -> torch.device:
    """The torch device of that name; ValueError if this machine does not have it."""
    device = torch.device(name)
    present = {
        "cpu": True,
        "cuda": (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not present.get(device.type, False):
        raise ValueError(f"device {name!r} is not available here; cpu always is")
    return device


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that a device, or this machine, has no memory left for a run."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    # The CPU's allocators and MPS raise a plain RuntimeError.
    words = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(word in str(error) for word in words)


def release_memory() -> None:
    """Give memory that nothing refers to any more back to the devices."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
