"""Images that a visitor brings, as a data set: its key says all that the app must know without the images.

The key is ``own-CxHxW-K-N-M-DIGEST``: channels, height and width, number of classes, images for training and
for testing, and the SHA-256 of the file that was brought (`neural.own_data`). No torch and no NumPy here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_KEY = re.compile(
    r"own-([13])x([1-9]\d?)x([1-9]\d?)-([1-9]\d{0,2})-([1-9]\d{0,5})-([1-9]\d{0,5})-([0-9a-f]{64})", re.ASCII
)
SIDES = (4, 64)
MOST_CLASSES = 100


@dataclass(frozen=True)
class OwnImages:
    """What a key says."""

    shape: tuple[int, int, int]
    classes: int
    train: int
    test: int
    digest: str

    @property
    def key(self) -> str:
        """The key that says it."""
        size = "x".join(map(str, self.shape))
        return f"own-{size}-{self.classes}-{self.train}-{self.test}-{self.digest}"


@lru_cache(maxsize=256)
def parsed(key: object) -> OwnImages | None:
    """What a key says; None for the key of another data set, or of images that are not taken."""
    found = _KEY.fullmatch(key) if isinstance(key, str) else None
    if found is None:
        return None
    channels, height, width, classes, train, test = map(int, found.groups()[:6])
    fits = all(SIDES[0] <= side <= SIDES[1] for side in (height, width)) and 2 <= classes <= MOST_CLASSES
    return OwnImages((channels, height, width), classes, train, test, found[7]) if fits else None


def parameters(network: str, images: OwnImages) -> int | None:
    """Trainable scalars of a network on such images; None where it does not take them."""
    (channels, height, width), classes = images.shape, images.classes
    features = (height // 4) * (width // 4)
    counts = {
        "small_cnn": (9 * channels + 1) * 16 + (9 * 16 + 1) * 32 + (32 * features + 1) * classes,
        "small_cnn_bn": (9 * channels + 2) * 16 + (9 * 16 + 2) * 32 + (32 * features + 1) * classes,
        "lenet": (25 * channels + 1) * 6 + 151 * 16 + (16 * features + 1) * 120 + 121 * 84 + 85 * classes,
        "resnet8": 74_208 + 144 * channels + 65 * classes,
        "resnet20": 268_640 + 144 * channels + 65 * classes,
        "mlp": (channels * height * width + 1) * 100 + 101 * 100 + 101 * classes,
    }
    return counts.get(network)
