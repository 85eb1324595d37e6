"""What stands before a network: pixels as bytes become numbers of mean 0, in the precision chosen."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from neural.config import TrainConfig
from neural.data import Dataset


class Prepared(nn.Module):
    """A network with what happens to its inputs.

    Parameters
    ----------
    network : nn.Module
    normal : (Tensor, Tensor), shapes (channels, 1, 1), or None
        Mean and standard deviation that make inputs have mean 0 and deviation 1.
    channels_last : bool
        Whether images and filters have their channels last in memory.
    bfloat16 : bool
        Whether convolutions and matrix products are computed in bfloat16; weights and loss stay float32.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        network: nn.Module,
        normal: tuple[Tensor, Tensor] | None = None,
        channels_last: bool = False,
        bfloat16: bool = False,
    ) -> None:
        super().__init__()
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self._bfloat16 = bfloat16
        self.network = network.to(memory_format=self._format)  # type: ignore[call-overload]
        mean, deviation = (torch.zeros(()), torch.ones(())) if normal is None else normal
        self.register_buffer("mean", mean)
        self.register_buffer("deviation", deviation)

    def forward(self, x: Tensor) -> Tensor:
        """Map images, shape (m, channels, height, width), bytes or float32, to logits in float32."""
        x = ((x.float() - self.mean) / self.deviation).contiguous(memory_format=self._format)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self._bfloat16):
            logits = self.network(x)
        return logits.float()


def prepared(network: nn.Module, data: Dataset, config: TrainConfig) -> nn.Module:
    """The network as a configuration trains it on these data; itself where there is nothing to prepare."""
    bfloat16 = config.precision == "bfloat16"
    if data.normal is None and not config.channels_last and not bfloat16:
        return network
    return Prepared(network, data.normal, config.channels_last, bfloat16)
