"""Laboratory for Polyak step sizes in sharpness-aware methods: problems, methods, simulator, bounds.

>>> from synthetic import RidgeConfig, SimulationConfig, simulate, usam_ps, sgd
>>> problem = RidgeConfig(n=50, d=20, kappa=10.0).build()
>>> methods = [sgd(gamma=1 / problem.L), usam_ps(rho=0.5 / problem.L)]
>>> result = simulate(problem, methods, SimulationConfig(iterations=100))
>>> bool(result["usam_ps"].relative_gap[0, -1] < result["sgd"].relative_gap[0, -1])
True
"""

from synthetic.bounds import BOUNDS, Bound, Setting, all_bounds, setting_of, theorem_3_1, theorem_3_2
from synthetic.methods import (
    ConstantStep,
    Method,
    PolyakStep,
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
from synthetic.result import Result, Track
from synthetic.ridge import RidgeConfig, RidgeRegression
from synthetic.schedules import Schedule
from synthetic.simulator import SimulationConfig, every, simulate, starting_points, warm_up
from synthetic.theorems import Theorem

__all__ = [
    "BOUNDS",
    "Bound",
    "ConstantStep",
    "Method",
    "PolyakStep",
    "Problem",
    "Result",
    "RidgeConfig",
    "RidgeRegression",
    "Schedule",
    "Setting",
    "SimulationConfig",
    "Theorem",
    "Track",
    "all_bounds",
    "every",
    "sam",
    "sam_ps",
    "sam_sps",
    "setting_of",
    "sgd",
    "simulate",
    "sps_max",
    "starting_points",
    "theorem_3_1",
    "theorem_3_2",
    "unified_sam",
    "usam",
    "usam_ps",
    "usam_sps",
    "warm_up",
]
