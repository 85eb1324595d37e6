"""SAM_SPS: sharpness-aware minimisation with a stochastic Polyak step size, for PyTorch.

Formulas: D. Oikonomou, N. Loizou, arXiv 2606.01827 (see `SAM_SPS`). The package needs torch and nothing else.
"""

from sam_sps.accumulation import Accumulation
from sam_sps.amp import scaled_step
from sam_sps.parameter_groups import parameter_groups
from sam_sps.passes import ReplayRandomness, UpdateStatisticsOnce
from sam_sps.sam_sps import SAM_SPS
from sam_sps.schedules import half_cosine, inverse, one_minus_inverse, schedule
from sam_sps.statistics import recompute_statistics
from sam_sps.step_info import StepCounts, StepInfo

__all__ = [
    "SAM_SPS",
    "Accumulation",
    "ReplayRandomness",
    "StepCounts",
    "StepInfo",
    "UpdateStatisticsOnce",
    "half_cosine",
    "inverse",
    "one_minus_inverse",
    "parameter_groups",
    "recompute_statistics",
    "scaled_step",
    "schedule",
]
