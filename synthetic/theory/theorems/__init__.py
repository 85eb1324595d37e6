"""The theorems behind the bounds, as data for a reader, in the order of the paper.

`synthetic.theory.bounds` evaluates them, and `synthetic.theory.safeguard` counts for Proposition 2.1.
"""

from synthetic.theory.theorems.full_batch import P2_1, RATE, T3_1, T3_2, T3_4
from synthetic.theory.theorems.least_squares import LEAST_SQUARES
from synthetic.theory.theorems.mini_batches import C3_6, C3_6_CONVEX, T3_5, T3_8
from synthetic.theory.theorems.theorem import Theorem
from synthetic.theory.theorems.tighter import (
    C3_6_CONVEX_TIGHTER,
    C3_6_TIGHTER,
    T3_1_TIGHTER,
    T3_2_TIGHTER,
    T3_5_TIGHTER,
    T3_8_TIGHTER,
)

THEOREMS = (P2_1, T3_1, T3_2, T3_4, T3_5, T3_8, C3_6, C3_6_CONVEX, LEAST_SQUARES, RATE)
# By the key of the theorem whose constant each lowers, under the same assumptions.
TIGHTER = {
    T3_1.key: T3_1_TIGHTER,
    T3_2.key: T3_2_TIGHTER,
    T3_5.key: T3_5_TIGHTER,
    T3_8.key: T3_8_TIGHTER,
    C3_6.key: C3_6_TIGHTER,
    C3_6_CONVEX.key: C3_6_CONVEX_TIGHTER,
}

__all__ = [
    "C3_6",
    "C3_6_CONVEX",
    "LEAST_SQUARES",
    "P2_1",
    "RATE",
    "T3_1",
    "T3_2",
    "T3_4",
    "T3_5",
    "T3_8",
    "THEOREMS",
    "TIGHTER",
    "Theorem",
]
