"""Context managers for what a model does besides differentiating, and SAM makes it do twice a step."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from sam_sps.sam_sps import SAM_SPS
from sam_sps.statistics import layers_with_statistics
from sam_sps.wrappers import unwrapped


class UpdateStatisticsOnce:
    """Let running statistics of normalisation layers be updated in the first pass of a step alone.

    Enter it around the forward and backward pass, in the closure. In the second pass, at e, the buffers of
    every module that has a `running_mean` are put back on leaving, bit for bit; what is computed in the pass
    is not changed. If the step is skipped, cancelled or raises, they become what they were before its first
    pass: a batch with a NaN in it would otherwise leave them NaN for ever.

    Parameters
    ----------
    optimizer : SAM_SPS
        Tells which pass it is (`is_perturbed`). It may be inside a wrapper of a framework. TypeError if
        it is something else.
    model : torch.nn.Module
        The model whose buffers are meant.
    """

    def __init__(self, optimizer: SAM_SPS, model: nn.Module) -> None:
        self._optimizer = unwrapped(optimizer)
        self._model = model
        self._saved: list[tuple[Tensor, Tensor]] = []

    def __enter__(self) -> None:
        self._saved = []
        layers = layers_with_statistics(self._model)
        buffers = [buffer for layer in layers for buffer in layer.buffers(recurse=False)]
        if self._optimizer.is_perturbed:
            self._saved = [(buffer, buffer.clone()) for buffer in buffers]
            return
        for buffer in buffers:
            if id(buffer) not in self._optimizer._kept:  # it is there if a pass has several parts
                self._optimizer._kept[id(buffer)] = buffer, buffer.clone()

    def __exit__(self, *_error: object) -> None:
        with torch.no_grad():
            for buffer, before in self._saved:
                buffer.copy_(before)
        self._saved = []


class ReplayRandomness:
    """Let both passes of a step draw the same random numbers: the same dropout mask, the same noise.

    Enter it around the forward and backward pass, in the closure; make one object for an optimizer, not one
    a step. The first pass notes the state of PyTorch's generators (of the CPU and of every accelerator that
    holds a parameter), the second starts from it, so that after a step as many numbers are drawn as in one
    pass. Other generators (Python, NumPy, `torch.Generator` objects of your own) are not known to it.

    Parameters
    ----------
    optimizer : SAM_SPS
        Tells which pass it is and where parameters are. TypeError if it is something else.
    """

    def __init__(self, optimizer: SAM_SPS) -> None:
        self._optimizer = unwrapped(optimizer)
        self._cpu: Tensor | None = None
        self._devices: dict[torch.device, Tensor] = {}

    def __enter__(self) -> None:
        if self._optimizer.is_perturbed:
            if self._cpu is None:
                raise RuntimeError("ReplayRandomness was not entered in the first pass of this step")
            torch.set_rng_state(self._cpu)
            for device, state in self._devices.items():
                torch.get_device_module(device).set_rng_state(state, device)
            self._cpu, self._devices = None, {}
            return
        self._cpu = torch.get_rng_state()
        params = (param for group in self._optimizer.param_groups for param in group["params"])
        devices = {param.device for param in params if param.device.type not in ("cpu", "meta")}
        self._devices = {device: torch.get_device_module(device).get_rng_state(device) for device in devices}

    def __exit__(self, *_error: object) -> None:
        pass
