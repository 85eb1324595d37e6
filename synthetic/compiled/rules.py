"""The mathematics of one step in three separate functions: perturbation, step size, update.

Each method picks one of each (`Rule`); what a rule remembers from step to step is in `Memory`. The functions
are compiled; `f.py_func` is the same function in plain Python.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from synthetic.compiled.compile import exactly
from synthetic.compiled.layout import aligned
from synthetic.compiled.losses import ordered_dot
from synthetic.problem import Array

# Perturbations
BLEND, NORM_SCALED, COORDINATE_SCALED, ADAM_SCALED = 0, 1, 2, 3
# Step sizes
GIVEN, POLYAK, SMOOTHNESS = 0, 1, 2
# Updates
PLAIN, ADAGRAD_NORM, ADAGRAD, ADAM, AMSGRAD = 0, 1, 2, 3, 4

# Below this a squared norm has lost its digits to underflow: the point is stationary as far as floats can
# tell.
UNDERFLOW = 1e-290


class Rule(NamedTuple):
    """Which perturbation, step size and update a method uses, and their constants."""

    perturbation: int
    step_size: int
    update: int
    gamma_b: float = math.inf
    safeguard: bool = True
    longer: float = 0.0  # added to the Polyak ratio: 1/(2L)
    beta1: float = 0.9
    beta2: float = 0.999
    floor: float = 1e-24  # start of the accumulators u, v: ε²


class Memory(NamedTuple):
    """What a lane remembers between steps: vectors (d,) and, in `scalars` (4,), u, v, γ and θ of the last
    step.

    The vectors may be padded beyond d. There gradients are 0, and nothing may be divided by their roots.
    """

    d: int
    x: Array
    x_sum: Array  # x⁰ + … + x^(t−1)
    x_previous: Array
    m: Array
    v: Array
    v_max: Array
    r: Array
    u: Array
    scalars: Array


def fresh_memory(x0: Array, d: int, rule: Rule) -> Memory:
    """Memory at x0, of d coordinates and perhaps padding, before the first step."""
    zero, floor = np.zeros_like(x0), np.full_like(x0, rule.floor)
    vectors = aligned(np.stack([x0, zero, x0, zero, floor, floor, zero, floor]))
    scalars = np.array([rule.floor, rule.floor, 0.0, math.inf])
    return Memory._make([d, *vectors[:, : len(x0)], scalars])


@exactly
def perturbation(rule: Rule, s: Array, rho: float, lambd: float, memory: Memory, delta: Array) -> None:
    """Write e − x into `delta`, given s = ∇f_S(x).

    BLEND: ρ (1 − λ + λ/‖s‖) s.  NORM_SCALED: u += ‖s‖², ρ s/√u.  COORDINATE_SCALED: u += s⊙s, ρ s/√u.
    ADAM_SCALED: r = β₁r + (1−β₁)s, u = β₂u + (1−β₂)s⊙s, ρ r/√u.
    """
    d = s.shape[0]
    if rule.perturbation == BLEND:
        scale = rho * (1.0 - lambd)
        if lambd > 0.0:
            norm = math.sqrt(ordered_dot(s, s))
            scale += rho * lambd / norm if norm > 0.0 else 0.0
        for i in range(d):
            delta[i] = scale * s[i]
    elif rule.perturbation == NORM_SCALED:
        memory.scalars[0] += ordered_dot(s, s)
        scale = rho / math.sqrt(memory.scalars[0])
        for i in range(d):
            delta[i] = scale * s[i]
    elif rule.perturbation == COORDINATE_SCALED:
        for i in range(memory.d):
            memory.u[i] += s[i] * s[i]
            delta[i] = rho * s[i] / math.sqrt(memory.u[i])
    else:
        for i in range(memory.d):
            memory.r[i] = rule.beta1 * memory.r[i] + (1.0 - rule.beta1) * s[i]
            memory.u[i] = rule.beta2 * memory.u[i] + (1.0 - rule.beta2) * s[i] * s[i]
            delta[i] = rho * memory.r[i] / math.sqrt(memory.u[i])


@exactly
def polyak_ratio(loss_e: float, f_star: float, inner: float, norm_sq: float) -> float:
    """N / ‖g‖² with N = f_S(e) − ℓ*_S − ⟨g, e − x⟩ and g = ∇f_S(e); 0 where ‖g‖² underflows."""
    if norm_sq < UNDERFLOW:
        return 0.0
    return (loss_e - f_star - inner) / norm_sq


@exactly
def polyak_step_size(ratio: float, gamma_b: float, safeguard: bool) -> float:
    """γ = min{max(ratio, 0), γ_b}; without the safeguard γ = min{ratio, γ_b}."""
    return min(max(ratio, 0.0) if safeguard else ratio, gamma_b)


@exactly
def smoothness_step_size(change_x: float, change_grad: float, gamma: float, theta: float) -> float:
    """η_t = min{‖x^t − x^(t−1)‖ / (2‖∇f_S(x^t) − ∇f_S(x^(t−1))‖), √(1 + θ) η_(t−1)}; a zero denominator is
    +∞.
    """
    growth = math.sqrt(1.0 + theta) * gamma
    if change_grad == 0.0:
        return growth
    return min(change_x / (2.0 * change_grad), growth)


@exactly
def update(rule: Rule, g: Array, gamma: float, memory: Memory) -> None:
    """Move memory.x, given g = ∇f_S(e) and the step size γ.

    PLAIN: x − γg.  ADAGRAD_NORM: v += ‖g‖², x − γg/√v.  ADAGRAD: v += g⊙g, x − γg/√v.
    ADAM: m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g⊙g, x − γm/√v.  AMSGRAD: with v̂ = max(v̂, v) instead of v.
    """
    x, d = memory.x, g.shape[0]
    if rule.update == PLAIN:
        for i in range(d):
            x[i] -= gamma * g[i]
    elif rule.update == ADAGRAD_NORM:
        memory.scalars[1] += ordered_dot(g, g)
        scale = gamma / math.sqrt(memory.scalars[1])
        for i in range(d):
            x[i] -= scale * g[i]
    elif rule.update == ADAGRAD:
        for i in range(memory.d):
            memory.v[i] += g[i] * g[i]
            x[i] -= gamma * g[i] / math.sqrt(memory.v[i])
    elif rule.update == ADAM:
        for i in range(memory.d):
            memory.m[i] = rule.beta1 * memory.m[i] + (1.0 - rule.beta1) * g[i]
            memory.v[i] = rule.beta2 * memory.v[i] + (1.0 - rule.beta2) * g[i] * g[i]
            x[i] -= gamma * memory.m[i] / math.sqrt(memory.v[i])
    else:
        for i in range(memory.d):
            memory.m[i] = rule.beta1 * memory.m[i] + (1.0 - rule.beta1) * g[i]
            memory.v[i] = rule.beta2 * memory.v[i] + (1.0 - rule.beta2) * g[i] * g[i]
            memory.v_max[i] = max(memory.v_max[i], memory.v[i])
            x[i] -= gamma * memory.m[i] / math.sqrt(memory.v_max[i])
