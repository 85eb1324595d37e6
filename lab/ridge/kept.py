"""How many runs of single methods the Ridge lab keeps beside the comparisons that they belong to."""

from __future__ import annotations

from lab.pool.work import QUICK_KEPT

RUNS = 6 * QUICK_KEPT  # a comparison has six methods, as a rule
RUNS_BYTES = 100_000_000  # long ones are large
