"""Random crops and flips of a whole batch at once, on its device: pad by 4, crop to size, mirror.

What is drawn follows from seed and step alone, so that a resumed run, every lane and every rank see the same.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F  # noqa: N812

PAD = 4
Draws = NDArray[np.int64]


def draws(seed: int, step: int, images: int) -> Draws:
    """Of every image of a step how far its crop lies down and right, 0 to 8, and whether it is mirrored.

    Returns
    -------
    array, shape (3, images), int64
    """
    rng = np.random.default_rng([seed, step, 5])
    offsets = rng.integers(0, 2 * PAD + 1, (2, images))
    return np.concatenate([offsets, rng.integers(0, 2, (1, images))])


def crop_and_flip(images: Tensor, drawn: Draws) -> Tensor:
    """Images, shape (m, channels, height, width), each padded with zeros, cropped and mirrored as drawn."""
    height, width = images.shape[2:]
    down, right, mirrored = torch.from_numpy(drawn).to(images.device)
    y, x = torch.arange(height, device=images.device), torch.arange(width, device=images.device)
    columns = torch.where(mirrored[:, None] == 1, width - 1 - x, x) + right[:, None]
    rows = y + down[:, None]
    padded = F.pad(images, (PAD, PAD, PAD, PAD))
    which = torch.arange(len(images), device=images.device)[:, None, None]
    return padded[which, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
