"""The devices of this machine. Imports torch: the app asks a worker."""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import subprocess
import sys
from pathlib import Path

import torch

CHUNK = 256
"""Images at a time: larger parts leave the CPU's cache and take twice as long."""
GPU_CHUNK = 2_000
"""The same on a GPU, which small parts would leave waiting."""


def available() -> dict[str, str]:
    """The devices that a `TrainConfig` can name here, the CPU first.

    Returns
    -------
    dict of str to str
        From the name in a configuration ("cpu", "cuda:0", "mps") to what it is: model and cores of the CPU,
        model and memory of a GPU. A GPU that does not answer is left out.
    """
    devices = {"cpu": f"{cpu_model()}, {os.cpu_count() or 1} cores"}
    for index in range(torch.cuda.device_count()):
        with contextlib.suppress(RuntimeError, AssertionError):  # a driver that is broken or too old
            properties = torch.cuda.get_device_properties(index)
            devices[f"cuda:{index}"] = f"{properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    if torch.backends.mps.is_available():
        devices["mps"] = f"GPU of {cpu_model()}"
    return devices


def cpu_model() -> str:
    """What the processor calls itself, or its architecture where it does not say."""
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name" and model.strip():
                return model.strip()
    except OSError:  # not Linux
        pass
    if sys.platform == "darwin":
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
            return subprocess.run(
                command, capture_output=True, text=True, check=True, timeout=2
            ).stdout.strip()
    return platform.processor() or platform.machine() or "unknown model"


def find_device(name: str) -> torch.device:
    """The torch device of that name; ValueError if this machine does not have it."""
    device = torch.device(name)
    present = {
        "cpu": True,
        "cuda": (device.index or 0) < torch.cuda.device_count(),
        "mps": torch.backends.mps.is_available(),
    }
    if not present.get(device.type, False):
        raise ValueError(
            f"device {name!r} is not available here; cpu always is. A GPU needs a build of torch for it: "
            "https://pytorch.org/get-started/locally/ says which"
        )
    return device


def chunk_of(device: torch.device) -> int:
    """How many images a device is to look at together, where memory allows."""
    return CHUNK if device.type == "cpu" else GPU_CHUNK


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
