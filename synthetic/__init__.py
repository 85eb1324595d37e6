"""Laboratory for Polyak step sizes in sharpness-aware methods: problems, methods, simulator, bounds.

>>> from synthetic import RidgeConfig, SimulationConfig, simulate, usam_ps, sgd
>>> problem = RidgeConfig(n=50, d=20, kappa=10.0).build()
>>> methods = [sgd(gamma=1 / problem.L), usam_ps(rho=0.5 / problem.L)]
>>> result = simulate(problem, methods, SimulationConfig(iterations=100))
>>> bool(result["usam_ps"].relative_gap[0, -1] < result["sgd"].relative_gap[0, -1])
True
"""

from synthetic.adaptive import (
    SASAM,
    AdaSAM,
    LightSAM1,
    LightSAM2,
    LightSAM3,
    adasam,
    lightsam_1,
    lightsam_2,
    lightsam_3,
    sa_sam,
)
from synthetic.baselines import (
    AF22Decreasing,
    af22_constant,
    af22_decreasing,
    khanh24_deterministic,
    khanh24_stochastic,
    unified_deterministic,
    unified_stochastic,
)
from synthetic.config import SimulationConfig, every
from synthetic.logistic import LogisticRegression, conditioned, standardised
from synthetic.methods import (
    ConstantStep,
    Method,
    PolyakStep,
    long_ps,
    sam,
    sam_ps,
    sam_sps,
    sgd,
    sps_max,
    unified_sam,
    usam,
    usam_ps,
    usam_sps,
)
from synthetic.problem import Problem
from synthetic.published import FIGURES, PublishedFigure, run_figure
from synthetic.result import Result, Track
from synthetic.ridge import RidgeConfig, RidgeRegression
from synthetic.schedules import Schedule
from synthetic.simulator import simulate, starting_points, warm_up
from synthetic.theory.bound import Bound
from synthetic.theory.bounds import (
    BOUNDS,
    all_bounds,
    alpha,
    constant_step_rate,
    contraction_factor,
    corollary_3_6,
    corollary_3_6_convex,
    theorem_3_1,
    theorem_3_2,
    theorem_3_4,
    theorem_3_5,
    theorem_3_8,
)
from synthetic.theory.least_squares import least_squares, worst_factor
from synthetic.theory.resolution import resolution
from synthetic.theory.setting import Setting, setting_of
from synthetic.theory.theorems import Theorem
from synthetic.theory.tighter import tight_alpha, tight_drop

__all__ = [
    "BOUNDS",
    "FIGURES",
    "SASAM",
    "AF22Decreasing",
    "AdaSAM",
    "Bound",
    "ConstantStep",
    "LightSAM1",
    "LightSAM2",
    "LightSAM3",
    "LogisticRegression",
    "Method",
    "PolyakStep",
    "Problem",
    "PublishedFigure",
    "Result",
    "RidgeConfig",
    "RidgeRegression",
    "Schedule",
    "Setting",
    "SimulationConfig",
    "Theorem",
    "Track",
    "adasam",
    "af22_constant",
    "af22_decreasing",
    "all_bounds",
    "alpha",
    "conditioned",
    "constant_step_rate",
    "contraction_factor",
    "corollary_3_6",
    "corollary_3_6_convex",
    "every",
    "khanh24_deterministic",
    "khanh24_stochastic",
    "least_squares",
    "lightsam_1",
    "lightsam_2",
    "lightsam_3",
    "long_ps",
    "resolution",
    "run_figure",
    "sa_sam",
    "sam",
    "sam_ps",
    "sam_sps",
    "setting_of",
    "sgd",
    "simulate",
    "sps_max",
    "standardised",
    "starting_points",
    "theorem_3_1",
    "theorem_3_2",
    "theorem_3_4",
    "theorem_3_5",
    "theorem_3_8",
    "tight_alpha",
    "tight_drop",
    "unified_deterministic",
    "unified_sam",
    "unified_stochastic",
    "usam",
    "usam_ps",
    "usam_sps",
    "warm_up",
    "worst_factor",
]
