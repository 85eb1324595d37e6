"""The theorems behind the bounds, as data for a reader, in the order of the paper.

`synthetic.theory.bounds` evaluates them, and `synthetic.theory.safeguard` counts for Proposition 2.1.
"""

from synthetic.theory.theorems.full_batch import P2_1, RATE, T3_1, T3_2, T3_4
from synthetic.theory.theorems.mini_batches import C3_6, C3_6_CONVEX, T3_5, T3_8
from synthetic.theory.theorems.theorem import Theorem

THEOREMS = (P2_1, T3_1, T3_2, T3_4, T3_5, T3_8, C3_6, C3_6_CONVEX, RATE)

__all__ = [
    "C3_6",
    "C3_6_CONVEX",
    "P2_1",
    "RATE",
    "T3_1",
    "T3_2",
    "T3_4",
    "T3_5",
    "T3_8",
    "THEOREMS",
    "Theorem",
]
