"""Options beyond the paper, each off by default, and the published variants of the Polyak step size.

Those of the perturbation are in `perturbations`. All variants of the step size were proposed for SGD; here N,
the value of the linear model that SAM-SPS builds at e, takes the place of f(x) − ℓ*. At ρ = 0 they are the
published methods; for ρ > 0 no theory of theirs is claimed.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple, TypedDict

from sam_sps.functional import polyak_step_size
from sam_sps.scalars import Scalar, Truth, at_least, at_most, choose

#: Keeps 0/0 away where every cap or every gradient is 0, and then every η gives the same step.
_SMALLEST = 1e-37


class Options(TypedDict, total=False):
    """Further arguments of SAM_SPS, by name.

    Parameters
    ----------
    lr : None
        For code that always names one; a number is refused, it would have no effect.
    c : float, > 0, default 1.0
        Constant of SPS_max: N / (c ‖∇f(e)‖²).
    gamma_growth : float >= 1, or None (default)
        Smoothing: γ is at most `gamma_growth` times the last step size that was not 0.
    proximal : bool, default False
        Weight decay as a part of the Polyak model (ProxSPS) instead of a part of the update.
    online_lower_bound : bool, default False
        Estimate ℓ* from the run (MoMo*), never below `f_star`.
    gamma_factor : float, >= 0, default 1.0
        Factor s_k of a group on γ: γ_k = s_k min{max(N, 0) / (c Σ_j s_j ‖∇f(e)_j‖²), gamma_b}.
    clipped : bool, default False
        Clipped perturbation, e − x = ρ ∇f(x) / max(‖∇f(x)‖, 1): the shorter of those of SAM and USAM.
    eta : float >= 0, or None (default)
        Adaptive perturbation (ASAM) with this η: e − x is scaled elementwise by T = |x| + η.
    sam_every : int >= 1, or None (default)
        Perturb in every `sam_every`-th step, the first one included; in the others, and wherever every ρ
        is 0, e = x and a step takes one pass. None: two passes in every step. Of the whole optimizer.
    """

    lr: None
    c: float
    gamma_growth: float | None
    proximal: bool
    online_lower_bound: bool
    gamma_factor: float
    clipped: bool
    eta: float | None
    sam_every: int | None


#: Options that are True or False, for the whole optimizer.
SWITCHES = ("proximal", "online_lower_bound", "clipped")

DEFAULTS: Options = {
    "c": 1.0,
    "gamma_growth": None,
    "gamma_factor": 1.0,
    "eta": None,
    "sam_every": None,
    "proximal": False,
    "online_lower_bound": False,
    "clipped": False,
}


def smoothed_cap(gamma_b: float, growth: float | None, gamma_last: Scalar) -> Scalar:
    """Return min{γ_b, growth · γ_last}: the step size may grow by at most this factor a step.

    With growth = τ^(m/n), τ = 2, batch size m and n samples it doubles at most once an epoch: Loizou,
    Vaswani, Laradji, Lacoste-Julien, *Stochastic Polyak Step-size for SGD*, AISTATS 2021, experiments.
    `gamma_last` is the last step size that was not 0 (else it would stay 0 for ever); 0: there is none yet.
    """
    if growth is None:
        return gamma_b
    return choose(gamma_last > 0.0, at_most(growth * gamma_last, gamma_b), gamma_b)


def cap_of(group: Mapping[str, Any]) -> float:
    """Return s · γ_b, the cap on the step size of a group with `gamma_factor` s."""
    return group["gamma_factor"] * group["gamma_b"]


def factored_step_sizes(
    numerator: Scalar, metric_sq: Scalar, caps: list[Scalar], groups: Sequence[Mapping[str, Any]]
) -> tuple[list[Scalar], Truth]:
    """Return γ_k = min{s_k max(N, 0) / (c_k Σ_j s_j ‖g_j‖²), cap_k} of every group, and whether a cap cut.

    s_k is the `gamma_factor` of group k, `metric_sq` the sum over j. With c = 1 and no cap this is the step
    that is shortest in Σ_k ‖y_k‖² / s_k among those to where the linear model is ℓ*: SPS with a
    preconditioner that is constant on every group. Equal factors, whatever they are, change the cap only.

    Source: Abdukhakimov, Xiang, Kamzolov, Takáč, *Stochastic Gradient Descent with Preconditioned Polyak
    Step-size*, 2024, arXiv 2310.02093.
    """
    shares = [group["gamma_factor"] / group["c"] * numerator for group in groups]
    gammas = [polyak_step_size(share, metric_sq, cap) for share, cap in zip(shares, caps, strict=True)]
    uncapped = [polyak_step_size(share, metric_sq, math.inf) for share in shares]
    return gammas, reduce(operator.or_, map(operator.gt, uncapped, gammas))


class ProximalStep(NamedTuple):
    """Counterpart of N, whether the caps cut, and the step size of every group."""

    numerator: Scalar
    is_capped: Truth
    gammas: list[Scalar]


def proximal_step_sizes(
    numerator: Scalar,
    grad_sq: list[Scalar],
    grad_dot_x: list[Scalar],
    caps: list[Scalar],
    weight_decays: list[float],
) -> ProximalStep:
    """Return the step sizes of ProxSPS, where weight decay is a part of the model that the step minimises.

    For groups k with caps a_k and weight decays w_k the step goes to the minimiser over y of
    max(N + ℓ* + ⟨g, y − x⟩, ℓ*) + Σ_k w_k ‖y_k‖²/2 + Σ_k ‖y_k − x_k‖²/(2 a_k).
    It is y_k = (x_k − γ_k g_k) / (1 + a_k w_k) with γ_k = a_k η, θ_k = 1 / (1 + a_k w_k) and
    η = min{1, max(0, N − Σ_k a_k w_k θ_k ⟨g_k, x_k⟩) / Σ_k a_k θ_k ‖g_k‖²}.

    Source: Schaipp, Gower, Ulbrich, *A Stochastic Proximal Polyak Step Size*, TMLR 2023, arXiv 2301.04935;
    with several groups it is the same minimisation, with one multiplier η.

    Parameters
    ----------
    grad_sq, grad_dot_x : list of scalars
        ‖g_k‖² and ⟨g_k, x_k⟩.
    """
    right: Scalar = 0.0
    for cap, decay, square, product in zip(caps, weight_decays, grad_sq, grad_dot_x, strict=True):
        share = cap / (1.0 + cap * decay)
        numerator = numerator - share * decay * product
        right = right + share * square
    eta = at_most(at_least(numerator, 0.0) / at_least(right, _SMALLEST), 1.0)
    return ProximalStep(numerator, numerator > right, [cap * eta for cap in caps])


def usable_lower_bound(model_at_x: Scalar, bound: Scalar, f_star: float) -> Scalar:
    """Return the estimate of ℓ* to use: `bound`, or max{h/2, f_star} where h = N + ℓ* is not above it.

    Source: the reset of MoMo*, see `next_lower_bound`; there only where h is below it. At h = bound, where N
    and γ are 0, nothing would ever change again without noise.
    """
    return choose(model_at_x <= bound, at_least(model_at_x / 2.0, f_star), bound)


def next_lower_bound(model_at_x: Scalar, gamma_grad_sq: Scalar, f_star: float) -> Scalar:
    """Return max{h − Σ_k γ_k ‖g_k‖² / 2, f_star}, the estimate of ℓ* for the next step.

    Source: Schaipp, Ohana, Eickenberg, Defazio, Gower, *MoMo: Momentum Models for Adaptive Learning
    Rates*, ICML 2024, arXiv 2305.07583 (MoMo* without momentum).
    """
    return at_least(model_at_x - gamma_grad_sq / 2.0, f_star)
