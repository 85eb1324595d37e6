"""Crops and flips: what a loop over images would do, drawn anew in every step and the same for everybody."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from neural.augmentation import crop_and_flip, draws


def test_a_batch_is_what_a_loop_over_its_images_gives() -> None:
    images = torch.randint(
        0, 256, (40, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0)
    )
    drawn = draws(3, 17, 40)
    found = crop_and_flip(images, drawn)
    assert found.dtype == torch.uint8
    for image, one, (down, right, mirrored) in zip(images, found, drawn.T.tolist(), strict=True):
        expected = F.pad(image, (4, 4, 4, 4))[:, down : down + 32, right : right + 32]
        assert torch.equal(one, expected.flip(2) if mirrored else expected)


def test_the_middle_crop_is_the_image() -> None:
    images = torch.rand(2, 1, 5, 7)
    found = crop_and_flip(images, np.array([[4, 4], [4, 4], [0, 1]]))
    assert torch.equal(found[0], images[0])
    assert torch.equal(found[1], images[1].flip(2))


def test_draws_follow_from_seed_and_step_and_take_every_value() -> None:
    drawn = draws(0, 0, 2_000)
    assert np.array_equal(drawn, draws(0, 0, 2_000))
    assert not np.array_equal(drawn, draws(0, 1, 2_000))
    assert not np.array_equal(drawn, draws(1, 0, 2_000))
    assert [sorted(set(row)) for row in drawn.tolist()] == [[*range(9)], [*range(9)], [0, 1]]
