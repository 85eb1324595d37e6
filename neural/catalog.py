"""The data sets and networks on offer, described without importing torch.

The builders stand in `neural.data` and `neural.networks` under the same keys.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One thing to choose: its key in a configuration, its name on screen and one line about it."""

    key: str
    label: str
    about: str


def _table(*choices: Choice) -> dict[str, Choice]:
    return {choice.key: choice for choice in choices}


DATASETS = _table(
    Choice("digits", "Handwritten digits, 8×8", "1,797 real grey images of the ten digits (scikit-learn)."),
)

NETWORKS = _table(
    Choice("small_cnn", "Small CNN", "Two 3×3 convolutions with max pooling and one linear layer."),
    Choice("small_cnn_bn", "Small CNN with BatchNorm", "The small CNN, normalised after each convolution."),
)
