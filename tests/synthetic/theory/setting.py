"""A setting in which the deterministic theorems apply: 1 − Lρ = 1/2."""

import numpy as np

from synthetic import Setting

SETTING = Setting(
    L=2.0,
    mu=0.5,
    L_max=8.0,
    D0=3.0,
    polyak=True,
    rho=0.25,
    lambd=0.0,
    f_star="minimum",
    f_min=0.1,
    gamma_b=np.inf,
    full_batch=True,
)
