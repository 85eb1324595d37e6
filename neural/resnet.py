"""Residual networks for small images, as in section 4.2 of He et al., arXiv 1512.03385."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from neural.catalog import Shape


class Block(nn.Module):
    """Two 3×3 convolutions with BatchNorm, added to a shortcut.

    Where the block has more outputs than inputs it halves height and width; its shortcut is option A of the
    paper: every second pixel, channels padded with zeros, no parameters.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self._added = outputs - inputs
        stride = 2 if self._added else 1
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Map images (N, inputs, height, width) to (N, outputs, ...)."""
        inner = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        if self._added:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self._added // 2, self._added - self._added // 2))
        return torch.relu(inner + x)


def resnet(shape: Shape, classes: int, blocks: int) -> nn.Module:
    """Network of 6 · blocks + 2 layers: three stages of 16, 32, 64 filters, pixel means, a linear layer.

    Height and width are halved twice, rounding up, so that images of any size will do. Convolutions start
    from He's normal distribution.
    """
    layers: list[nn.Module] = [
        nn.Conv2d(shape[0], 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
    ]  # fmt: skip
    for inputs, outputs in ((16, 16), (16, 32), (32, 64)):
        layers += [Block(inputs, outputs), *(Block(outputs, outputs) for _ in range(blocks - 1))]
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, classes))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
    return network
