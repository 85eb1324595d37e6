"""SAM_SPS: sharpness-aware minimisation with a stochastic Polyak step size, for PyTorch.

Formulas: D. Oikonomou, N. Loizou, *Adaptive Sharpness-Aware Minimization with a Polyak-type Step Size:
A Theory-Grounded Scheduler*, arXiv 2606.01827. The package needs torch and nothing else.
"""

from sam_sps.sam_sps import SAM_SPS
from sam_sps.step_info import StepCounts, StepInfo

__all__ = ["SAM_SPS", "StepCounts", "StepInfo"]
